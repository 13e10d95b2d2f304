/** HTTP to the API server: credentials, time-outs and retries around each call. */
import type { Dispatcher } from 'undici'
import { request } from 'undici'
import { errorOfResponse, errorOfTransport, readResponse } from './response.ts'
import { createBackoff, sleep } from './backoff.ts'
import type { Credentials } from './credentials.ts'
import { createDeadline } from './deadline.ts'
import { createDispatcherCache } from './dispatcher.ts'
import { KubeError } from './error.ts'
import { warningsOf } from './warnings.ts'

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Including the query. */
  path: string
  body?: unknown
  contentType?: string
  /** Whether the call may be retried when its outcome is unknown. */
  idempotent: boolean
  /** Cancels this call and its retries. */
  signal?: AbortSignal | undefined
}

export interface Connection {
  /** Returns the response's JSON, or its text if it is not JSON. Throws KubeError for every status other than 2xx. */
  send: (call: Call) => Promise<unknown>
  stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
}

const TIMEOUT_MS = 30_000
const MAX_TRIES = 5
const RETRY_WAIT = { min: 200, max: 5_000 }

type Open = (call: Call, limits: { headersTimeoutMs: number; signal: AbortSignal }) => Promise<Dispatcher.ResponseData>

const createOpener = (credentials: Credentials): Open => {
  const dispatcherFor = createDispatcherCache()
  return async (call, { headersTimeoutMs, signal }) => {
    const access = await credentials()
    const contentType = call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }
    return request(access.server + call.path, {
      dispatcher: dispatcherFor(access),
      method: call.method,
      headers: { accept: 'application/json', 'user-agent': 'odigos', ...access.headers, ...contentType },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: 0,
    })
  }
}

export interface ConnectionOptions {
  /** Cancels every call. */
  signal: AbortSignal
  /** Called with each warning in the response to a write. */
  onWarning: (text: string) => void
}

const nameOf = ({ method, path }: Call): string => `${method} ${path}`

const sendOnce = async (open: Open, call: Call, { signal, onWarning }: ConnectionOptions): Promise<unknown> => {
  const limitMessage = `no response within ${TIMEOUT_MS} ms`
  using deadline = createDeadline(TIMEOUT_MS, [signal, call.signal], limitMessage)
  try {
    const response = await open(call, { headersTimeoutMs: 0, signal: deadline.signal })
    const text = await response.body.text()
    if (call.method !== 'GET') warningsOf(response.headers['warning']).forEach(onWarning)
    return readResponse(nameOf(call), { status: response.statusCode, text, headers: response.headers })
  } catch (error) {
    const timedOut = deadline.isOver()
    throw errorOfTransport(nameOf(call), error, { aborted: deadline.signal.aborted && !timedOut, timedOut })
  }
}

const openStream = async (open: Open, path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
  const call: Call = { method: 'GET', path, idempotent: true }
  try {
    const response = await open(call, { headersTimeoutMs: TIMEOUT_MS, signal })
    if (response.statusCode < 300) return response.body as AsyncIterable<Uint8Array>
    const text = await response.body.text()
    throw errorOfResponse(nameOf(call), { status: response.statusCode, text, headers: response.headers })
  } catch (error) {
    throw errorOfTransport(nameOf(call), error, { aborted: signal.aborted, timedOut: false })
  }
}

/** A throttled call was not processed. Any other may have been, so only idempotent calls are retried. */
const mayRetry = (call: Call, error: unknown): boolean => {
  if (!(error instanceof KubeError)) return false
  if (error.status === 429) return true
  if (!call.idempotent) return false
  return error.status >= 500 || error.reason === 'Unreachable' || error.reason === 'Timeout'
}

const withRetries = async <T>(call: Call, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> => {
  const backoff = createBackoff(RETRY_WAIT)
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= MAX_TRIES || !mayRetry(call, error)) throw error
      const requested = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0
      await sleep(Math.max(requested, backoff.next()), signal)
    }
  }
}

export const createConnection = (credentials: Credentials, options: ConnectionOptions): Connection => {
  const open = createOpener(credentials)
  const { signal } = options
  return {
    send: (call) => withRetries(call, call.signal ?? signal, () => sendOnce(open, call, options)),
    stream: (path, ended) => openStream(open, path, AbortSignal.any([signal, ended])),
  }
}
