import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks every `intervalMs` until the answer is true; a thrown error counts as no and is the cause of the error at the end.
 * Rejects after `seconds` with what was waited for.
 */
export const eventually = async (
  what: string,
  seconds: number,
  isSo: () => Promise<boolean>,
  intervalMs = 1000,
): Promise<void> => {
  const endAt = Date.now() + seconds * 1000
  let last: unknown
  for (;;) {
    try {
      if (await isSo()) return
      last = undefined
    } catch (error) {
      last = error
    }
    if (Date.now() > endAt) throw new Error(`after ${seconds} s still not so: ${what}`, { cause: last })
    await sleep(intervalMs)
  }
}
