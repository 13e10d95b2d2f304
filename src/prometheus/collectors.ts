/** Reading the metrics of many collectors again and again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../process/log.ts'
import { pullSamples } from './pull.ts'
import type { Sample } from './text.ts'

/** `host:port` of a port of a pod. */
export const podAddress = (podIP: string, port: number): string =>
  `${podIP.includes(':') ? `[${podIP}]` : podIP}:${port}`

interface ReaderOptions {
  log: Log
  signal: AbortSignal
  /** Only tests override it. */
  pull?: typeof pullSamples
}

/** Of what reads all collectors again and again. */
export interface ReadingOptions extends ReaderOptions {
  nowMs: () => number
  /** Called when what is known has changed; must only enqueue. */
  onNews: () => void
  /** Only tests override it. */
  intervalMs?: number
}

interface Readable {
  uid: string
  /** `host:port`. */
  address: string
}

/**
 * Reads one collector, and hands on what it counted. `failure` is logged once for a collector, with `about`, until it can be
 * read again; nothing is, where the reading was aborted.
 */
export const createReader = ({ log, signal, pull = pullSamples }: ReaderOptions, failure: string) => {
  const failing = new Set<string>()
  return async (
    { uid, address }: Readable,
    about: object,
    take: (samples: readonly Sample[]) => void,
  ): Promise<'read' | 'failed' | 'aborted'> => {
    try {
      take(await pull(address, signal))
      failing.delete(uid)
      return 'read'
    } catch (error) {
      if (signal.aborted) return 'aborted'
      if (!failing.has(uid)) log.warn({ err: error, ...about, address }, failure)
      failing.add(uid)
      return 'failed'
    }
  }
}

/** Reads all, `concurrency` at the same time. */
export const readEach = async <T extends object>(
  items: readonly T[],
  concurrency: number,
  read: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await read(next)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** Calls `readAll`, and again `intervalMs` after each call has ended, until the signal is aborted. */
export const readEvery = async (
  intervalMs: number,
  signal: AbortSignal,
  readAll: () => Promise<void>,
): Promise<void> => {
  while (!signal.aborted) {
    await readAll()
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined)
  }
}
