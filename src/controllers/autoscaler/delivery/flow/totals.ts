/** What the counters of several gateways grew by, and what waits in their queues. A counter starts again with its collector. */
import type { QueueReading } from '../queue-metrics.ts'

/** Numbers of items. */
export interface Items {
  sent: number
  failed: number
  dropped: number
}

export const NO_ITEMS: Items = { sent: 0, failed: 0, dropped: 0 }

export const addItems = (a: Items, b: Items): Items => ({
  sent: a.sent + b.sent,
  failed: a.failed + b.failed,
  dropped: a.dropped + b.dropped,
})

interface Gateway {
  /** Readings by exporter and signal; absent until it has been read. */
  last?: ReadonlyMap<string, QueueReading>
  /** When it was last read, or listed for the first time. */
  atMs: number
  /** Whether all that it counts is of the time in which it is watched. */
  isWatchedFromStart: boolean
}

export const flowKey = ({ exporter, signal }: Pick<QueueReading, 'exporter' | 'signal'>): string =>
  `${signal} ${exporter}`

const grown = (value: number, before: number): number => (value < before ? value : value - before)

const growthOf = (now: QueueReading, before: QueueReading | undefined): Items => ({
  sent: grown(now.sent, before?.sent ?? 0),
  failed: grown(now.failed, before?.failed ?? 0),
  dropped: grown(now.dropped, before?.dropped ?? 0),
})

/** The sum over all gateways of one exporter and signal. */
export interface Standing {
  exporter: string
  signal: QueueReading['signal']
  /** Since the collectors started. */
  counted: Items
  sizeBytes: number
  capacityBytes: number
  /** Of the fullest queue, from 0 to 1. */
  fill: number
}

const NOTHING = { counted: NO_ITEMS, sizeBytes: 0, capacityBytes: 0, fill: 0 }

const plus = (sum: Omit<Standing, 'exporter' | 'signal'>, reading: QueueReading): Standing => ({
  exporter: reading.exporter,
  signal: reading.signal,
  counted: addItems(sum.counted, reading),
  sizeBytes: sum.sizeBytes + reading.sizeBytes,
  capacityBytes: sum.capacityBytes + reading.capacityBytes,
  fill: Math.max(sum.fill, reading.fill),
})

export const createTotals = () => {
  const gateways = new Map<string, Gateway>()
  let isFirstList = true
  return {
    /** The gateways that exist; others are forgotten. */
    list: (uids: ReadonlySet<string>, nowMs: number): void => {
      for (const uid of gateways.keys()) if (!uids.has(uid)) gateways.delete(uid)
      for (const uid of uids)
        if (!gateways.has(uid)) gateways.set(uid, { atMs: nowMs, isWatchedFromStart: !isFirstList })
      isFirstList = false
    },
    /** What the counters of a gateway have grown by since it was read before. */
    read: (uid: string, readings: readonly QueueReading[], nowMs: number): Map<string, Items> => {
      const { last, isWatchedFromStart = false } = gateways.get(uid) ?? {}
      const isKnown = last !== undefined || isWatchedFromStart
      const growth = readings.map((reading): [string, Items] => [
        flowKey(reading),
        // The counts of a gateway that was there before are of an unknown time.
        isKnown ? growthOf(reading, last?.get(flowKey(reading))) : NO_ITEMS,
      ])
      const next = new Map(readings.map((reading) => [flowKey(reading), reading]))
      gateways.set(uid, { last: next, atMs: nowMs, isWatchedFromStart })
      return new Map(growth)
    },
    size: (): number => gateways.size,
    /** Gateways that have not been read since `sinceMs`. */
    unread: (sinceMs: number): number => [...gateways.values()].filter(({ atMs }) => atMs < sinceMs).length,
    /** By exporter and signal; a gateway that cannot be read counts with what was last known of it. */
    standings: (): Map<string, Standing> => {
      const standings = new Map<string, Standing>()
      for (const { last } of gateways.values())
        for (const [key, reading] of last ?? []) standings.set(key, plus(standings.get(key) ?? NOTHING, reading))
      return standings
    },
  }
}
