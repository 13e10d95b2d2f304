/** An OTLP/HTTP backend that only counts the numbered spans of a sender, and answers as it is told: late, or with an error. */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'

export interface TallyOptions {
  port?: number
  /** Time before each response. */
  delayMs?: number
  /** Status of each response; nothing is counted unless it is 200. */
  status?: number
  /** Continues the tally of an earlier backend. */
  tally?: Tally
}

/** How many copies of each span arrived. */
export interface Tally {
  add: (sequence: number) => void
  has: (sequence: number) => boolean
  /** Spans that arrived, without copies. */
  distinct: () => number
  /** Spans with copies. */
  total: () => number
  mostCopies: () => number
  /** The first spans below `count` that did not arrive. */
  missing: (count: number) => number[]
}

/** More than are sent in a day. */
const MAX_SPANS = 2 ** 28

export const createTally = (): Tally => {
  let copies = new Uint8Array(1 << 16)
  return {
    add: (sequence) => {
      // A damaged span has any number.
      if (!(sequence < MAX_SPANS)) return
      if (sequence >= copies.length) {
        const larger = new Uint8Array(Math.max(sequence + 1, copies.length * 2))
        larger.set(copies)
        copies = larger
      }
      copies[sequence] = Math.min(255, (copies[sequence] ?? 0) + 1)
    },
    has: (sequence) => (copies[sequence] ?? 0) > 0,
    distinct: () => copies.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0),
    total: () => copies.reduce((sum, each) => sum + each, 0),
    mostCopies: () => copies.reduce((most, each) => Math.max(most, each), 0),
    missing: (count) => {
      const absent: number[] = []
      for (let sequence = 0; sequence < count && absent.length < 20; sequence += 1)
        if (!copies[sequence]) absent.push(sequence)
      return absent
    },
  }
}

/** Values of the attribute `sequence`, which a collector writes before its key; damage elsewhere in a request does not matter. */
export const sequencesOf = (protobuf: Buffer): number[] =>
  Array.from(protobuf.toString('latin1').matchAll(/(\d+)\n\Dsequence/g), ([, digits]) => Number(digits))

export interface TallySink {
  endpoint: string
  port: number
  tally: Tally
  /** Requests so far. */
  requests: () => number
  close: () => Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

export const startTallySink = async (options: TallyOptions = {}): Promise<TallySink> => {
  const { port = 0, delayMs = 0, status = 200, tally = createTally() } = options
  let requests = 0
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request)
      requests += 1
      if (delayMs > 0) await sleep(delayMs)
      if (status === 200) for (const sequence of sequencesOf(body)) tally.add(sequence)
      response.writeHead(status).end()
    }
    answer().catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    port: address.port,
    tally,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
