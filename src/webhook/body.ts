import type { IncomingMessage } from 'node:http'
import { UID_WITHIN } from './admission.ts'

export interface BodyLimits {
  /** Maximum size of a body, in bytes. */
  maxBytes: number
  /** Maximum size of all incomplete bodies together, in bytes. */
  maxBytesTogether: number
  /** Time limit for receiving a body. */
  timeoutMs: number
}

/** Why a body was not read, with its first characters, which identify the review. */
export interface Unread {
  unread: 'too large' | 'too slow' | 'too many at once' | 'too dense'
  beginning: string
}

export type Body = { text: string } | Unread

/** Bodies above this size are inspected before they are parsed. */
const DENSE_FROM_BYTES = 2 ** 20
/** Maximum number of objects and arrays in a body: parsed, they take many times the text's memory. A 1 MiB pod has 30,000. */
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
 * Reads bodies of requests within limits: a body beyond them gets a response instead of being buffered, so that memory
 * stays bounded under many large or slow requests. Returns `undefined` if the client has disconnected.
 */
export const createBodyReader = (limits: BodyLimits): ((request: IncomingMessage) => Promise<Body | undefined>) => {
  let held = 0
  return (request) => {
    const { promise, resolve } = Promise.withResolvers<Body | undefined>()
    const chunks: Buffer[] = []
    let size = 0
    const refuse = (unread: Unread['unread']): void =>
      resolve({ unread, beginning: Buffer.concat(chunks).toString('utf8', 0, UID_WITHIN) })
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
      // The rest is discarded.
      request.resume()
    })
  }
}
