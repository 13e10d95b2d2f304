/** What collectors use, from their own metrics. Pure. */
import type { Sample } from '../../../prometheus/text.ts'

/** Of one collector, at one moment. */
export interface Load {
  /** Since it started. */
  cpuSeconds: number
  heapBytes: number
  /** Items that were refused since it started, because of its memory limit or because a queue that waits is full. */
  refused: number
}

/** Of the collectors of one group, on average. */
export interface GroupUsage {
  /** Collectors that were read twice. */
  collectors: number
  cpuCores: number
  heapBytes: number
  /** Whether one of them refused something between the readings. */
  isRefusing: boolean
}

const REFUSED = /^otelcol_receiver_refused_(spans|metric_points|log_records)(_total|__total)?$/
const CPU = /^otelcol_process_cpu_seconds(_total)?$/
const HEAP = /^otelcol_process_runtime_heap_alloc_bytes$/

const sumOf = (samples: readonly Sample[], name: RegExp): number =>
  samples.filter((sample) => name.test(sample.name)).reduce((sum, { value }) => sum + value, 0)

/** Undefined where the collector does not tell its processor time. */
export const loadOf = (samples: readonly Sample[]): Load | undefined =>
  samples.some(({ name }) => CPU.test(name))
    ? { cpuSeconds: sumOf(samples, CPU), heapBytes: sumOf(samples, HEAP), refused: sumOf(samples, REFUSED) }
    : undefined

interface Reading extends Load {
  atMs: number
}

interface Collector {
  group: string
  last: Reading
  before?: Reading
}

const average = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length

const coresOf = ({ last, before }: Collector): number[] =>
  before && last.atMs > before.atMs && last.cpuSeconds >= before.cpuSeconds
    ? [(last.cpuSeconds - before.cpuSeconds) / ((last.atMs - before.atMs) / 1000)]
    : []

export const createUsage = () => {
  const collectors = new Map<string, Collector>()
  return {
    read: ({ uid, group }: { uid: string; group: string }, load: Load, nowMs: number): void => {
      const last = collectors.get(uid)?.last
      collectors.set(uid, { group, last: { ...load, atMs: nowMs }, ...(last ? { before: last } : {}) })
    },
    /** Forgets the collectors that are gone. */
    keep: (uids: ReadonlySet<string>): void => {
      for (const uid of collectors.keys()) if (!uids.has(uid)) collectors.delete(uid)
    },
    of: (group: string): GroupUsage => {
      const own = [...collectors.values()].filter((each) => each.group === group)
      const cores = own.flatMap(coresOf)
      return {
        collectors: cores.length,
        cpuCores: average(cores),
        heapBytes: average(own.map(({ last }) => last.heapBytes)),
        isRefusing: own.some(({ last, before }) => before !== undefined && last.refused > before.refused),
      }
    },
  }
}
