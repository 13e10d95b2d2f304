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

  constructor(
    message: string,
    answer: { status: number; reason: string; retryAfterMs?: number | undefined },
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'KubeError'
    this.status = answer.status
    this.reason = answer.reason
    this.retryAfterMs = answer.retryAfterMs
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
