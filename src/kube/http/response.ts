/** The outcome of a call: the JSON of a successful response, or a KubeError for any other, or for none. */
import { KubeError } from './error.ts'

/** Maximum for the delay that a server requests. */
const MAX_RETRY_AFTER_MS = 30_000

export interface RawResponse {
  status: number
  text: string
  headers: Record<string, string | string[] | undefined>
}

interface Status {
  reason?: string
  message?: string
  details?: { retryAfterSeconds?: number }
}

const parseStatus = (text: string): Status => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** The error for a response with a status of 300 or more, from its metav1.Status. */
export const errorOfResponse = (what: string, { status, text, headers }: RawResponse): KubeError => {
  const { reason = 'Unknown', message = text.slice(0, 500), details } = parseStatus(text)
  const seconds = Number(headers['retry-after'] ?? details?.retryAfterSeconds)
  const retryAfterMs = seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : undefined
  return new KubeError(`${what}: ${status} ${message}`, { status, reason, retryAfterMs, detail: message })
}

/** The JSON of a 2xx response, or its text if it is not JSON (logs of a pod). `what` names the call in messages. */
export const readResponse = (what: string, { status, text, headers }: RawResponse): unknown => {
  if (status >= 300) throw errorOfResponse(what, { status, text, headers })
  if (!String(headers['content-type']).includes('json')) return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KubeError(`${what}: the response is not JSON`, { status: 0, reason: 'MalformedResponse' }, { cause })
  }
}

/** The error of a call without a response; a KubeError is returned unchanged. */
export const errorOfTransport = (
  what: string,
  error: unknown,
  state: { aborted: boolean; timedOut: boolean },
): KubeError => {
  if (error instanceof KubeError) return error
  const reason = state.aborted ? 'Aborted' : state.timedOut ? 'Timeout' : 'Unreachable'
  const detail = error instanceof Error ? error.message : String(error)
  return new KubeError(`${what}: ${reason}: ${detail}`, { status: 0, reason }, { cause: error })
}
