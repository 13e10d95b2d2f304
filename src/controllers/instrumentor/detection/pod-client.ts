import type { KubeObject } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from '../../../api/names.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import type { Log } from '../../../process/log.ts'
import { FIELD_MANAGER } from '../field-manager.ts'

export interface PodClientOptions {
  client: KubeClient
  namespace: string
  log: Log
  signal: AbortSignal
}

/** Creates, watches and deletes pods of detectors. */
export const createPodClient = ({ client, namespace, log, signal }: PodClientOptions) => ({
  /** Whether the pod could be created. */
  create: async (object: KubeObject): Promise<boolean> => {
    try {
      await client.create(RESOURCES.pods, object, { fieldManager: FIELD_MANAGER })
      return true
    } catch (error) {
      log.warn({ err: error }, 'a detector pod could not be created')
      return false
    }
  },
  remove: ({ metadata: { name, uid } }: KubeObject): void => {
    client
      .delete({ type: RESOURCES.pods, namespace, name }, uid ? { uid } : {})
      .catch((error: unknown) => log.warn({ err: error }, 'a detector pod could not be deleted'))
  },
  /** Calls `onPod` with each change of a pod, and whether it has ended, however it ended. */
  watch: (onPod: (object: KubeObject, hasEnded: boolean) => void): Promise<void> =>
    createInformer<KubeObject>({
      client,
      type: RESOURCES.pods,
      namespace,
      labelSelector: `${COMPONENT_LABEL}=detector,${MANAGED_BY_LABEL}=${MANAGED_BY}`,
      onChange: (object, change) => {
        const { phase } = (object['status'] ?? {}) as { phase?: string }
        onPod(object, change === 'removed' || phase === 'Succeeded' || phase === 'Failed')
      },
      onError: (error) => log.warn({ err: error }, 'watch failed'),
      signal,
    }).synced,
})
