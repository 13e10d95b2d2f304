/** The node collectors that are read: what they counted, and since when all of it is known. */
import type { Arrivals, Counters } from './arrivals.ts'
import { arrivalsOf } from './arrivals.ts'
import type { Sample } from '../../../prometheus/text.ts'

/** A pod of the node collector, and where its counters are. */
export interface NodeCollector {
  uid: string
  nodeName: string
  /** `host:port`. */
  address: string
}

/** After this long without a successful read, what a node's pods send is not known. */
export const BLIND_AFTER_MS = 60_000

interface Watch {
  sinceMs: number
  lastMs: number
}

export const createCollectorReadings = () => {
  const counters = new Map<string, Counters>()
  const watches = new Map<string, Watch>()
  return {
    /** What arrived since the collector was read before. */
    read: (
      { uid, nodeName }: Pick<NodeCollector, 'uid' | 'nodeName'>,
      samples: readonly Sample[],
      nowMs: number,
    ): Omit<Arrivals, 'counters'> & { isFirst: boolean; nowMs: number } => {
      const before = counters.get(uid)
      const { counters: after, ...arrivals } = arrivalsOf(before, samples)
      counters.set(uid, after)
      const watch = watches.get(nodeName)
      const isUnbroken = watch !== undefined && nowMs - watch.lastMs <= BLIND_AFTER_MS
      watches.set(nodeName, { sinceMs: isUnbroken ? watch.sinceMs : nowMs, lastMs: nowMs })
      return { ...arrivals, isFirst: before === undefined, nowMs }
    },
    /** Forgets the counters of collectors that are gone. */
    keep: (uids: ReadonlySet<string>): void => {
      for (const uid of counters.keys()) if (!uids.has(uid)) counters.delete(uid)
    },
    /** Since when what the pods of a node send is known without a gap (ms); undefined where it is not. */
    watchedSinceMs: (nodeName: string, nowMs: number): number | undefined => {
      const watch = watches.get(nodeName)
      return watch && nowMs - watch.lastMs <= BLIND_AFTER_MS ? watch.sinceMs : undefined
    },
  }
}
export type CollectorReadings = ReturnType<typeof createCollectorReadings>
