/** Writes that every controller performs in the same way. */
import type { KubeObject } from '../../api/kubernetes.ts'
import { isOurs, MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { isNotFound } from '../../kube/http/error.ts'
import { resourceOfKind } from '../../kube/resources.ts'
import type { KubeClient, ObjectRef, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { DeleteAction, EventAction, StatusAction, Subject } from './action.ts'

export interface WritesOptions {
  client: KubeClient
  log: Log
  record: RecordEvent
  fieldManager: string
}

export const typeOf = ({ apiVersion, kind }: Pick<Subject, 'apiVersion' | 'kind'>): ResourceType => {
  const type = resourceOfKind(kind, apiVersion)
  if (!type) throw new Error(`no resource type for ${apiVersion} ${kind}`)
  return type
}

export const refOf = (object: Subject): ObjectRef => ({
  type: typeOf(object),
  namespace: object.metadata.namespace,
  name: object.metadata.name,
})

/** Describes the owner of an object, as far as it is known. */
const ownerOf = ({ metadata }: KubeObject): string => {
  const label = metadata.labels?.[MANAGED_BY_LABEL]
  if (label !== undefined) return `is managed by ${label}`
  const [first] = (metadata['managedFields'] ?? []) as { manager?: string }[]
  return first?.manager === undefined ? 'belongs to another owner' : `was created by ${first.manager}`
}

/** Throws where the object is not ours; it is never taken over. */
export const assertOurs = (object: KubeObject): void => {
  if (isOurs(object.metadata)) return
  const remedy = `delete or rename it, or hand it over with the label ${MANAGED_BY_LABEL}=${MANAGED_BY}`
  throw new Error(`the ${object.kind} exists and ${ownerOf(object)}; ${remedy}`)
}

/** Maximum number of objects whose last Event is remembered. */
const MAX_RECORDED = 1_000

export const createWrites = ({ client, log, record, fieldManager }: WritesOptions) => {
  /** The last Event of each object: the cache can still be older than what was recorded. */
  const recorded = new Map<string, string>()
  return {
    delete: async ({ object }: DeleteAction): Promise<void> => {
      const { name, uid } = object.metadata
      const isDeleted = await client.delete(refOf(object), uid === undefined ? {} : { uid })
      if (isDeleted) log.info({ kind: object.kind, name }, 'deleted')
    },
    status: async ({ object }: StatusAction): Promise<void> => {
      try {
        await client.apply(typeOf(object), object, { fieldManager, subresource: 'status' })
      } catch (error) {
        // Deleted in the meantime; the watch reports it.
        if (!isNotFound(error)) throw error
      }
    },
    event: (action: EventAction): void => {
      const { about, reason, message } = action
      const { namespace = '', name, uid = '' } = about.metadata
      const key = `${about.kind}/${namespace}/${name}`
      const text = `${uid} ${reason}: ${message}`
      if (recorded.get(key) === text) return
      recorded.delete(key)
      recorded.set(key, text)
      const [oldest] = recorded.keys()
      if (recorded.size > MAX_RECORDED && oldest !== undefined) recorded.delete(oldest)
      log.info({ kind: about.kind, name, reason }, message)
      record(about, action)
    },
  }
}
