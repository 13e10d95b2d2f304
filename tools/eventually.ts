/** The one polling loop of all commands and tests. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Checks every `intervalMs` until the check returns true or the time has elapsed; returns whether it did. Rethrows errors. */
export const isTrueWithin = async (
  timeoutMs: number,
  isTrue: () => boolean | Promise<boolean>,
  intervalMs = 1000,
): Promise<boolean> => {
  const deadline = performance.now() + timeoutMs
  while (!(await isTrue())) {
    if (performance.now() >= deadline) return false
    await sleep(intervalMs)
  }
  return true
}

/**
 * Checks every `intervalMs` until the check returns true. An error counts as false. Rejects after `seconds` with the
 * expectation; the last error is the cause.
 */
export const eventually = async (
  what: string,
  seconds: number,
  isTrue: () => Promise<boolean>,
  intervalMs = 1000,
): Promise<void> => {
  let last: unknown
  const attempt = async (): Promise<boolean> => {
    try {
      last = undefined
      return await isTrue()
    } catch (error) {
      last = error
      return false
    }
  }
  if (!(await isTrueWithin(seconds * 1000, attempt, intervalMs)))
    throw new Error(`timed out after ${seconds} s: ${what}`, { cause: last })
}

/** Repeats a check with assertions every 10 ms until it passes. Rejects with its last error after `timeoutMs`. */
export const eventuallyPasses = async (check: () => void | Promise<void>, timeoutMs = 20_000): Promise<void> => {
  const passes = async (): Promise<boolean> => {
    await check()
    return true
  }
  await eventually('the check passes', timeoutMs / 1000, passes, 10).catch((error: unknown) => {
    throw error instanceof Error && error.cause !== undefined ? error.cause : error
  })
}
