/** Requests of the page to the server. Errors are returned as values with a remedy, for a notice or for form fields. */

export interface ActionError {
  code: string
  message: string
  remedy?: string
  fields?: Record<string, string>
}

const UNREACHABLE: ActionError = {
  code: 'Unreachable',
  message: 'The UI server is not reachable.',
  remedy: 'Check that kubectl port-forward is running.',
}
const TOO_SLOW: ActionError = {
  code: 'TooSlow',
  message: 'The request timed out.',
  remedy: 'The change may have been applied. Check the page before you retry.',
}

/** Longer than the server waits for the API server. Through a tunnel that hangs, no response would ever arrive. */
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
