/** Creates, changes and replaces the objects of a CollectorsGroup. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { isRefused } from '../../../kube/http/error.ts'
import type { Subject } from '../../actions/action.ts'
import { subjectOf } from '../../actions/action.ts'
import { assertOurs, refOf, typeOf } from '../../actions/writes.ts'
import type { ControllerContext } from '../../run-controller.ts'

/** Owner of the fields that the autoscaler writes. */
export const FIELD_MANAGER = 'odigos-autoscaler'
/** Owner of the number of replicas, until the HorizontalPodAutoscaler writes it: leaving it out of an apply keeps it. */
const REPLICAS_MANAGER = 'odigos-autoscaler-replicas'

const IMMUTABLE = /updates to statefulset spec for fields other than|field is immutable/
/** A deletion that takes longer is reported. */
const DELETION_LIMIT_MS = 10_000

const withReplicas = (object: KubeObject, replicas: number): KubeObject => ({
  ...object,
  spec: { ...(object['spec'] as object), replicas },
})

type WriteContext = Pick<ControllerContext, 'client' | 'log' | 'nowMs'>

/** Sets the number of replicas of a workload, and nothing else; whoever wrote it before. */
export const writeReplicas = async (
  { client }: Pick<WriteContext, 'client'>,
  subject: Subject,
  replicas: number,
): Promise<void> => {
  const { apiVersion, kind, metadata } = subject
  const { namespace = '', name } = metadata
  const scale = { apiVersion, kind, metadata: { namespace, name }, spec: { replicas } }
  await client.apply(typeOf(subject), scale, { fieldManager: REPLICAS_MANAGER })
}

const create = async (
  { client }: WriteContext,
  object: KubeObject,
  replicas: number | undefined,
): Promise<KubeObject> => {
  const type = typeOf(object)
  // Without force: if another of that name is created at this moment, it is not taken over.
  const to = { fieldManager: FIELD_MANAGER, force: false }
  if (replicas === undefined) return client.apply(type, object, to)
  await client.apply(type, withReplicas(object, replicas), to)
  await writeReplicas({ client }, subjectOf(object), replicas)
  return client.apply(type, object, { fieldManager: FIELD_MANAGER })
}

/** Throws where an object has been in deletion for so long that something blocks it. */
const assertDeletable = ({ nowMs }: WriteContext, { kind, metadata }: KubeObject): void => {
  if (nowMs() - Date.parse(metadata.deletionTimestamp ?? '') < DELETION_LIMIT_MS) return
  throw new Error(`the former ${kind}, which is to be replaced, is still being deleted`)
}

/** Pods of a workload, and claims, stay and are adopted by the new object. */
const deleteForReplacement = async ({ client, log }: WriteContext, { kind, ...found }: KubeObject): Promise<void> => {
  const { name, uid } = found.metadata
  log.info({ kind, name }, 'deleted to be replaced, because an immutable field has changed; its pods stay')
  await client.delete(refOf({ kind, ...found }), { propagationPolicy: 'Orphan', ...(uid === undefined ? {} : { uid }) })
}

const change = async (
  context: WriteContext,
  object: KubeObject,
  found: KubeObject,
): Promise<KubeObject | undefined> => {
  assertOurs(found)
  if (found.metadata.deletionTimestamp !== undefined) {
    assertDeletable(context, found)
    return undefined
  }
  try {
    return await context.client.apply(typeOf(object), object, { fieldManager: FIELD_MANAGER })
  } catch (error) {
    if (!isRefused(error) || !IMMUTABLE.test(String(error))) throw error
    await deleteForReplacement(context, found)
    return undefined
  }
}

/**
 * Creates or changes the object on the cluster; `found` is the current object, and `replicas` is for a workload that is
 * created. Returns `undefined` while a former object is being deleted. Throws where the object is not ours.
 */
export const writeOwned = (
  context: WriteContext,
  object: KubeObject,
  { found, replicas }: { found: KubeObject | undefined; replicas: number | undefined },
): Promise<KubeObject | undefined> => (found ? change(context, object, found) : create(context, object, replicas))
