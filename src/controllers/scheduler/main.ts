import { createKubeClient } from '../../kube/client.ts'
import { createController } from '../../kube/controller.ts'
import { runAsLeader } from '../../kube/leader.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import { runProcess } from '../../process/run-process.ts'
import { createScheduler } from './controller.ts'

const NAME = 'odigos-scheduler'

/** There is one decision over everything, so there is one key. */
const EVERYTHING = 'everything'

const lead = async ({ config, log, metrics }: ProcessContext<'scheduler'>, signal: AbortSignal): Promise<void> => {
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
  await scheduler.synced
  controller.add(EVERYTHING)
  await controller.run()
}

await runProcess('scheduler', async (context) => {
  const { config, log, signal } = context
  await runAsLeader({
    client: createKubeClient(),
    namespace: config.NAMESPACE,
    name: NAME,
    identity: config.POD_NAME,
    signal,
    log,
    lead: (term) => lead(context, term),
  })
})
