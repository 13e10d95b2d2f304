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

type Method = 'POST' | 'PUT' | 'DELETE'

/** What the server answers to JSON: either of the two. */
export interface Answer<Result> {
  result?: Result
  error?: ActionError
}

/** Reads the result by `read`; by default, as JSON. */
export const ask = async <Result>(
  method: Method,
  path: string,
  body?: unknown,
  read: (response: Response) => Promise<Result> = (response) => response.json() as Promise<Result>,
): Promise<Answer<Result>> => {
  try {
    const response = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return { result: await read(response) }
    const { error } = (await response.json()) as { error: ActionError }
    return { error }
  } catch (thrown) {
    return { error: isTimeout(thrown) ? TOO_SLOW : UNREACHABLE }
  }
}

/** Sends JSON. Returns the error, or undefined where it succeeded; the result is not read. */
export const send = async (method: Method, path: string, body?: unknown): Promise<ActionError | undefined> =>
  (await ask(method, path, body, () => Promise.resolve(undefined))).error
