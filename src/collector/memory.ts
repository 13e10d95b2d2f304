import type { ComponentConfig } from './config.ts'

export interface MemoryBudget {
  /** The collector refuses data above this, in MiB. */
  limitMiB: number
  /** Below the limit by this it begins to refuse, in MiB. */
  spikeMiB: number
  /** Soft limit of the Go runtime, in MiB: the garbage collector works harder before data is refused. */
  goMemLimitMiB: number
}

/**
 * How a collector divides the memory limit of its container: 50 MiB are left for what is not heap, or 15 % where that is
 * less; the limiter's documentation advises a spike limit of 20 % and GOMEMLIMIT of 80 % of the hard limit.
 */
export const memoryBudget = (containerLimitMiB: number): MemoryBudget => {
  const limitMiB = Math.floor(Math.max(containerLimitMiB - 50, containerLimitMiB * 0.85))
  return {
    limitMiB,
    spikeMiB: Math.floor(limitMiB * 0.2),
    goMemLimitMiB: Math.floor(limitMiB * 0.8),
  }
}

/** The processor that must stand first in each pipeline, so that a refusal reaches the sender before any work is done. */
export const memoryLimiter = (containerLimitMiB: number): ComponentConfig => {
  const { limitMiB, spikeMiB } = memoryBudget(containerLimitMiB)
  return { check_interval: '1s', limit_mib: limitMiB, spike_limit_mib: spikeMiB }
}
