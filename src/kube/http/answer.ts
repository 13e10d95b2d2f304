/** What became of a call: the JSON of a good answer, or the KubeError of a bad one or of none. */
import { KubeError } from './error.ts'

/** A longer wait that a server asks for is cut to this. */
const MAX_RETRY_AFTER_MS = 30_000

export interface Answer {
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

/** The error that an answer of 300 or more stands for, from its metav1.Status. */
export const errorOfAnswer = (what: string, { status, text, headers }: Answer): KubeError => {
  const { reason = 'Unknown', message = text.slice(0, 500), details } = parseStatus(text)
  const seconds = Number(headers['retry-after'] ?? details?.retryAfterSeconds)
  const retryAfterMs = seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : undefined
  return new KubeError(`${what}: ${status} ${message}`, { status, reason, retryAfterMs, detail: message })
}

/** The JSON of a 2xx answer, or its text where it is not JSON (logs of a pod). `what` names the call in messages. */
export const readAnswer = (what: string, { status, text, headers }: Answer): unknown => {
  if (status >= 300) throw errorOfAnswer(what, { status, text, headers })
  if (!String(headers['content-type']).includes('json')) return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KubeError(`${what}: the answer is not JSON`, { status: 0, reason: 'MalformedAnswer' }, { cause })
  }
}

/** The error of a call that had no answer; a KubeError stays as it is. */
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
