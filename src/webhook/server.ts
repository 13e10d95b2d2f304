import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { ErrorRequestHandler, Express, RequestHandler } from 'express'
import express from 'express'
import { REVIEW_PATH } from '../api/names.ts'
import type { Reason } from '../api/reasons.ts'
import type { Admission } from './admission.ts'
import { findUid } from './admission.ts'
import type { BodyLimits, Unread } from './body.ts'
import { createBodyReader } from './body.ts'
import type { ConnectionLimits } from './connections.ts'
import { limitConnections } from './connections.ts'
import type { Certificate } from './tls.ts'

/** The API server keeps idle connections for 90 s; closing them earlier could cut off a request in flight. */
const KEEP_ALIVE_MS = 95_000
const REQUEST_TIMEOUT_MS = 20_000
/** Each connection takes some 50 KiB; the API server opens one for each concurrent review, which takes milliseconds. */
const CONNECTIONS: ConnectionLimits = { max: 1_000, maxPerSource: 500, firstRequestMs: 3_000 }

const REASONS: Record<Unread['unread'], Reason> = {
  'too large': 'MalformedRequest',
  'too dense': 'MalformedRequest',
  'too slow': 'MalformedRequest',
  'too many at once': 'InternalError',
}

/** The HTTP side of admission. The response to every review is 200 with `allowed: true`. */
export const createApp = (admission: Admission, limits: BodyLimits): Express => {
  const readBody = createBodyReader(limits)
  const review: RequestHandler = async (request, response) => {
    const body = await readBody(request)
    if (!body) return
    // The rest of an unread body is discarded as it arrives, so that the client gets to read the response.
    if ('unread' in body && body.unread === 'too slow') response.set('connection', 'close')
    const reviewed =
      'unread' in body
        ? admission.admitUnread(findUid(body.beginning), REASONS[body.unread], body.unread)
        : admission.admit(body.text)
    const text = Buffer.from(JSON.stringify(reviewed))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
  }
  const failed: ErrorRequestHandler = (_error, _request, response, _next) => {
    if (response.headersSent) response.destroy()
    else response.json(admission.admitUnread('', 'InternalError', 'failed to handle the request'))
  }
  return express()
    .disable('x-powered-by')
    .disable('etag')
    .post(REVIEW_PATH, review)
    .use((_request, response) => {
      response.status(404).end()
    })
    .use(failed)
}

export interface WebhookServer {
  /** Uses the certificate for new connections. Throws if it is invalid, and keeps the previous one. */
  use: (certificate: Certificate) => void
  listen: (port: number) => Promise<number>
  /** Completes open requests, then closes; aborts those that take longer than `graceMs`. */
  close: (graceMs: number) => Promise<void>
}

/** With an authority for clients, only those with a certificate of it get as far as a request. */
const tlsOptions = ({ cert, key, clientAuthority }: Certificate): SecureContextOptions & TlsOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.2',
  ...(clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
})

/** The HTTPS server of the app. */
export const createWebhookServer = (
  app: Express,
  certificate: Certificate,
  limits: ConnectionLimits = CONNECTIONS,
): WebhookServer => {
  const server: Server = createServer(
    { ...tlsOptions(certificate), connectionsCheckingInterval: 1_000, handshakeTimeout: limits.firstRequestMs },
    app,
  )
  limitConnections(server, limits)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = REQUEST_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  return {
    use: (next) => server.setSecureContext(tlsOptions(next)),
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, () => resolve((server.address() as AddressInfo).port))
      }),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
