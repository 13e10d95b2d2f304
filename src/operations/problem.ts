/** An error for the user of the browser: code, message, remedy, and messages for form fields. */
import type { KubeError } from '../kube/http/error.ts'

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
  401: { code: 'Unauthorized', remedy: 'The API server rejected the credentials of the UI. Restart its pod.' },
  403: { code: 'Forbidden', remedy: 'Grant this permission to the service account odigos-ui, or use kubectl.' },
  404: { code: 'NotFound', remedy: 'Check whether the object was deleted.' },
  409: { code: 'Conflict', remedy: 'The object was changed at the same time. Check the change, then retry.' },
  422: { code: 'Invalid', remedy: 'Correct the values that the message names.' },
}

/** An error of the API server as a problem. Its messages name objects and fields, never values of a Secret. */
export const kubeProblem = (error: KubeError): Problem => {
  const known = BY_STATUS[error.status]
  if (known) return { status: error.status, message: error.detail, ...known }
  return {
    status: 502,
    code: 'ApiServer',
    message: `The request to the API server failed: ${error.reason}.`,
    remedy: 'Retry in a moment.',
  }
}
