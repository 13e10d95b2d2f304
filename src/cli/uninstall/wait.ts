import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 2_000

/** Waits until it is so; returns whether it is. */
export const isSoWithin = async (limitMs: number, isSo: () => Promise<boolean>): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += EVERY_MS) {
    if (await isSo()) return true
    await sleep(EVERY_MS)
  }
  return false
}
