/** Warnings in responses of the API server (RFC 7234, `299 - "text"`): deprecated fields, Pod Security, … */

import type { Log } from '../../process/log.ts'

/** Number of remembered texts; with more distinct ones, the oldest may be reported again. */
const MAX_REMEMBERED = 500
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g

/** The texts of a `Warning` header, which can hold several warnings and occur several times. */
export const warningsOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .flatMap((value) => Array.from(value.matchAll(WARNING), ([, text = '']) => text.replaceAll(/\\(.)/g, '$1')))

/** Calls `report` once for each distinct text. */
export const reportOnce = (report: (text: string) => void = () => undefined): ((text: string) => void) => {
  const seen = new Set<string>()
  return (text) => {
    if (seen.has(text)) return
    const [oldest] = seen
    if (seen.size >= MAX_REMEMBERED && oldest !== undefined) seen.delete(oldest)
    seen.add(text)
    report(text)
  }
}

/** Logs the warnings of a client. */
export const logWarning =
  (log: Pick<Log, 'warn'>) =>
  (warning: string): void =>
    log.warn({ warning }, 'the API server returned a warning for a write')
