/** Backends that record what reaches them, over HTTP, or over gRPC with TLS; they refuse credentials that are marked as wrong. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Certificate } from '../../../src/webhook/tls.ts'

/** In the credentials that a backend refuses. */
export const WRONG = 'wrong'

export interface RecordedRequest {
  path: string
  headers: Record<string, string>
  /** Decompressed, but for snappy. */
  body: Buffer
}

export interface RecordingBackend {
  port: number
  requests: readonly RecordedRequest[]
  close: () => Promise<void>
}

/** Headers of the connection and of the client, the same for each backend. */
const COMMON = /^(:.*|host|content-length|user-agent|accept-encoding|connection|te|grpc-.*|x-prometheus-.*)$/

const readable = (value: string): string =>
  value.startsWith('Basic ') && !value.includes('secret')
    ? `Basic ${Buffer.from(value.slice('Basic '.length), 'base64').toString('utf8')}`
    : value

const headersOf = (headers: IncomingHttpHeaders | Http2Headers): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !COMMON.test(name))
      .map(([name, value]) => [name, readable(String(value))]),
  )

const isWrong = (headers: Record<string, string>): boolean =>
  Object.values(headers).some((value) => value.includes(WRONG))

const bodyOf = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const portOf = (address: AddressInfo | string | null): number => (address as AddressInfo).port

export const startHttpBackend = async (): Promise<RecordingBackend> => {
  const requests: RecordedRequest[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const headers = headersOf(request.headers)
      const isGzip = request.headers['content-encoding'] === 'gzip'
      requests.push({ path: request.url ?? '', headers, body: isGzip ? gunzipSync(body) : body })
      response.writeHead(isWrong(headers) || request.url?.includes(WRONG) ? 401 : 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
  return { port: portOf(server.address()), requests, close }
}

/** Status codes of gRPC. */
const OK = '0'
const UNAUTHENTICATED = '16'
/** A message is preceded by a flag of its compression, and its length. */
const FRAME_BYTES = 5

const answer = async (stream: ServerHttp2Stream, headers: Http2Headers, requests: RecordedRequest[]): Promise<void> => {
  const body = await bodyOf(stream)
  const sent = headersOf(headers)
  const message = body.subarray(FRAME_BYTES)
  requests.push({ path: String(headers[':path']), headers: sent, body: body[0] === 1 ? gunzipSync(message) : message })
  const content = { ':status': 200, 'content-type': 'application/grpc' }
  if (isWrong(sent)) {
    stream.respond({ ...content, 'grpc-status': UNAUTHENTICATED }, { endStream: true })
    return
  }
  stream.respond(content, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': OK }))
  stream.end(Buffer.alloc(FRAME_BYTES))
}

export const startGrpcBackend = async ({ cert, key }: Certificate): Promise<RecordingBackend> => {
  const requests: RecordedRequest[] = []
  const sessions = new Set<{ destroy: () => void }>()
  const server = createSecureServer({ cert, key })
  server.on('session', (session) => void sessions.add(session))
  server.on('sessionError', () => undefined)
  server.on('stream', (stream: ServerHttp2Stream, headers: Http2Headers) => {
    stream.on('error', () => undefined)
    void answer(stream, headers, requests)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port: portOf(server.address()), requests, close }
}
