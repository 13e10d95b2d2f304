/** What went wrong, in the words of the browser's user: a code, a message, a remedy, and texts for single fields. */
import type { KubeError } from '../../src/kube/http/error.ts'

export interface Problem {
  status: number
  code: string
  message: string
  remedy?: string
  /** By name of a form field. */
  fields?: Record<string, string>
}

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'status' in value && 'code' in value && 'message' in value

export const badRequest = (message: string, fields?: Record<string, string>): Problem => ({
  status: 400,
  code: 'InvalidInput',
  message,
  ...(fields ? { fields } : {}),
})

const BY_STATUS: Record<number, Omit<Problem, 'status' | 'message'>> = {
  401: { code: 'Unauthorized', remedy: 'The service account of the UI is not accepted any more; restart its pod.' },
  403: { code: 'Forbidden', remedy: 'Give the service account odigos-ui this right, or do it with kubectl.' },
  404: { code: 'NotFound', remedy: 'It was removed meanwhile.' },
  409: { code: 'Conflict', remedy: 'Someone else changed it at the same time. Look at it again, then repeat.' },
  422: { code: 'Invalid', remedy: 'The API server refused the values; see the message.' },
}

/** The client's messages begin with the request and the status, which say nothing to a user. */
const withoutRequest = (message: string): string => message.replace(/^[A-Z]+ \/\S+ (?:\d{3} )?/, '')

/** A failure of the API server as a problem. Its messages name objects and fields, never values of a Secret. */
export const kubeProblem = (error: KubeError): Problem => {
  const known = BY_STATUS[error.status]
  if (known) return { status: error.status, message: withoutRequest(error.message), ...known }
  return {
    status: 502,
    code: 'ApiServer',
    message: `The API server did not do it: ${error.reason}.`,
    remedy: 'Try again in a moment.',
  }
}
