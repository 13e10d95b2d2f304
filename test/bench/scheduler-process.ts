/** The scheduler's controller against the API server at the URL in the argument; started by scheduler.ts. */
import { createScheduler } from '../../src/controllers/scheduler/controller.ts'
import { runParts } from '../../src/controllers/run-controller.ts'
import { createKubeClient } from '../../src/kube/http/client.ts'
import { createLog } from '../../src/process/log.ts'
import { createMetrics } from '../../src/process/metrics.ts'

const { signal } = new AbortController()
const server = process.argv[2] ?? ''
const client = createKubeClient({ credentials: () => Promise.resolve({ server, headers: {}, tls: {} }), signal })
const log = createLog('scheduler', 'warn')
const context = {
  client,
  log,
  metrics: createMetrics(),
  signal,
  namespace: 'odigos-system',
  record: () => undefined,
  nowMs: Date.now,
}
await runParts(createScheduler(context), context)
