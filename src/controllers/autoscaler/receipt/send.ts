/** Sends a probe to a node collector, and tells what it answers. */
import type { Signal } from '../../../api/vocabulary.ts'
import { wordsOf } from '../delivery/flow/words.ts'
import { postProbe } from './post.ts'
import type { Probe } from './probe.ts'

export interface Sent {
  signal: Signal
  isAccepted: boolean
  /** The words of the collector or the network, where it is not. */
  words: string
  /** How far the clock of the node is ahead of ours (ms), to a second; absent where it did not answer. */
  aheadMs?: number
}

const TIMEOUT_MS = 5_000

/** An answer of a collector has the time of its node, to a second. */
const aheadOf = (response: Response, nowMs: number): Pick<Sent, 'aheadMs'> => {
  const thereMs = Date.parse(response.headers.get('date') ?? '')
  return Number.isNaN(thereMs) ? {} : { aheadMs: thereMs - Math.floor(nowMs / 1000) * 1000 }
}

const networkWords = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return wordsOf(cause instanceof Error ? cause.message : String(cause)).words
}

export const send = async (address: string, signal: Signal, probe: Probe, nowMs: () => number): Promise<Sent> => {
  try {
    const response = await postProbe(address, probe, TIMEOUT_MS)
    const ahead = aheadOf(response, nowMs())
    const text = await response.text()
    if (response.ok) return { signal, isAccepted: true, words: '', ...ahead }
    return { signal, isAccepted: false, words: wordsOf(`HTTP ${response.status}: ${text}`).words, ...ahead }
  } catch (error) {
    return { signal, isAccepted: false, words: networkWords(error) }
  }
}
