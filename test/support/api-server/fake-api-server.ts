/**
 * An API server in memory, over plain HTTP: objects of any type, resource versions, lists in pages, watches with
 * bookmarks and compaction, conflicts, apply and patches. It has no schemas, field owners or permissions. Faults are the
 * job of fault-proxy.ts, which runs in front of this or of a real API server.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { createFakeStore, StatusError } from './fake-object-store.ts'
import type { FakeStore, Route } from './fake-object-store.ts'

export interface FakeApiServer extends AsyncDisposable {
  url: string
  credentials: Credentials
  store: FakeStore
  /** Watches from versions older than the current one, and continue tokens, return 410 from now on. */
  compact: () => void
  /** Sends a bookmark with the current version to every watch. */
  bookmark: () => void
  openWatches: () => number
}

/** `/api/v1/namespaces/a/pods/b/status` → what it names. */
const parsePath = (path: string): Route => {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  const root = parts.splice(0, parts[0] === 'api' ? 2 : 3).join('/')
  let namespace: string | undefined
  if (parts[0] === 'namespaces' && parts.length >= 3 && parts[2] !== 'status') namespace = parts.splice(0, 2)[1]
  const [plural = '', name, subresource] = parts
  return { collection: `${root}/${plural}`, namespace, name, subresource }
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text ? JSON.parse(text) : undefined
}

const respond = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

interface Watch {
  route: Route
  query: URLSearchParams
  response: ServerResponse
}

export const startFakeApiServer = async (): Promise<FakeApiServer> => {
  const store = createFakeStore()
  const watches = new Set<Watch>()

  const send = (watch: Watch, type: string, object: unknown): void => {
    watch.response.write(`${JSON.stringify({ type, object })}\n`)
  }

  store.onEvent((event) => {
    for (const watch of watches) {
      if (store.matches(event.object, event.collection, watch.route, watch.query)) send(watch, event.type, event.object)
    }
  })

  const openWatch = (watch: Watch): void => {
    const missed = store.eventsSince(watch.query.get('resourceVersion') ?? '0')
    watch.response.writeHead(200, { 'content-type': 'application/json' })
    watch.response.flushHeaders()
    for (const { type, object, collection } of missed) {
      if (store.matches(object, collection, watch.route, watch.query)) send(watch, type, object)
    }
    watches.add(watch)
    watch.response.on('close', () => watches.delete(watch))
    const seconds = Number(watch.query.get('timeoutSeconds') ?? 300)
    const timer = setTimeout(() => watch.response.end(), seconds * 1000)
    watch.response.on('close', () => clearTimeout(timer))
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fake')
    const route = parsePath(url.pathname)
    const query = url.searchParams
    const body = await readBody(request)
    // As on a server without streaming lists, for which clients then list.
    if (query.has('sendInitialEvents')) throw new StatusError(422, 'Invalid', 'sendInitialEvents is forbidden')
    if (request.method === 'GET' && query.get('watch') === 'true') return openWatch({ route, query, response })
    if (request.method === 'GET' && !route.name) return respond(response, 200, store.page(route, query))
    if (request.method === 'GET') return respond(response, 200, store.get(route))
    const isDryRun = query.get('dryRun') === 'All'
    if (request.method === 'POST') return respond(response, 201, store.create(route, body as KubeObject, isDryRun))
    if (request.method === 'PUT') return respond(response, 200, store.replace(route, body as KubeObject))
    if (request.method === 'DELETE') return respond(response, 200, store.remove(route, body))
    const contentType = request.headers['content-type'] ?? ''
    return respond(response, 200, store.patch(route, contentType, body))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const status = error instanceof StatusError ? error.status : 500
      const reason = error instanceof StatusError ? error.reason : 'InternalError'
      respond(response, status, { kind: 'Status', status: 'Failure', code: status, reason, message: String(error) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    credentials: () => Promise.resolve({ server: url, headers: {}, tls: {} }),
    store,
    compact: store.compact,
    bookmark: () => {
      for (const watch of watches) {
        const metadata = { resourceVersion: store.version(), creationTimestamp: null }
        send(watch, 'BOOKMARK', { kind: 'Bookmark', metadata })
      }
    },
    openWatches: () => watches.size,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
