import type { IncomingMessage } from 'node:http'

export interface BodyLimits {
  /** Largest body that is read, in bytes. */
  maxBytes: number
  /** Bytes of all bodies together that are held while they arrive. */
  maxBytesTogether: number
  /** Time for a body to arrive. */
  timeoutMs: number
}

/** Why a body was not read; the first characters of it tell whose it was. */
export interface Unread {
  unread: 'too large' | 'too slow' | 'too many at once' | 'too dense'
  beginning: string
}

export type Body = { text: string } | Unread

/** Enough of a body to find the uid of a review in it. */
const BEGINNING_BYTES = 1024
/** A body above this size is looked at before it is parsed. */
const DENSE_FROM_BYTES = 2 ** 20
/** Objects and arrays in one body; more would be many times larger in memory than as text. A pod of 1 MiB has some 30,000. */
const MAX_NODES = 200_000

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

const countNodes = (bytes: Buffer): number => {
  let nodes = 0
  for (const byte of bytes) if (byte === OPEN_BRACE || byte === OPEN_BRACKET) nodes += 1
  return nodes
}

const isDense = (bytes: Buffer): boolean => bytes.length > DENSE_FROM_BYTES && countNodes(bytes) > MAX_NODES

/**
 * Reads bodies of requests within limits: what is too much is answered instead of collected, so that memory stays bounded
 * while many large or slow bodies arrive. Answers `undefined` where the client has gone.
 */
export const createBodyReader = (limits: BodyLimits): ((request: IncomingMessage) => Promise<Body | undefined>) => {
  let held = 0
  return (request) => {
    const { promise, resolve } = Promise.withResolvers<Body | undefined>()
    const chunks: Buffer[] = []
    let size = 0
    const refuse = (unread: Unread['unread']): void =>
      resolve({ unread, beginning: Buffer.concat(chunks).toString('utf8', 0, BEGINNING_BYTES) })
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      held += chunk.length
      if (size > limits.maxBytes) refuse('too large')
      else if (held > limits.maxBytesTogether) refuse('too many at once')
    }
    const onEnd = (): void => {
      const bytes = Buffer.concat(chunks)
      if (isDense(bytes)) refuse('too dense')
      else resolve({ text: bytes.toString('utf8') })
    }
    const onClose = (): void => resolve(undefined)
    const timer = setTimeout(() => refuse('too slow'), limits.timeoutMs)
    request.on('data', onData).on('end', onEnd).on('close', onClose)
    return promise.finally(() => {
      clearTimeout(timer)
      held -= size
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      // Whatever still comes is thrown away.
      request.resume()
    })
  }
}
