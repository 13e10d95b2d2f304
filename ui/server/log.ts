/** Lines of the server's log, in the form of the other processes: one JSON object each. */

/** Writes what went wrong; `fields` say with what. */
export const logError = (msg: string, error: unknown, fields: Record<string, string> = {}): void => {
  const err = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const time = new Date().toISOString()
  process.stderr.write(`${JSON.stringify({ level: 'error', time, process: 'ui', ...fields, msg, err })}\n`)
}
