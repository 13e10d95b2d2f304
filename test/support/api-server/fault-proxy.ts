/** A proxy that simulates faults of networks and API servers, in front of the fake or a real API server. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request as send } from 'undici'
import type { Credentials } from '../../../src/kube/http/credentials.ts'

export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  isWatch: boolean
  /** A GET of a collection. */
  isList: boolean
}

export type Fault =
  | { answer: number; body?: unknown; text?: string; headers?: Record<string, string> }
  /** The connection is closed before a response. */
  | 'reset'
  /** There is never a response. */
  | 'hang'
  /** Forwarded with a delay. */
  | { delayMs: number }
  /** Forwarded with another query. */
  | { query: Record<string, string> }

export interface FaultProxy extends AsyncDisposable {
  credentials: Credentials
  requests: SeenRequest[]
  /** Called for each request; returns the fault to simulate, or undefined. */
  fault: (request: SeenRequest) => Fault | undefined
  /** Acts on all open watches. */
  resetWatches: () => void
  closeWatches: () => void
  /** These watches receive no more data, but stay open. */
  silenceWatches: () => void
  inject: (text: string) => void
  openWatches: () => number
  /** Number of connections since the start. */
  connections: () => number
}

const describe = (request: IncomingMessage): SeenRequest => {
  const url = new URL(request.url ?? '/', 'http://proxy')
  const isWatch = url.searchParams.get('watch') === 'true'
  const isList = request.method === 'GET' && !isWatch && url.searchParams.has('limit')
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, isWatch, isList }
}

export const startFaultProxy = async (upstream: Credentials): Promise<FaultProxy> => {
  const watches = new Set<{ response: ServerResponse; silent: boolean }>()
  const access = await upstream()
  const agent = new Agent({ connect: access.tls, allowH2: false, bodyTimeout: 0 })

  const forward = async (seen: SeenRequest, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ended = new AbortController()
    response.on('close', () => ended.abort())
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = chunks.length > 0 ? Buffer.concat(chunks) : null
    const contentType = request.headers['content-type']
    const upstream = await send(`${access.server}${seen.path}?${seen.query}`, {
      dispatcher: agent,
      method: seen.method as 'GET',
      headers: {
        accept: 'application/json',
        ...access.headers,
        ...(contentType ? { 'content-type': contentType } : {}),
      },
      body,
      signal: ended.signal,
    })
    response.writeHead(upstream.statusCode, { 'content-type': String(upstream.headers['content-type']) })
    response.flushHeaders()
    const watch = { response, silent: false }
    if (seen.isWatch && upstream.statusCode === 200) watches.add(watch)
    response.on('close', () => watches.delete(watch))
    for await (const chunk of upstream.body) if (!watch.silent) response.write(chunk)
    if (!watch.silent) response.end()
  }

  const act = async (
    fault: Fault | undefined,
    seen: SeenRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    if (fault === 'reset') return void request.socket.resetAndDestroy()
    if (fault === 'hang') return
    if (fault && 'answer' in fault) {
      response.writeHead(fault.answer, { 'content-type': 'application/json', ...fault.headers })
      const body = fault.body ?? { kind: 'Status', code: fault.answer, reason: 'Fault' }
      return void response.end(fault.text ?? JSON.stringify(body))
    }
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs)
    if (fault && 'query' in fault) for (const [key, value] of Object.entries(fault.query)) seen.query.set(key, value)
    await forward(seen, request, response)
  }

  let connections = 0
  const server = createServer()
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const proxy: FaultProxy = {
    credentials: () => Promise.resolve({ server: url, headers: {}, tls: {} }),
    requests: [],
    fault: () => undefined,
    resetWatches: () => {
      for (const { response } of watches) response.socket?.resetAndDestroy()
    },
    closeWatches: () => {
      for (const { response } of watches) response.end()
    },
    silenceWatches: () => {
      for (const watch of watches) watch.silent = true
    },
    inject: (text) => {
      for (const { response } of watches) response.write(text)
    },
    openWatches: () => watches.size,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await agent.destroy()
    },
  }
  server.on('request', (request, response) => {
    const seen = describe(request)
    proxy.requests.push({ ...seen, query: new URLSearchParams(seen.query) })
    // For the client, any failure upstream is a reset.
    act(proxy.fault(seen), seen, request, response).catch(() => request.socket.destroy())
  })
  return proxy
}
