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
  /** Made by who needs it earlier: informers that put keys in. */
  queue?: KeyQueue
  reconcile: (key: string) => Promise<ReconcileResult>
  /** Waits between retries of a key that fails; only tests give others than 1 s to 5 min. */
  retryMs?: { min: number; max: number }
  /** From 0 to 1; only tests give another than Math.random. */
  random?: () => number
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
  { depth, longestMs }: { depth: () => number; longestMs: () => number },
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
  gauge(metrics, {
    name: 'odigos_reconcile_longest_running_seconds',
    help: 'Time since the start of the reconcile that has been running for longest; 0 where none runs.',
    labelNames: ['controller'],
    collect: (running) => running.set({ controller }, longestMs() / 1000),
  })
  return (result, seconds) => {
    total.inc({ controller, result })
    duration.observe({ controller }, seconds)
    waiting.set({ controller }, depth())
  }
}

/** Calls `reconcile` for each added key, never twice at once for one key, and again after a failure. */
export const createController = (options: ControllerOptions): Controller => {
  const { name, signal, concurrency, reconcile } = options
  const log = options.log.child({ controller: name })
  const { queue = createKeyQueue(), retryMs: retry = RETRY_MS, random = Math.random } = options
  const failures = new Map<string, number>()
  /** Start of each reconcile that is running. */
  const running = new Map<string, number>()
  const longestMs = (): number =>
    Math.max(0, ...Array.from(running.values(), (startedAt) => performance.now() - startedAt))
  const observe = createObserver(name, options.metrics, { depth: queue.depth, longestMs })

  const work = async (key: string): Promise<Outcome> => {
    try {
      const result = await reconcile(key)
      failures.delete(key)
      if (result) queue.add(key, result.againMs)
      return result ? 'again' : 'done'
    } catch (error) {
      if (signal.aborted) return 'done'
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      // Up to half of it less, so that keys that failed together do not come back together.
      const retryMs = Math.min(retry.max, retry.min * 2 ** Math.min(count, 30)) * (1 - random() / 2)
      log.error({ key, err: error, failures: count + 1, retryMs }, 'reconcile failed')
      queue.add(key, retryMs)
      return 'error'
    }
  }

  const worker = async (): Promise<void> => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const startedAt = performance.now()
      running.set(key, startedAt)
      const outcome = await work(key)
      running.delete(key)
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
