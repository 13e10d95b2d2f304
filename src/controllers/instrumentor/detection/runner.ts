import type { KubeObject } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL } from '../../../api/names.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import type { Log } from '../../../process/log.ts'

export interface DetectorPodsOptions {
  client: KubeClient
  namespace: string
  log: Log
  signal: AbortSignal
  /** Called with each detector pod that has ended, however it ended; its deletion is on the way. */
  onEnded: (object: KubeObject) => void
}

/** Starts detector pods, follows them to their end and deletes them. */
export const createDetectorPods = ({ client, namespace, log, signal, onEnded }: DetectorPodsOptions) => {
  const remove = ({ metadata: { name } }: KubeObject): void => {
    client
      .delete({ type: RESOURCES.pods, namespace, name })
      .catch((error: unknown) => log.warn({ err: error }, 'a detector pod could not be deleted'))
  }
  const informer = createInformer<KubeObject>({
    client,
    type: RESOURCES.pods,
    namespace,
    labelSelector: `${COMPONENT_LABEL}=detector`,
    onChange: (object, change) => {
      const { phase } = (object['status'] ?? {}) as { phase?: string }
      const hasEnded = phase === 'Succeeded' || phase === 'Failed'
      if (change === 'removed' || hasEnded) onEnded(object)
      if (change !== 'removed' && hasEnded && !object.metadata.deletionTimestamp) remove(object)
    },
    onError: (error) => log.warn({ err: error }, 'watch failed'),
    signal,
  })
  return {
    synced: informer.synced,
    remove,
    /** Whether the pod could be created. */
    start: async (object: KubeObject): Promise<boolean> => {
      try {
        await client.create(RESOURCES.pods, object, 'odigos-instrumentor')
        return true
      } catch (error) {
        log.warn({ err: error }, 'a detector pod could not be created')
        return false
      }
    },
  }
}
