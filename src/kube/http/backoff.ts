import type { BackoffLimits } from '../types.ts'

/**
 * The delay after a number of consecutive failures, at least one: `min`, doubled by each further failure up to `max`,
 * less a random part of up to half, so that what failed together is not retried together. `random` is from 0 to 1.
 */
export const backoffMs = ({ min, max }: BackoffLimits, failures: number, random: number): number =>
  Math.min(max, min * 2 ** Math.min(failures - 1, 30)) * (1 - random / 2)

export interface Backoff {
  next: () => number
  reset: () => void
}

export const createBackoff = (limits: BackoffLimits, random: () => number = Math.random): Backoff => {
  let failures = 0
  return {
    next: () => {
      failures += 1
      return backoffMs(limits, failures, random())
    },
    reset: () => {
      failures = 0
    },
  }
}

/** Waits, or returns early when the signal is aborted. Never rejects. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      // oxlint-disable-next-line no-use-before-define -- timer and listener cancel each other
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
