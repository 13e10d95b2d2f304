/** What is remembered of the queues of all gateways: what was dropped lately, and whether something still waits. */
import type { Signal } from '../../../api/vocabulary.ts'
import type { QueueReading } from './queue-metrics.ts'

/** What the full queues of one exporter and signal have dropped, on all gateways. */
export interface Drops {
  exporter: string
  signal: Signal
  items: number
  sinceMs: number
  lastMs: number
}

export interface QueueView {
  /** Only those of the last minutes. */
  drops: readonly Drops[]
  /** Whether that is known for long enough to say that nothing was dropped. */
  isSettled: boolean
  /** Groups whose collectors have delivered what they had, so that one of them can be taken away. */
  drained: ReadonlySet<string>
  /** Groups whose collectors have had nothing at all for as long, so that they can be removed with their queues. */
  empty: ReadonlySet<string>
}

/** A collector, as it is read. */
export interface ReadCollector {
  uid: string
  group: string
}

/** Drops are reported for this long after the last one. */
export const DROPS_MS = 600_000
/** A queue that is less full holds only what is on its way. */
const EMPTY_FILL = 0.02
/** Time for which all queues of a group must have been empty. */
const DRAINED_MS = 120_000

interface Busy {
  group: string
  atMs: number
}

/** Groups of which no collector has been busy for long enough. */
const idleGroups = (busy: ReadonlyMap<string, Busy>, nowMs: number): Set<string> => {
  const groups = Map.groupBy(busy.values(), ({ group }) => group)
  const isIdle = ([, of]: [string, Busy[]]): boolean => of.every(({ atMs }) => nowMs - atMs >= DRAINED_MS)
  return new Set([...groups].filter(isIdle).map(([group]) => group))
}

export const createQueues = (startedMs: number) => {
  const drops = new Map<string, Drops>()
  /** Totals by collector and queue, of the reading before. */
  const totals = new Map<string, number>()
  /** When a collector last had something waiting, or was read for the first time. */
  const busyMs = new Map<string, Busy>()
  /** The same, where anything counts. */
  const waitingMs = new Map<string, Busy>()

  const addDrops = ({ exporter, signal, dropped }: QueueReading, before: number | undefined, nowMs: number): void => {
    // A smaller total is that of a collector that has started again. The first one is of an unknown time.
    const items = before === undefined ? 0 : dropped < before ? dropped : dropped - before
    if (items === 0) return
    const key = `${signal} ${exporter}`
    const known = drops.get(key) ?? { exporter, signal, items: 0, sinceMs: nowMs }
    drops.set(key, { ...known, items: known.items + items, lastMs: nowMs })
  }

  return {
    read: ({ uid, group }: ReadCollector, readings: readonly QueueReading[], nowMs: number): void => {
      for (const reading of readings) {
        const key = `${uid} ${reading.signal} ${reading.exporter}`
        addDrops(reading, totals.get(key), nowMs)
        totals.set(key, reading.dropped)
      }
      const isBusy = !busyMs.has(uid) || readings.some(({ fill }) => fill > EMPTY_FILL)
      if (isBusy) busyMs.set(uid, { group, atMs: nowMs })
      if (!waitingMs.has(uid) || readings.some(({ fill }) => fill > 0)) waitingMs.set(uid, { group, atMs: nowMs })
    },
    /** One that cannot be read may have anything. */
    unreadable: ({ uid, group }: ReadCollector, nowMs: number): void => {
      busyMs.set(uid, { group, atMs: nowMs })
      waitingMs.set(uid, { group, atMs: nowMs })
    },
    /** Forgets collectors that are gone. */
    keep: (uids: ReadonlySet<string>): void => {
      for (const each of [busyMs, waitingMs]) for (const uid of each.keys()) if (!uids.has(uid)) each.delete(uid)
      for (const key of totals.keys()) if (!uids.has(key.split(' ')[0] ?? '')) totals.delete(key)
    },
    view: (nowMs: number): QueueView => {
      for (const [key, { lastMs }] of drops) if (nowMs - lastMs >= DROPS_MS) drops.delete(key)
      return {
        drops: [...drops.values()],
        isSettled: nowMs - startedMs >= DROPS_MS,
        drained: idleGroups(busyMs, nowMs),
        empty: idleGroups(waitingMs, nowMs),
      }
    },
  }
}
export type Queues = ReturnType<typeof createQueues>
