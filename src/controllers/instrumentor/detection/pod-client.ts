import type { KubeObject } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from '../../../api/names.ts'
import { KubeError } from '../../../kube/http/error.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import type { Log } from '../../../process/log.ts'
import { FIELD_MANAGER } from '../field-manager.ts'
import { isStuck } from './pod-failure.ts'

export interface PodClientOptions {
  client: KubeClient
  namespace: string
  log: Log
  signal: AbortSignal
}

/** A pod has ended, or will never start; or it is gone before that. */
export type PodEnd = 'ended' | 'deleted'

const hasEnded = (object: KubeObject): boolean => {
  const { phase } = (object['status'] ?? {}) as { phase?: string }
  return phase === 'Succeeded' || phase === 'Failed' || isStuck(object)
}

/** Creates, watches and deletes pods of detectors. */
export const createPodClient = ({ client, namespace, log, signal }: PodClientOptions) => ({
  /** Creates a pod. Returns why that was refused, by a quota, a policy or the like; undefined if it was not. */
  create: async (object: KubeObject): Promise<string | undefined> => {
    try {
      await client.create(RESOURCES.pods, object, { fieldManager: FIELD_MANAGER })
      return undefined
    } catch (error) {
      log.warn({ err: error }, 'a detector pod could not be created')
      return error instanceof KubeError ? `${error.reason}: ${error.detail}` : String(error)
    }
  },
  remove: ({ metadata: { name, uid } }: KubeObject): void => {
    client
      .delete({ type: RESOURCES.pods, namespace, name }, uid ? { uid } : {})
      .catch((error: unknown) => log.warn({ err: error }, 'a detector pod could not be deleted'))
  },
  /** Calls `onPod` with each change of a pod, and how it has ended, if it has. */
  watch: (onPod: (object: KubeObject, end: PodEnd | undefined) => void): Promise<void> =>
    createInformer<KubeObject>({
      client,
      type: RESOURCES.pods,
      namespace,
      labelSelector: `${COMPONENT_LABEL}=detector,${MANAGED_BY_LABEL}=${MANAGED_BY}`,
      onChange: (object, change) =>
        onPod(object, hasEnded(object) ? 'ended' : change === 'removed' ? 'deleted' : undefined),
      onError: (error) => log.warn({ err: error }, 'watch failed'),
      signal,
    }).synced,
})
