/** Why a call failed without an HTTP status. */
export type TransportReason = 'Timeout' | 'Unreachable' | 'Aborted' | 'MalformedResponse'

/**
 * An unexpected response of the API server, or none at all. `status` is the HTTP status, 0 without a response; `reason`
 * is metav1.Status.reason (`NotFound`, `Conflict`, `Expired`, …) or a TransportReason.
 */
export class KubeError extends Error {
  readonly status: number
  readonly reason: string
  /** The delay that the server requests, if any. */
  readonly retryAfterMs: number | undefined
  /** The API server's message, without the call; for users. */
  readonly detail: string

  constructor(
    message: string,
    failure: { status: number; reason: string; retryAfterMs?: number | undefined; detail?: string },
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'KubeError'
    this.status = failure.status
    this.reason = failure.reason
    this.retryAfterMs = failure.retryAfterMs
    this.detail = failure.detail ?? message
  }
}

const hasStatus = (error: unknown, status: number): boolean => error instanceof KubeError && error.status === status

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404)
/** Another writer was first (a stale resourceVersion), or the object exists already. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409)
/** The resourceVersion or continue token has expired: list again. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410)
/** The object violates its schema or a validation rule; the message names it. */
export const isInvalid = (error: unknown): boolean => hasStatus(error, 422)

/** 4xx statuses that do not concern the object: credentials, time-outs, throttling. */
const UNRELATED_TO_OBJECT = [401, 408, 429]
/** Rejections that the API server reports as 500: a webhook that cannot be called, an object too large for etcd. */
const REFUSED_AS_500 = /failed calling webhook|request is too large/

/**
 * Whether the API server rejects this object while it may accept others: by its schema (400, 422), a quota, policy or
 * permission (403), its size (413), or another object (409). Any other error means that it is unavailable or overloaded.
 */
export const isRefused = (error: unknown): boolean => {
  if (!(error instanceof KubeError)) return false
  const { status, message } = error
  if (status >= 400 && status < 500) return !UNRELATED_TO_OBJECT.includes(status)
  return status === 500 && REFUSED_AS_500.test(message)
}

/** Whether the API server is unavailable or overloaded, so that any other call would fail as well. */
export const isUnavailable = (error: unknown): boolean => error instanceof KubeError && !isRefused(error)
