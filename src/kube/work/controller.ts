import type { Log } from '../../process/log.ts'
import type { Metrics } from '../../process/metrics.ts'
import { counter, gauge, histogram } from '../../process/metrics.ts'
import type { KeyQueue } from './queue.ts'
import { createKeyQueue } from './queue.ts'
import type { ReconcileResult, WorkQueue } from '../types.ts'

export interface ControllerOptions {
  /** Folder path of the controller = log field = metric label. */
  name: string
  log: Log
  metrics?: Metrics
  /** Keys that are worked on at the same time. */
  concurrency: number
  signal: AbortSignal
  /** Made before the informers that add to it, where they are made before the controller. */
  queue?: KeyQueue
  reconcile: (key: string) => Promise<ReconcileResult>
  /** Waits between tries of a key that fails; only tests give others than 1 s to 5 min. */
  retryMs?: { min: number; max: number }
}

export interface Controller extends WorkQueue {
  /** Works until the signal is aborted and the keys in work are done. */
  run: () => Promise<void>
}

const RETRY_MS = { min: 1_000, max: 300_000 }
const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

type Outcome = 'done' | 'again' | 'error'

const createObserver = (
  controller: string,
  metrics: Metrics | undefined,
  depth: () => number,
): ((result: Outcome, seconds: number) => void) => {
  if (!metrics) return () => undefined
  const total = counter(metrics, {
    name: 'odigos_reconcile_total',
    help: 'Reconciles by controller and result.',
    labelNames: ['controller', 'result'],
  })
  const duration = histogram(metrics, {
    name: 'odigos_reconcile_duration_seconds',
    help: 'Duration of a reconcile.',
    labelNames: ['controller'],
    buckets: BUCKETS,
  })
  const waiting = gauge(metrics, {
    name: 'odigos_queue_depth',
    help: 'Keys that wait, at the end of the last reconcile.',
    labelNames: ['controller'],
  })
  return (result, seconds) => {
    total.inc({ controller, result })
    duration.observe({ controller }, seconds)
    waiting.set({ controller }, depth())
  }
}

/** Calls `reconcile` for each added key, never twice at once for one key, and again after a failure. */
export const createController = (options: ControllerOptions): Controller => {
  const { name, signal, concurrency, reconcile, queue = createKeyQueue() } = options
  const log = options.log.child({ controller: name })
  const failures = new Map<string, number>()
  const observe = createObserver(name, options.metrics, queue.depth)
  const retry = options.retryMs ?? RETRY_MS

  const work = async (key: string): Promise<Outcome> => {
    try {
      const result = await reconcile(key)
      failures.delete(key)
      if (result) queue.add(key, result.again)
      return result ? 'again' : 'done'
    } catch (error) {
      if (signal.aborted) return 'done'
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      const retryMs = Math.min(retry.max, retry.min * 2 ** Math.min(count, 30))
      log.error({ key, err: error, failures: count + 1, retryMs }, 'reconcile failed')
      queue.add(key, retryMs)
      return 'error'
    }
  }

  const worker = async (): Promise<void> => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const startedAt = performance.now()
      const outcome = await work(key)
      observe(outcome, (performance.now() - startedAt) / 1000)
      queue.done(key)
    }
  }

  return {
    add: queue.add,
    run: async () => {
      if (signal.aborted) queue.close()
      signal.addEventListener('abort', queue.close, { once: true })
      await Promise.all(Array.from({ length: concurrency }, worker))
    },
  }
}
