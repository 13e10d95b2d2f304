import { createKubeClient } from '../../kube/http/client.ts'
import { createController } from '../../kube/work/controller.ts'
import { createEventRecorder } from '../../kube/work/events.ts'
import { reportInformers } from '../../kube/watch/informer-metrics.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import { runLeaderProcess } from '../run-leader-process.ts'
import { createCaches } from './caches.ts'
import { createAutoscaler } from './controller.ts'

const NAME = 'odigos-autoscaler'
/** All groups share the Destinations, so there is one decision and one key. */
const EVERYTHING = 'everything'

const lead = async (
  { config, log, metrics, health }: ProcessContext<'autoscaler'>,
  signal: AbortSignal,
): Promise<void> => {
  const client = createKubeClient({ signal })
  const namespace = config.NAMESPACE
  const onChange = (): void => controller.add(EVERYTHING)
  const onError = (error: unknown): void => log.warn({ err: error }, 'watch failed')
  const caches = createCaches({ client, namespace, signal, onChange, onError })
  const autoscaler = createAutoscaler({
    client,
    log,
    record: createEventRecorder({ client, component: NAME, log }),
    caches,
    namespace,
    settings: {
      image: config.COLLECTOR_IMAGE,
      pullPolicy: config.IMAGE_PULL_POLICY,
      storageClass: config.COLLECTOR_STORAGE_CLASS,
    },
    now: Date.now,
  })
  const controller = createController({
    name: 'autoscaler',
    log,
    metrics,
    concurrency: 1,
    signal,
    reconcile: autoscaler,
  })
  reportInformers(caches.informers, { health, metrics })
  await caches.synced
  controller.add(EVERYTHING)
  await controller.run()
}

await runLeaderProcess('autoscaler', lead)
