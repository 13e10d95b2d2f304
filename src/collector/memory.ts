import type { ComponentConfig } from './config.ts'

export interface MemoryBudget {
  /** Hard limit in MiB, above which the collector refuses data. */
  limitMiB: number
  /** Difference in MiB between the hard limit and the soft limit at which refusals start. */
  spikeMiB: number
  /** Soft limit of the Go runtime in MiB: the garbage collector works harder before data is refused. */
  goMemLimitMiB: number
}

/**
 * How a collector divides the memory limit of its container: 50 MiB, or 15 % if that is less, are reserved for non-heap
 * memory; the limiter's documentation advises a spike limit of 20 % and a GOMEMLIMIT of 80 % of the hard limit.
 */
export const memoryBudget = (containerLimitMiB: number): MemoryBudget => {
  const limitMiB = Math.floor(Math.max(containerLimitMiB - 50, containerLimitMiB * 0.85))
  return {
    limitMiB,
    spikeMiB: Math.floor(limitMiB * 0.2),
    goMemLimitMiB: Math.floor(limitMiB * 0.8),
  }
}

/**
 * Heap that may be garbage, in percent of what is in use. A collector holds little for a moment, so that with Go's 100 it spends most of its
 * time on looking for garbage: with 200, a gateway passes 1.3 times the spans per CPU second, and a node collector 1.4 times
 * (`npm run bench:pipeline`), for some 20 MiB at rest. 400 adds another tenth, for twice as much. GOMEMLIMIT bounds it.
 */
const GARBAGE_PERCENT = 200

/** Variables of the Go runtime for a container with this memory limit. */
export const goVariables = (containerLimitMiB: number): Record<'GOMEMLIMIT' | 'GOGC', string> => ({
  GOMEMLIMIT: `${memoryBudget(containerLimitMiB).goMemLimitMiB}MiB`,
  GOGC: String(GARBAGE_PERCENT),
})

/** How much of the limits of a collector traces may take that are held back, and how many they may be. */
export interface TailBudget {
  limiter: ComponentConfig
  /** As many as there would be with a KiB each; the limiter normally refuses before. */
  traces: number
  /** Size of one, above which it is dropped: a few of them would take all of the memory. */
  traceBytes: number
  /** IDs of each kind that are remembered after the decision, of some 200 bytes. */
  decisions: number
}

const TRACES_PER_MIB = 1024
const TRACES_OF_LARGEST_SIZE = 4
const DECISIONS_PER_MIB = 128

/**
 * Beyond 60 % of the hard limit, where all telemetry is refused beyond 80 %, traces to be held back are refused: what need not wait still
 * passes.
 */
export const tailBudget = (containerLimitMiB: number): TailBudget => {
  const { limitMiB, spikeMiB } = memoryBudget(containerLimitMiB)
  return {
    limiter: { check_interval: '1s', limit_mib: Math.floor(limitMiB * 0.8), spike_limit_mib: spikeMiB },
    traces: limitMiB * TRACES_PER_MIB,
    traceBytes: Math.floor((limitMiB * 2 ** 20) / TRACES_OF_LARGEST_SIZE),
    decisions: limitMiB * DECISIONS_PER_MIB,
  }
}

/** Of a series with eight attributes and a histogram: with 23,600, a gateway takes 6 KiB for each, with the copies that it hands on. */
const SERIES_BYTES = 8192
/** Series are for good, and the garbage that the runtime allows is twice what is in use: with more, gateways would be scaled for nothing. */
const SERIES_SHARE = 0.25

/** Of how many services the series are kept, if each has as many as it may. */
export const seriesServices = (containerLimitMiB: number, seriesPerService: number): number =>
  Math.max(
    1,
    Math.floor((memoryBudget(containerLimitMiB).limitMiB * 2 ** 20 * SERIES_SHARE) / (seriesPerService * SERIES_BYTES)),
  )

/** Must be the first processor in each pipeline, so that data is refused before any work is done. */
export const memoryLimiter = (containerLimitMiB: number): ComponentConfig => {
  const { limitMiB, spikeMiB } = memoryBudget(containerLimitMiB)
  return { check_interval: '1s', limit_mib: limitMiB, spike_limit_mib: spikeMiB }
}
