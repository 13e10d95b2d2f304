/** Exponential backoff: `min` × 2ⁿ up to `max`, less a random part of up to half, so that clients do not retry in step. */
export interface Backoff {
  next: () => number
  reset: () => void
}

export const createBackoff = (limits: { min: number; max: number }, random: () => number = Math.random): Backoff => {
  let failures = 0
  return {
    next: () => {
      const full = Math.min(limits.max, limits.min * 2 ** Math.min(failures, 30))
      failures += 1
      return full * (1 - random() / 2)
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
