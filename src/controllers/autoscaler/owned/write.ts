/** Creates, changes and replaces the objects of a CollectorsGroup. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { sleep } from '../../../kube/http/backoff.ts'
import { isRefused } from '../../../kube/http/error.ts'
import { subjectOf } from '../../actions/action.ts'
import { assertOurs, refOf, typeOf } from '../../actions/writes.ts'
import type { ControllerContext } from '../../run-controller.ts'

/** Owner of the fields that the autoscaler writes. */
export const FIELD_MANAGER = 'odigos-autoscaler'
/** Owner of the number of replicas, until the HorizontalPodAutoscaler writes it: leaving it out of an apply keeps it. */
const REPLICAS_MANAGER = 'odigos-autoscaler-replicas'

const IMMUTABLE = /updates to statefulset spec for fields other than|field is immutable/
const DELETION_LIMIT_MS = 10_000
const DELETION_POLL_MS = 200

const replicasOf = (object: KubeObject | undefined): number | undefined =>
  (object?.['spec'] as { replicas?: number } | undefined)?.replicas

const withReplicas = (object: KubeObject, replicas: number): KubeObject => ({
  ...object,
  spec: { ...(object['spec'] as object), replicas },
})

type WriteContext = Pick<ControllerContext, 'client' | 'log' | 'signal' | 'nowMs'>

const create = async (
  { client }: WriteContext,
  object: KubeObject,
  replicas: number | undefined,
): Promise<KubeObject> => {
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

const waitUntilGone = async ({ client, signal, nowMs }: WriteContext, object: KubeObject): Promise<void> => {
  const endMs = nowMs() + DELETION_LIMIT_MS
  while (await client.get(refOf(object))) {
    if (nowMs() > endMs) throw new Error(`the former ${object.kind}, which is to be replaced, is still being deleted`)
    await sleep(DELETION_POLL_MS, signal)
    signal.throwIfAborted()
  }
}

/** Pods of a workload, and claims, stay and are adopted by the new object. */
const replace = async (context: WriteContext, object: KubeObject, found: KubeObject): Promise<KubeObject> => {
  const { client, log } = context
  const { kind, metadata } = found
  log.info({ kind, name: metadata.name }, 'replaced: a field that is immutable has changed; pods go on')
  await client.delete(refOf(object), {
    propagationPolicy: 'Orphan',
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  })
  await waitUntilGone(context, object)
  return create(context, object, replicasOf(found))
}

const change = async (context: WriteContext, object: KubeObject, found: KubeObject): Promise<KubeObject> => {
  assertOurs(found)
  if (found.metadata.deletionTimestamp !== undefined) {
    await waitUntilGone(context, object)
    return create(context, object, replicasOf(found))
  }
  try {
    return await context.client.apply(typeOf(object), object, { fieldManager: FIELD_MANAGER })
  } catch (error) {
    if (!isRefused(error) || !IMMUTABLE.test(String(error))) throw error
    return replace(context, object, found)
  }
}

/**
 * Makes the object on the cluster what it is to be; `found` is what is there, and `replicas` is for a workload that is
 * created. Throws where the object is somebody else's.
 */
export const writeOwned = (
  context: WriteContext,
  object: KubeObject,
  { found, replicas }: { found: KubeObject | undefined; replicas: number | undefined },
): Promise<KubeObject> => (found ? change(context, object, found) : create(context, object, replicas))
