/** Requests of the page to the server. Errors come back as values with a remedy, for a notice or for form fields. */

export interface ActionError {
  code: string
  message: string
  remedy?: string
  fields?: Record<string, string>
}

const UNREACHABLE: ActionError = {
  code: 'Unreachable',
  message: 'The UI does not answer.',
  remedy: 'Is kubectl port-forward still running?',
}
const TOO_SLOW: ActionError = {
  code: 'TooSlow',
  message: 'The UI did not answer in time.',
  remedy: 'It may have been done all the same: look at the page before you try again.',
}

/** Longer than the server waits for the API server. Through a tunnel that hangs an answer would never come. */
const PATIENCE_MS = 45_000

const isTimeout = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'TimeoutError'

/** Sends JSON. Returns the error, or undefined where it succeeded. */
export const send = async (
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<ActionError | undefined> => {
  try {
    const response = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return undefined
    const { error } = (await response.json()) as { error: ActionError }
    return error
  } catch (thrown) {
    return isTimeout(thrown) ? TOO_SLOW : UNREACHABLE
  }
}
