/**
 * Load on an HTTP service, from a process of its own: N connections, each sends the next request when the last is answered.
 * Raw sockets, to leave the processors to the service. `node load.ts PORT PATH CONNECTIONS SECONDS` prints a JSON result.
 */
import type { Socket } from 'node:net'
import { connect } from 'node:net'

export interface LoadResult {
  requests: number
  perSecond: number
  p99Ms: number
  failures: number
}

const END_OF_HEADERS = '\r\n\r\n'

/** Length of the first complete answer in the text, or 0. */
const answerLength = (text: string): number => {
  const end = text.indexOf(END_OF_HEADERS)
  if (end < 0) return 0
  const length = end + END_OF_HEADERS.length + Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
  return text.length >= length ? length : 0
}

const converse = (socket: Socket, request: string, until: number): Promise<{ latencies: number[]; failures: number }> =>
  new Promise((resolve, reject) => {
    const latencies: number[] = []
    let failures = 0
    let received = ''
    let sentAt = 0
    const send = (): void => {
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('error', reject)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk
      const length = answerLength(received)
      if (length === 0) return
      latencies.push(performance.now() - sentAt)
      if (!received.startsWith('HTTP/1.1 200')) failures += 1
      received = received.slice(length)
      if (performance.now() < until) return send()
      socket.destroy()
      resolve({ latencies, failures })
    })
    socket.on('connect', send)
  })

const [port, path, connections, seconds] = process.argv.slice(2)
const startedAt = performance.now()
const request = `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
const results = await Promise.all(
  Array.from({ length: Number(connections) }, () =>
    converse(connect(Number(port), '127.0.0.1'), request, startedAt + Number(seconds) * 1000),
  ),
)
const latencies = results.flatMap((result) => result.latencies).toSorted((a, b) => a - b)
const result: LoadResult = {
  requests: latencies.length,
  perSecond: latencies.length / ((performance.now() - startedAt) / 1000),
  p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  failures: results.reduce((sum, { failures }) => sum + failures, 0),
}
console.log(JSON.stringify(result))
