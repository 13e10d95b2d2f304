/**
 * Load generator, a process of its own: N connections, each sends the next request when the last is answered. Reads its
 * orders from the parent and sends latencies back. Raw TLS, to leave the processors to the server.
 */
import { readFileSync } from 'node:fs'
import type { TLSSocket } from 'node:tls'
import { connect } from 'node:tls'

export interface Orders {
  port: number
  caFile: string
  bodyFile: string
  connections: number
  seconds: number
}

export interface Result {
  requests: number
  p50Ms: number
  p99Ms: number
  seconds: number
  /** The last answer, for a look at what was measured. */
  sample: string
}

const END_OF_HEADERS = '\r\n\r\n'

/** Sends requests one after another on one connection until the time is over; answers the latencies in ms. */
const converse = (
  socket: TLSSocket,
  request: Buffer,
  until: number,
): Promise<{ latencies: number[]; sample: string }> =>
  new Promise((resolve, reject) => {
    const latencies: number[] = []
    let received: Buffer = Buffer.alloc(0)
    let sentAt = 0
    const send = (): void => {
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed the connection')))
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const headersEnd = received.indexOf(END_OF_HEADERS)
      if (headersEnd < 0) return
      const length = Number(/content-length: (\d+)/i.exec(received.toString('latin1', 0, headersEnd))?.[1])
      if (received.length < headersEnd + END_OF_HEADERS.length + length) return
      latencies.push(performance.now() - sentAt)
      if (performance.now() < until) {
        received = Buffer.alloc(0)
        return send()
      }
      socket.removeAllListeners('close')
      socket.destroy()
      resolve({ latencies, sample: received.toString('utf8', headersEnd + END_OF_HEADERS.length) })
    })
    send()
  })

const run = async ({ port, caFile, bodyFile, connections, seconds }: Orders): Promise<Result> => {
  const body = readFileSync(bodyFile)
  const head = `POST /mutate/pods?timeout=3s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const request = Buffer.concat([Buffer.from(head), body])
  const ca = readFileSync(caFile)
  const sockets = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<TLSSocket>((resolve, reject) => {
          const socket = connect({ host: 'localhost', port, ca, servername: 'localhost' }, () => resolve(socket))
          socket.on('error', reject)
        }),
    ),
  )
  const startedAt = performance.now()
  const results = await Promise.all(sockets.map((socket) => converse(socket, request, startedAt + seconds * 1000)))
  const sorted = results.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    requests: sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    seconds: (performance.now() - startedAt) / 1000,
    sample: results[0]?.sample ?? '',
  }
}

process.on('message', (orders: Orders) => {
  run(orders).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
