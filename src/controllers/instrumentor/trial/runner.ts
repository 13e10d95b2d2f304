/** Tries decisions, a few at a time, each once; and again later where the answer can change by itself. */
import { isDeepStrictEqual } from 'node:util'
import { backoffMs } from '../../../kube/http/backoff.ts'
import { KubeError } from '../../../kube/http/error.ts'
import type { BackoffLimits, KubeClient } from '../../../kube/types.ts'
import { createKeyQueue } from '../../../kube/work/queue.ts'
import type { Log } from '../../../process/log.ts'
import { tryPod } from './try-pod.ts'
import type { DueTrial, Verdict } from './verdict.ts'

/** Dry runs go through all policy engines of the cluster, which also serve pods that are needed. */
const CONCURRENCY = 2
/** Equal answers in a row until they are told: the cache of the webhook, or its pods, can be behind. */
const PATIENCE: Partial<Record<Verdict['is'], number>> = { unmarked: 6, unsure: 4 }

/** Delays until an answer is asked for again. The others hold until the decision changes. */
const RETRIES: Partial<Record<Verdict['is'], BackoffLimits>> = {
  unsure: { min: 1_000, max: 300_000 },
  unmarked: { min: 1_000, max: 300_000 },
  refusedAnyway: { min: 300_000, max: 3_600_000 },
  leftAlone: { min: 300_000, max: 3_600_000 },
}

export interface TrialsOptions {
  client: Pick<KubeClient, 'get' | 'create'>
  log: Log
  signal: AbortSignal
  metrics: { tried: (result: Verdict['is']) => void }
  /** Called with the key of each workload whose verdict has changed. */
  onVerdict: (key: string) => void
  /** Divides all delays; only tests set it. */
  haste?: number
  random?: () => number
}

interface Entry extends DueTrial {
  apiVersion: string
  verdict: Verdict | undefined
  /** The latest answer, also where it is not told yet, and how many were of its kind in a row. */
  latest: Verdict['is'] | undefined
  count: number
}

/** The workload itself could not be read. */
const unsureOf = (error: unknown): Verdict => ({
  is: 'unsure',
  message: error instanceof KubeError ? error.detail : String(error),
})

/** The verdict that is told: the one before, while that is to be waited for. */
const told = ({ verdict: before, count }: Entry, verdict: Verdict): Verdict | undefined =>
  count < (PATIENCE[verdict.is] ?? 1) ? before : verdict

/** The decisions that are tried, by the keys of their workloads. */
type Entries = Map<string, Entry>

/** Tries one decision; returns after how many ms to try again. */
const createAttempt = (options: TrialsOptions, entries: Entries) => {
  const { client, log, metrics, onVerdict, haste = 1, random = Math.random } = options
  const keep = (key: string, entry: Entry, verdict: Verdict): number | undefined => {
    entry.count = entry.latest === verdict.is ? entry.count + 1 : 1
    entry.latest = verdict.is
    const next = told(entry, verdict)
    if (!isDeepStrictEqual(next, entry.verdict)) {
      entry.verdict = next
      log.info({ workload: key, ...next }, 'tried a pod as a dry run')
      onVerdict(key)
    }
    const limits = RETRIES[verdict.is]
    return limits && backoffMs(limits, entry.count, random()) / haste
  }

  return async (key: string): Promise<number | undefined> => {
    const entry = entries.get(key)
    if (!entry) return undefined
    const verdict = await tryPod(client, { key, ...entry }).catch(unsureOf)
    metrics.tried(verdict.is)
    // Forgotten, or replaced by another decision, meanwhile.
    return entries.get(key) === entry ? keep(key, entry, verdict) : undefined
  }
}

export const createTrials = (options: TrialsOptions) => {
  const { log, signal } = options
  const queue = createKeyQueue()
  const entries: Entries = new Map()
  const attempt = createAttempt(options, entries)

  const work = async (): Promise<void> => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const againMs = await attempt(key).catch((error: unknown) => {
        log.error({ workload: key, err: error }, 'a trial failed')
        return RETRIES.unsure?.max
      })
      if (againMs !== undefined) queue.add(key, againMs)
      queue.done(key)
    }
  }

  return {
    /** The verdict on a decision; undefined where there is none yet. */
    verdict: (key: string, { decision }: DueTrial): Verdict | undefined => {
      const entry = entries.get(key)
      return entry?.decision === decision ? entry.verdict : undefined
    },
    /** Has a decision tried, unless it was or will be. */
    request: (key: string, apiVersion: string, due: DueTrial): void => {
      if (entries.get(key)?.decision === due.decision) return
      entries.set(key, { ...due, apiVersion, verdict: undefined, latest: undefined, count: 0 })
      queue.add(key)
    },
    forget: (key: string): void => void entries.delete(key),
    /** Works until the signal is aborted. */
    run: async (): Promise<void> => {
      if (signal.aborted) queue.close()
      signal.addEventListener('abort', queue.close, { once: true })
      await Promise.all(Array.from({ length: CONCURRENCY }, work))
    },
  }
}
export type Trials = ReturnType<typeof createTrials>
