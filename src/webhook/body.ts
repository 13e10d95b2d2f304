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
/**
 * Maximum number of objects, arrays and elements in a body: parsed, they take many times the text's memory, and a share of
 * a second. A 1 MiB pod has 100,000.
 */
const MAX_NODES = 250_000

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const COMMA = 0x2c

const countNodes = (bytes: Buffer): number => {
  let nodes = 0
  for (const byte of bytes) if (byte === COMMA || byte === OPEN_BRACE || byte === OPEN_BRACKET) nodes += 1
  return nodes
}

const isDense = (bytes: Buffer): boolean => bytes.length > DENSE_FROM_BYTES && countNodes(bytes) > MAX_NODES

/** A body that has not ended yet. */
interface OpenBody {
  /** Address that it comes from. */
  source: string
  size: number
  /** Releases its bytes. */
  finish: (result: Body | undefined) => void
  refuse: (unread: Unread['unread']) => void
}

/** Part of the room for incomplete bodies that one address can take, so that it cannot take all of it. */
const SHARE_OF_A_SOURCE = 2 / 3

const sizeOf = (bodies: Iterable<OpenBody>): number => [...bodies].reduce((sum, { size }) => sum + size, 0)

/**
 * Refuses the oldest bodies until the others fit: bodies of the API server arrive within milliseconds, so the oldest ones
 * are those that stall. Insertion order of the set is their age.
 */
const makeRoom = (open: Set<OpenBody>, source: string, maxBytesTogether: number): void => {
  const ofSource = (): OpenBody[] => [...open].filter((body) => body.source === source)
  while (sizeOf(ofSource()) > maxBytesTogether * SHARE_OF_A_SOURCE) ofSource()[0]?.refuse('too many at once')
  while (sizeOf(open) > maxBytesTogether) [...open][0]?.refuse('too many at once')
}

/**
 * Reads bodies of requests within limits: a body beyond them gets a response instead of being buffered, so that memory
 * stays bounded under many large or slow requests. Returns `undefined` if the client has disconnected.
 */
export const createBodyReader = (limits: BodyLimits): ((request: IncomingMessage) => Promise<Body | undefined>) => {
  const open = new Set<OpenBody>()
  let held = 0
  return (request) => {
    const { promise, resolve } = Promise.withResolvers<Body | undefined>()
    const chunks: Buffer[] = []
    const body: OpenBody = {
      source: request.socket?.remoteAddress ?? '',
      size: 0,
      finish: (result) => {
        if (open.delete(body)) held -= body.size
        resolve(result)
      },
      refuse: (unread) => body.finish({ unread, beginning: Buffer.concat(chunks).toString('utf8', 0, UID_WITHIN) }),
    }
    const onData = (chunk: Buffer): void => {
      if (!open.has(body)) return
      chunks.push(chunk)
      body.size += chunk.length
      held += chunk.length
      if (body.size > limits.maxBytes) body.refuse('too large')
      else if (held > limits.maxBytesTogether * SHARE_OF_A_SOURCE) makeRoom(open, body.source, limits.maxBytesTogether)
    }
    const onEnd = (): void => {
      const bytes = Buffer.concat(chunks)
      if (isDense(bytes)) body.refuse('too dense')
      else body.finish({ text: bytes.toString('utf8') })
    }
    const onClose = (): void => body.finish(undefined)
    const timer = setTimeout(() => body.refuse('too slow'), limits.timeoutMs)
    open.add(body)
    request.on('data', onData).on('end', onEnd).on('close', onClose)
    return promise.finally(() => {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      // The rest is discarded.
      request.resume()
    })
  }
}
