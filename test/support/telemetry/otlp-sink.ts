/** An OTLP/HTTP receiver for tests: keeps the received spans, decoded, and waits for expected ones. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { LogRecord } from './log-records.ts'
import { logRecordsOf } from './log-records.ts'
import { decodeSpans } from './otlp-decode.ts'
import type { ReceivedSpan } from './otlp-decode.ts'

export type { ReceivedSpan } from './otlp-decode.ts'

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

export interface OtlpSink {
  /** Base address for `OTEL_EXPORTER_OTLP_ENDPOINT`, without a path. */
  endpoint: string
  port: number
  /** All spans so far, in the order of arrival. */
  spans: readonly ReceivedSpan[]
  /** What agents said of themselves, as records of JSON. */
  reports: readonly LogRecord[]
  /** Posts per path, such as `/v1/traces`. */
  posts: ReadonlyMap<string, number>
  /** Resolves with the spans that satisfy `predicate` as soon as there are `count` of them; rejects after `timeoutMs`. */
  waitFor(predicate: (span: ReceivedSpan) => boolean, count?: number, timeoutMs?: number): Promise<ReceivedSpan[]>
  close(): Promise<void>
}

const isJson = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/json') ?? false

const receive = async (
  request: IncomingMessage,
  response: ServerResponse,
  keep: (path: string, body: Buffer) => void,
): Promise<void> => {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    keep(request.url ?? '/', request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  } catch (error) {
    response.writeHead(400).end(String(error))
  }
}

const waitForSpans = async (
  spans: readonly ReceivedSpan[],
  predicate: (span: ReceivedSpan) => boolean,
  { count, timeoutMs }: { count: number; timeoutMs: number },
): Promise<ReceivedSpan[]> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = spans.filter(predicate)
    if (found.length >= count) return found
    if (Date.now() > deadline) {
      const seen = spans.map((span) => `${span.serviceName}: ${span.kind} ${span.name}`)
      throw new Error(`${found.length} of ${count} spans after ${timeoutMs} ms; received: ${JSON.stringify(seen)}`)
    }
    await sleep(25)
  }
}

/** Listens on `host` (default: loopback) and a free port (or `port`). */
export const startOtlpSink = async ({ host = '127.0.0.1', port = 0 } = {}): Promise<OtlpSink> => {
  const spans: ReceivedSpan[] = []
  const reports: LogRecord[] = []
  const posts = new Map<string, number>()
  const server = createServer((request, response) => {
    void receive(request, response, (path, body) => {
      posts.set(path, (posts.get(path) ?? 0) + 1)
      if (path === '/v1/traces') spans.push(...decodeSpans(body))
      // An SDK of the application's own sends protobuf.
      if (path === '/v1/logs' && isJson(request)) reports.push(...logRecordsOf(body.toString('utf8')))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  const address = server.address() as AddressInfo
  return {
    endpoint: `http://${host}:${address.port}`,
    port: address.port,
    spans,
    reports,
    posts,
    waitFor: (predicate, count = 1, timeoutMs = 15_000) => waitForSpans(spans, predicate, { count, timeoutMs }),
    close: () => close(server),
  }
}
