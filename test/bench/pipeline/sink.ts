/** Takes OTLP over HTTP and over gRPC, and throws it away. */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Sink {
  /** Base URL of OTLP over HTTP. */
  http: string
  grpcPort: number
  /** The body of the last request over HTTP. */
  lastBody: () => Buffer
  /** Resolves when nothing has arrived for a while. */
  quiet: () => Promise<void>
  close: () => Promise<void>
}

const QUIET_MS = 3_000

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** An empty message, uncompressed. */
const EMPTY_MESSAGE = Buffer.alloc(5)

/** `failing` is the part of requests over HTTP that are refused, from 0 to 1. */
export const startSink = async (failing = 0): Promise<Sink> => {
  let last = Buffer.alloc(0)
  let atMs = Date.now()
  let requests = 0
  const read = async (request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    last = Buffer.concat(chunks)
    atMs = Date.now()
  }
  const http = createServer((request, response) => {
    void read(request).then(() => {
      requests += 1
      const isRefused = (requests * failing) % 1 < failing && failing > 0
      response.writeHead(isRefused ? 503 : 200).end()
    })
  })
  const sessions = new Set<ServerHttp2Session>()
  const grpc = createHttp2Server({ settings: { initialWindowSize: 2 ** 24 } })
  grpc.on('session', (session) => {
    session.setLocalWindowSize(2 ** 24)
    sessions.add(session)
  })
  grpc.on('stream', (stream) => {
    stream.resume()
    stream.once('end', () => {
      atMs = Date.now()
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(EMPTY_MESSAGE)
    })
  })
  const httpPort = await listen(http)
  const grpcPort = await listen(grpc)
  return {
    http: `http://127.0.0.1:${httpPort}`,
    grpcPort,
    lastBody: () => last,
    quiet: async () => {
      while (Date.now() - atMs < QUIET_MS) await sleep(100)
    },
    close: async () => {
      for (const session of sessions) session.destroy()
      http.closeAllConnections()
      await Promise.all([http, grpc].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}
