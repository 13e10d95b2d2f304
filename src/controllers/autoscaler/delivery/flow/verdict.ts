/** What the figures of one exporter and signal say about its delivery. Pure. */
import type { Reason } from '../../../../api/reasons.ts'
import type { DeliveryError } from './error-lines.ts'
import type { FlowTiming } from './timing.ts'
import type { Items, Standing } from './totals.ts'

/** From the worst to the best. */
export const VERDICTS = [
  'AllDataRejected',
  'SomeDataRejected',
  'Unreachable',
  'QueueFillingUp',
  'Throttled',
  'Delivering',
  'NoTelemetryYet',
] as const satisfies readonly Reason[]
export type Verdict = (typeof VERDICTS)[number]

export const isWorse = (a: Verdict, b: Verdict): boolean => VERDICTS.indexOf(a) < VERDICTS.indexOf(b)

export interface SignalFacts extends Standing {
  /** In the window, in the recent part of it, and since something last succeeded or the window began. */
  window: Items
  recent: Items
  /** In the last moments, after which a success would be late. */
  latest: Items
  /** By how much the queues have grown a millisecond, in bytes; undefined while the time is too short. */
  growth?: number
  lastSuccessMs?: number
  /** Since when something waits without a success. */
  waitingSinceMs?: number
  lastError?: DeliveryError
}

/** A queue that is less full holds only what is on its way. */
const EMPTY_FILL = 0.02
/** More is nearly full. */
const FULL_FILL = 0.8
/** A queue that is full later is not told of: traffic has its days and nights. */
const FULL_LATER_MS = 86_400_000

/** Time until the queues are full at the rate of the window (ms); undefined if they will not be within a day. */
export const fullInMs = ({ growth = 0, fill, sizeBytes, capacityBytes }: SignalFacts): number | undefined => {
  if (growth <= 0 || fill <= EMPTY_FILL) return undefined
  const ms = Math.max(0, capacityBytes - sizeBytes) / growth
  return ms <= FULL_LATER_MS ? ms : undefined
}

const isFilling = (facts: SignalFacts): boolean =>
  facts.recent.dropped > 0 || facts.fill > FULL_FILL || fullInMs(facts) !== undefined

/** The last error, if it is recent and no success followed it for long. */
const recentError = ({ lastError }: SignalFacts, nowMs: number, timing: FlowTiming): DeliveryError | undefined =>
  lastError && nowMs - lastError.atMs <= timing.recentMs ? lastError : undefined

const isUnreachable = (facts: SignalFacts, nowMs: number, timing: FlowTiming): boolean => {
  const { latest, sizeBytes, waitingSinceMs = nowMs } = facts
  if (latest.sent > 0 || sizeBytes === 0) return false
  const error = recentError(facts, nowMs, timing)
  if (error?.cause === 'Throttled') return false
  const waitsMs = nowMs - waitingSinceMs
  return error ? waitsMs >= timing.stallMs : waitsMs >= timing.recentMs
}

const isUnused = ({ counted, sizeBytes }: SignalFacts): boolean =>
  counted.sent + counted.failed + counted.dropped + sizeBytes === 0

/** Nothing moves. Where nothing else is known, what had moved before the counters were watched tells. */
const idleVerdict = (facts: SignalFacts, isFirst: boolean): Verdict | undefined => {
  if (isUnused(facts)) return 'NoTelemetryYet'
  const { sent, failed } = facts.counted
  if (!isFirst || (sent > 0 && failed > 0)) return undefined
  if (failed > 0) return 'AllDataRejected'
  return sent > 0 && facts.sizeBytes === 0 ? 'Delivering' : undefined
}

/**
 * The reason by what is observed; undefined where nothing moves, so that nothing is known but what was before. `isFirst` where
 * there was no reason before.
 */
export const verdictOf = (
  facts: SignalFacts,
  nowMs: number,
  timing: FlowTiming,
  isFirst: boolean,
): Verdict | undefined => {
  const { sent, failed } = facts.recent
  if (failed > 0) return sent > 0 ? 'SomeDataRejected' : 'AllDataRejected'
  if (isUnreachable(facts, nowMs, timing)) return 'Unreachable'
  if (isFilling(facts)) return 'QueueFillingUp'
  if (recentError(facts, nowMs, timing)?.cause === 'Throttled') return 'Throttled'
  return sent > 0 ? 'Delivering' : idleVerdict(facts, isFirst)
}

export interface Held {
  verdict: Verdict
  /** A better one, and since when it is observed. */
  better?: { verdict: Verdict; sinceMs: number }
}

/** Only a success or a later failure ends these, not that nothing arrives any more. */
const STAYS: ReadonlySet<Verdict> = new Set(['AllDataRejected', 'SomeDataRejected', 'Unreachable'])

/** Counters that started again with their collectors do not know what was before. */
const isIdle = (observed: Verdict | undefined): observed is 'NoTelemetryYet' | undefined =>
  observed === undefined || observed === 'NoTelemetryYet'

const nextOf = (verdict: Verdict, observed: Verdict | undefined): Verdict => {
  if (!isIdle(observed)) return observed
  return STAYS.has(verdict) || verdict === 'NoTelemetryYet' ? verdict : 'Delivering'
}

/** What is observed, as it counts: worse at once, better after a while, and nothing moving changes little. */
export const hold = (
  before: Held | undefined,
  observed: Verdict | undefined,
  nowMs: number,
  { holdMs }: Pick<FlowTiming, 'holdMs'>,
): Held | undefined => {
  if (!before) return observed && { verdict: observed }
  const { verdict, better } = before
  const next = nextOf(verdict, observed)
  if (next === verdict) return { verdict }
  if (isWorse(next, verdict) || verdict === 'NoTelemetryYet') return { verdict: next }
  const sinceMs = better?.sinceMs ?? nowMs
  return nowMs - sinceMs >= holdMs ? { verdict: next } : { verdict, better: { verdict: next, sinceMs } }
}
