import { createKubeClient } from '../../kube/http/client.ts'
import { createController } from '../../kube/work/controller.ts'
import { reportInformers } from '../../kube/watch/informer-metrics.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import { runLeaderProcess } from '../run-leader-process.ts'
import { createScheduler } from './controller.ts'

/** There is one decision over everything, so there is one key. */
const EVERYTHING = 'everything'

const lead = async (
  { config, log, metrics, health }: ProcessContext<'scheduler'>,
  signal: AbortSignal,
): Promise<void> => {
  const client = createKubeClient({ signal })
  const scheduler = createScheduler({
    client,
    log,
    namespace: config.NAMESPACE,
    signal,
    onChange: () => controller.add(EVERYTHING),
  })
  const controller = createController({
    name: 'scheduler',
    log,
    metrics,
    concurrency: 1,
    signal,
    reconcile: async () => {
      await scheduler.reconcile()
      return undefined
    },
  })
  reportInformers(scheduler.informers, { health, metrics })
  await scheduler.synced
  controller.add(EVERYTHING)
  await controller.run()
}

await runLeaderProcess('scheduler', lead)
