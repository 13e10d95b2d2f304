import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Metrics } from './metrics.ts'

/** Returns why a part is unhealthy, for humans, or undefined. Must be quick; one that throws counts as a failure. */
export type Check = () => string | undefined

export interface Health {
  /** Adds a check to /readyz, for example whether informers are synced. */
  addReadiness: (name: string, check: Check) => void
  /** Adds a check to /healthz. On failure the kubelet restarts the container, so only for what a restart cures. */
  addLiveness: (name: string, check: Check) => void
  /** Answers GET requests for a path with what `report` returns, as JSON. */
  addReport: (path: string, report: () => unknown) => void
  /** Answers POST requests for a path, by the parameters of the query and the body. */
  addService: (path: string, service: Service) => void
}

/** What a request for something that takes time is answered with, as JSON. Rejects only by a fault of ours. */
export type Service = (query: URLSearchParams, body: string) => Promise<{ status: number; body: unknown }>

/** A Destination with fields of maximum length stays far below. */
const MAX_BODY_BYTES = 256 * 1024

const run = (check: Check): string | undefined => {
  try {
    return check()
  } catch (error) {
    return String(error)
  }
}

const failures = (checks: Map<string, Check>): string[] =>
  [...checks].flatMap(([name, check]) => {
    const problem = run(check)
    return problem === undefined ? [] : [`${name}: ${problem}`]
  })

const sendChecks = (response: ServerResponse, checks: Map<string, Check>): void => {
  const problems = failures(checks)
  response.writeHead(problems.length === 0 ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`)
}

const sendMetrics = async (response: ServerResponse, metrics: Metrics): Promise<void> => {
  try {
    const body = await metrics.metrics()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(body)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** Undefined where it is too large; the rest is not kept. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined
}

const serve = async (request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> => {
  if (request.method !== 'POST') {
    request.resume()
    return sendJson(response, 405, { error: 'only POST is allowed' })
  }
  try {
    const given = await readBody(request)
    if (given === undefined) return sendJson(response, 413, { error: `more than ${MAX_BODY_BYTES} bytes` })
    const { status, body } = await service(new URL(request.url ?? '', 'http://localhost').searchParams, given)
    sendJson(response, status, body)
  } catch (error) {
    sendJson(response, 500, { error: String(error) })
  }
}

const sendReport = (response: ServerResponse, report: () => unknown): void => {
  try {
    sendJson(response, 200, report())
  } catch (error) {
    sendJson(response, 500, { error: String(error) })
  }
}

export interface HealthServer extends Health {
  /** Resolves when the port is open; rejects if it cannot be opened. */
  listen: (port: number) => Promise<number>
  close: () => Promise<void>
}

/** `/healthz`, `/readyz` and `/metrics` over plain HTTP, for the kubelet and for Prometheus. */
export const createHealthServer = (metrics: Metrics): HealthServer => {
  const readiness = new Map<string, Check>()
  const liveness = new Map<string, Check>()
  const reports = new Map<string, () => unknown>()
  const services = new Map<string, Service>()
  const server: Server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const [report, service] = [reports.get(path), services.get(path)]
    if (path === '/healthz') sendChecks(response, liveness)
    else if (path === '/readyz') sendChecks(response, readiness)
    else if (path === '/metrics') void sendMetrics(response, metrics)
    else if (service) void serve(request, response, service)
    else if (report && request.method === 'GET') sendReport(response, report)
    else response.writeHead(404).end()
  })
  return {
    addReadiness: (name, check) => readiness.set(name, check),
    addLiveness: (name, check) => liveness.set(name, check),
    addReport: (path, report) => reports.set(path, report),
    addService: (path, service) => services.set(path, service),
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, () => {
          const address = server.address()
          resolve(typeof address === 'object' && address ? address.port : port)
        })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
