import type { Log } from '../../process/log.ts'
import type { Metrics } from '../../process/metrics.ts'
import { counter, gauge, histogram } from '../../process/metrics.ts'
import { backoffMs } from '../http/backoff.ts'
import type { KeyQueue } from './queue.ts'
import { createKeyQueue } from './queue.ts'
import type { BackoffLimits, ReconcileResult, WorkQueue } from '../types.ts'

export interface ControllerOptions {
  /** Name in logs and metrics; equals the folder of the controller. */
  name: string
  log: Log
  metrics?: Metrics
  /** Maximum number of keys processed concurrently. */
  concurrency: number
  signal: AbortSignal
  /** Created by the caller if it is needed earlier, by informers that add keys. */
  queue?: KeyQueue
  reconcile: (key: string) => Promise<ReconcileResult>
  /** Delays between retries of a failing key. Default: 1 s to 5 min; only tests override it. */
  retryMs?: BackoffLimits
  /** From 0 to 1. Default: Math.random; only tests override it. */
  random?: () => number
}

export interface Controller extends WorkQueue {
  /** Runs until the signal is aborted and the keys in progress are done. */
  run: () => Promise<void>
}

/** Delays between retries: of a key that fails, and of an action that is refused. */
export const RETRY_MS = { min: 1_000, max: 300_000 }
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
    help: 'Number of waiting keys at the end of the last reconcile.',
    labelNames: ['controller'],
  })
  gauge(metrics, {
    name: 'odigos_reconcile_longest_running_seconds',
    help: 'Time since the start of the longest-running reconcile; 0 if none is running.',
    labelNames: ['controller'],
    collect: (running) => running.set({ controller }, longestMs() / 1000),
  })
  return (result, seconds) => {
    total.inc({ controller, result })
    duration.observe({ controller }, seconds)
    waiting.set({ controller }, depth())
  }
}

/** Calls `reconcile` for each added key, never concurrently for the same key, and retries failures. */
export const createController = (options: ControllerOptions): Controller => {
  const { name, signal, concurrency, reconcile } = options
  const log = options.log.child({ controller: name })
  const { queue = createKeyQueue(), retryMs: retry = RETRY_MS, random = Math.random } = options
  const failures = new Map<string, number>()
  /** Start times of the running reconciles. */
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
      const count = (failures.get(key) ?? 0) + 1
      failures.set(key, count)
      const retryMs = backoffMs(retry, count, random())
      log.error({ key, err: error, failures: count, retryMs }, 'reconcile failed')
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
