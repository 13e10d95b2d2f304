/** HTTP to the API server: one kept dispatcher, time-outs, retries, and answers as JSON or KubeError. */
import type { Dispatcher } from 'undici'
import { Agent, ProxyAgent, request } from 'undici'
import { createBackoff, pause } from './backoff.ts'
import type { Access, Credentials } from './credentials.ts'
import { KubeError } from './error.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Call {
  method: Method
  /** With its query. */
  path: string
  body?: unknown
  contentType?: string
  /** Whether it may be sent again when it is not known what became of it. */
  idempotent: boolean
  timeoutMs?: number
}

export interface Connection {
  /** The answer's JSON, or its text where it is none. Throws KubeError for every status that is not 2xx. */
  send: (call: Call) => Promise<unknown>
  stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
}

const DEFAULT_TIMEOUT_MS = 30_000
const MAX_TRIES = 5
const RETRY_WAIT = { min: 200, max: 5_000 }
const MAX_RETRY_AFTER_MS = 30_000

export const createConnection = (credentials: Credentials, signal: AbortSignal): Connection => {
  const dispatcherFor = createDispatcherCache()

  const open = async (call: Call, limits: Dispatcher.RequestOptions['headersTimeout'], abort: AbortSignal) => {
    const access = await credentials()
    return request(access.server + call.path, {
      dispatcher: dispatcherFor(access),
      method: call.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'odigos',
        ...access.headers,
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: abort,
      headersTimeout: limits ?? 0,
      bodyTimeout: 0,
    })
  }

  const sendOnce = async (call: Call): Promise<unknown> => {
    const timeoutMs = call.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await open(call, timeoutMs, AbortSignal.any([signal, timeout]))
      const text = await response.body.text()
      if (response.statusCode >= 300)
        throw answerError(call, response.statusCode, text, response.headers['retry-after'])
      return parse(call, text, String(response.headers['content-type'] ?? ''))
    } catch (error) {
      throw transportError(call, error, { aborted: signal.aborted, timedOut: timeout.aborted })
    }
  }

  const send = async (call: Call): Promise<unknown> => {
    const backoff = createBackoff(RETRY_WAIT)
    for (let tries = 1; ; tries += 1) {
      try {
        return await sendOnce(call)
      } catch (error) {
        if (tries >= MAX_TRIES || signal.aborted || !mayRetry(call, error)) throw error
        const wait = (error as KubeError).retryAfterMs ?? 0
        await pause(Math.max(wait, backoff.next()), signal)
      }
    }
  }

  const stream: Connection['stream'] = async (path, ended) => {
    const call: Call = { method: 'GET', path, idempotent: true }
    try {
      const response = await open(call, DEFAULT_TIMEOUT_MS, AbortSignal.any([signal, ended]))
      if (response.statusCode < 300) return response.body as AsyncIterable<Uint8Array>
      const text = await response.body.text()
      throw answerError(call, response.statusCode, text, response.headers['retry-after'])
    } catch (error) {
      throw transportError(call, error, { aborted: signal.aborted || ended.aborted, timedOut: false })
    }
  }

  return { send, stream }
}

/**
 * One dispatcher for as long as the TLS material stays, so that connections are kept. HTTP/1.1 only: a watch then has a
 * connection of its own, and no other call waits behind it.
 */
const createDispatcherCache = (): ((access: Access) => Dispatcher) => {
  let kept: { key: string; dispatcher: Dispatcher } | undefined
  return ({ server, tls, proxyUrl }) => {
    const key = JSON.stringify([server, proxyUrl, tls], (_name, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : value,
    )
    if (kept?.key === key) return kept.dispatcher
    const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 }
    const options = { allowH2: false, keepAliveTimeout: 30_000, pipelining: 1 }
    const dispatcher = proxyUrl
      ? new ProxyAgent({ uri: proxyUrl, requestTls: tls, ...options })
      : new Agent({ connect, ...options })
    // Watches on the old dispatcher go on until they end; new calls use the renewed certificates.
    void kept?.dispatcher.close()
    kept = { key, dispatcher }
    return dispatcher
  }
}

/** A throttled call was not worked on; anything else may have been, and only an idempotent call is sent again. */
const mayRetry = (call: Call, error: unknown): boolean => {
  if (!(error instanceof KubeError)) return false
  if (error.status === 429) return true
  if (!call.idempotent) return false
  return error.status >= 500 || error.reason === 'Unreachable' || error.reason === 'Timeout'
}

const parse = (call: Call, text: string, contentType: string): unknown => {
  if (!contentType.includes('json')) return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KubeError(
      `${call.method} ${call.path}: the answer is not JSON`,
      { status: 0, reason: 'MalformedAnswer' },
      { cause },
    )
  }
}

interface Status {
  reason?: string
  message?: string
  details?: { retryAfterSeconds?: number }
}

const answerError = (
  call: Call,
  status: number,
  text: string,
  retryAfter: string | string[] | undefined,
): KubeError => {
  const answer = parseStatus(text)
  const seconds = Number(retryAfter ?? answer.details?.retryAfterSeconds)
  return new KubeError(`${call.method} ${call.path}: ${status} ${answer.message ?? text.slice(0, 500)}`, {
    status,
    reason: answer.reason ?? 'Unknown',
    ...(seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) } : {}),
  })
}

const parseStatus = (text: string): Status => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

const transportError = (call: Call, error: unknown, state: { aborted: boolean; timedOut: boolean }): KubeError => {
  if (error instanceof KubeError) return error
  const reason = state.aborted ? 'Aborted' : state.timedOut ? 'Timeout' : 'Unreachable'
  const detail = error instanceof Error ? error.message : String(error)
  return new KubeError(`${call.method} ${call.path}: ${reason}: ${detail}`, { status: 0, reason }, { cause: error })
}
