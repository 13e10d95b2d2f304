/** What went wrong between us and the API server, where there is no HTTP status to tell. */
export type TransportReason = 'Timeout' | 'Unreachable' | 'Aborted' | 'MalformedAnswer'

/**
 * An answer of the API server that was not expected, or none at all. `status` is the HTTP status, 0 where there was no
 * answer; `reason` is metav1.Status.reason (`NotFound`, `Conflict`, `Expired`, …) or a TransportReason.
 */
export class KubeError extends Error {
  readonly status: number
  readonly reason: string
  /** How long the server asks us to wait, where it does. */
  readonly retryAfterMs: number | undefined
  /** The API server's own words, without the call; for users. */
  readonly detail: string

  constructor(
    message: string,
    answer: { status: number; reason: string; retryAfterMs?: number | undefined; detail?: string },
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'KubeError'
    this.status = answer.status
    this.reason = answer.reason
    this.retryAfterMs = answer.retryAfterMs
    this.detail = answer.detail ?? message
  }
}

const hasStatus = (error: unknown, status: number): boolean => error instanceof KubeError && error.status === status

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404)
/** Another writer was first (a stale resourceVersion), or the object exists already. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409)
/** The resourceVersion or continue token is older than what the server keeps: list again. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410)
/** The object breaks its schema or a validation rule; the message says which. */
export const isInvalid = (error: unknown): boolean => hasStatus(error, 422)

/** Statuses of 4xx that are about us or the moment, not about the object: credentials, time-outs, throttling. */
const NOT_ABOUT_THE_OBJECT = [401, 408, 429]
/** Refusals that the API server reports as its own failure: a webhook that cannot be called, an object too large for etcd. */
const REFUSED_AS_500 = /failed calling webhook|request is too large/

/**
 * Whether this object is refused while others may be accepted: by its schema (400, 422), a quota, policy or right (403),
 * its size (413), or another object (409). Everything else means that the API server is away or overloaded.
 */
export const isRefused = (error: unknown): boolean => {
  if (!(error instanceof KubeError)) return false
  const { status, message } = error
  if (status >= 400 && status < 500) return !NOT_ABOUT_THE_OBJECT.includes(status)
  return status === 500 && REFUSED_AS_500.test(message)
}

/** Whether the API server is away or overloaded, so that any other call would fail as well. */
export const isUnavailable = (error: unknown): boolean => error instanceof KubeError && !isRefused(error)
