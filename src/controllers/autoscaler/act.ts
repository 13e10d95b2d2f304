import type { KubeObject } from '../../api/kubernetes.ts'
import { sleep } from '../../kube/http/backoff.ts'
import { isRefused } from '../../kube/http/error.ts'
import { actionId, idOf, subjectOf } from '../actions/action.ts'
import { assertOurs, createWrites, refOf, typeOf } from '../actions/writes.ts'
import type { ControllerContext } from '../run-controller.ts'
import { APPLIED_HASH_ANNOTATION } from './owned/object.ts'
import { contentHash } from './owned/view.ts'
import type { ApplyOwned, AutoscalerAction } from './owned/action.ts'

/** Owner of the fields that the autoscaler writes. */
export const FIELD_MANAGER = 'odigos-autoscaler'
/** Owner of the number of replicas, until the HorizontalPodAutoscaler writes it: leaving it out of an apply keeps it. */
const REPLICAS_MANAGER = 'odigos-autoscaler-replicas'

const IMMUTABLE = /updates to statefulset spec for fields other than|field is immutable/
const DELETION_LIMIT_MS = 10_000
const DELETION_POLL_MS = 200

/** What was applied of an object, and what it was afterwards. */
export interface Applied {
  appliedHash: string
  contentHash: string
  atMs: number
}

export interface AppliedObjects {
  /** By the id of their action. */
  all: () => ReadonlyMap<string, Applied>
}

const replicasOf = (object: KubeObject | undefined): number | undefined =>
  (object?.['spec'] as { replicas?: number } | undefined)?.replicas

const withReplicas = (object: KubeObject, replicas: number): KubeObject => ({
  ...object,
  spec: { ...(object['spec'] as object), replicas },
})

/** Writes what is decided. Immutable fields are changed by a new object, whose pods go on. */
export const createAct = (options: ControllerContext) => {
  const { client, log, signal, nowMs } = options
  const writes = createWrites({ ...options, fieldManager: FIELD_MANAGER })
  const applied = new Map<string, Applied>()

  const create = async (object: KubeObject, replicas: number | undefined): Promise<KubeObject> => {
    const type = typeOf(object)
    // Without force: if another of that name is made at this moment, it is not taken over.
    const to = { fieldManager: FIELD_MANAGER, force: false }
    if (replicas === undefined) return client.apply(type, object, to)
    await client.apply(type, withReplicas(object, replicas), to)
    const { apiVersion, kind, metadata } = subjectOf(object)
    const { namespace = '', name } = metadata
    const scale = { apiVersion, kind, metadata: { namespace, name }, spec: { replicas } }
    await client.apply(type, scale, { fieldManager: REPLICAS_MANAGER })
    return client.apply(type, object, { fieldManager: FIELD_MANAGER })
  }

  const waitUntilGone = async (object: KubeObject): Promise<void> => {
    const endMs = nowMs() + DELETION_LIMIT_MS
    while (await client.get(refOf(object))) {
      if (nowMs() > endMs) throw new Error(`the former ${object.kind}, which is to be replaced, is still being deleted`)
      await sleep(DELETION_POLL_MS, signal)
      signal.throwIfAborted()
    }
  }

  /** Pods of a workload, and claims, stay and are adopted by the new object. */
  const replace = async (object: KubeObject, found: KubeObject): Promise<KubeObject> => {
    const { kind, metadata } = found
    log.info({ kind, name: metadata.name }, 'replaced: a field that is immutable has changed; pods go on')
    await client.delete(refOf(object), {
      propagationPolicy: 'Orphan',
      ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    })
    await waitUntilGone(object)
    return create(object, replicasOf(found))
  }

  const change = async (object: KubeObject, found: KubeObject): Promise<KubeObject> => {
    assertOurs(found)
    if (found.metadata.deletionTimestamp !== undefined) {
      await waitUntilGone(object)
      return create(object, replicasOf(found))
    }
    try {
      return await client.apply(typeOf(object), object, { fieldManager: FIELD_MANAGER })
    } catch (error) {
      if (!isRefused(error) || !IMMUTABLE.test(String(error))) throw error
      return replace(object, found)
    }
  }

  const apply = async (action: ApplyOwned): Promise<void> => {
    const { object } = action
    const found = await client.get<KubeObject>(refOf(object))
    const result = found ? await change(object, found) : await create(object, action.replicas)
    const appliedHash = object.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
    applied.set(idOf(action), { appliedHash, contentHash: contentHash(result), atMs: nowMs() })
    if (found?.metadata.resourceVersion === result.metadata.resourceVersion) return
    const { kind, metadata } = object
    log.info({ kind, name: metadata.name, hash: appliedHash }, found ? 'changed' : 'created')
  }

  const act = async (action: AutoscalerAction): Promise<void> => {
    switch (action.do) {
      case 'apply':
        return apply(action)
      case 'delete':
        applied.delete(actionId('apply', action.object))
        return writes.delete(action)
      case 'status':
        return writes.status(action)
      case 'event':
        return writes.event(action)
    }
  }
  return { act, applied: { all: () => applied } satisfies AppliedObjects }
}
