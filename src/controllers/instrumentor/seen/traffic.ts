/** How much each workload sends, from what node collectors counted of its pods. */
import type { Traffic } from '../../../api/kinds/telemetry.ts'

/** Time over which traffic is measured (ms), and the longest that a collector that cannot be read is waited for. */
export const WINDOW_MS = 60_000
const MAX_WINDOW_MS = 300_000
/** Workloads with less of all telemetry, or less than an item per second, are not told apart from those that send nothing. */
const MIN_SHARE_PERCENT = 10

/** Maximum differences between what is measured and what is written. */
const EXACT_POINTS = 5
const EXACT_RATIO = 0.25

/** The traffic of each workload that sends much, by its key. */
export type Measured = ReadonlyMap<string, Traffic>

export const measure = (counts: ReadonlyMap<string, number>, elapsedMs: number): Measured => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const traffic = [...counts].map(([key, count]): [string, Traffic] => [
    key,
    {
      sharePercent: Math.round((count * 100) / Math.max(1, total)),
      itemsPerSecond: Math.round((count * 1000) / elapsedMs),
    },
  ])
  return new Map(
    traffic.filter(([, { sharePercent, itemsPerSecond }]) => sharePercent >= MIN_SHARE_PERCENT && itemsPerSecond > 0),
  )
}

const isClose = (a: Traffic, b: Traffic): boolean =>
  Math.abs(a.sharePercent - b.sharePercent) < EXACT_POINTS &&
  Math.abs(a.itemsPerSecond - b.itemsPerSecond) <= EXACT_RATIO * Math.max(a.itemsPerSecond, b.itemsPerSecond)

/**
 * What the status is to say, where `before` is what it says: that again, where it is exact enough or nothing is known yet, so that steady
 * traffic is written once. `now` is undefined where nothing is known, and null where it is little; so is what is far below the rate at
 * which a workload keeps collectors of its own (items per second).
 */
export const trafficToWrite = (
  before: Traffic | undefined,
  now: Traffic | null | undefined,
  returnItemsPerSecond: number,
): Traffic | undefined => {
  if (now === undefined) return before
  if (now === null || (before && isClose(before, now))) return now === null ? undefined : before
  return now.itemsPerSecond * 2 >= returnItemsPerSecond ? now : undefined
}

/** Adds up what arrives, and measures it once in each window. */
export const createTraffic = (startedMs: number) => {
  let counts = new Map<string, number>()
  let sinceMs = startedMs
  let measured: Measured | undefined
  return {
    add: (key: string, count: number): void => void counts.set(key, (counts.get(key) ?? 0) + count),
    /** Returns the keys of workloads about which that is news. Where not all collectors could be read, the window is longer. */
    close: (nowMs: number, isComplete: boolean): string[] => {
      const elapsedMs = nowMs - sinceMs
      if (elapsedMs < WINDOW_MS || (!isComplete && elapsedMs < MAX_WINDOW_MS)) return []
      const before = measured
      measured = measure(counts, elapsedMs)
      counts = new Map()
      sinceMs = nowMs
      return [...new Set([...(before?.keys() ?? []), ...measured.keys()])]
    },
    /** Undefined while nothing is known, null where it is little. */
    of: (key: string): Traffic | null | undefined => measured && (measured.get(key) ?? null),
  }
}
