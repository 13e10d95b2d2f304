import { parse } from 'yaml'

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/

/** Linux starts no process with a variable of 128 KiB. */
const MAX_LENGTH = 65_536

/** Whether a collector takes a text for empty: what is white space to Go, U+0085 among it, or to JavaScript. */
export const isBlank = (text: string): boolean => /^[\s\u0085]*$/.test(text)

const keysOf = (value: string, version: '1.1' | '1.2'): unknown[] => {
  try {
    const parsed: unknown = parse(value, { version, mapAsMap: true, logLevel: 'silent' })
    return parsed instanceof Map ? [...parsed.keys()] : []
  } catch {
    // The collector takes what is no YAML as it is.
    return []
  }
}

/** Whether it is a map to a reader of YAML, with a key that is no text: a collector reads values as YAML first, and ends at such a map. */
const isStrangeMap = (value: string): boolean =>
  keysOf(value, '1.2').some((key) => typeof key === 'boolean') ||
  // Dates are known to 1.1 only, in which on and yes are boolean too, but not to a collector.
  keysOf(value, '1.1').some((key) => key === null || typeof key === 'number' || key instanceof Date)

/**
 * Why a collector would not use the value of a secret unchanged, or undefined. It reads values from the environment and
 * expands `${…}` and `$$` in them; HTTP and gRPC reject headers with a line break or another control character, and a variable with
 * NUL keeps its container from starting.
 */
export const secretValueFault = (value: string): string | undefined => {
  if (isBlank(value)) return 'is empty'
  if (value.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`
  if (CONTROL.test(value)) return 'contains a control character'
  if (/[\r\n]/.test(value.trimEnd()) && !value.includes('-----BEGIN ')) return 'contains a line break'
  if (/[\r\n]$/.test(value)) return 'ends with a line break'
  if (isStrangeMap(value))
    return 'is a map with keys that are no text to a reader of YAML, with which a collector does not start'
  return value.includes('$$') || value.includes('${') ? 'contains $$ or ${, which a collector would expand' : undefined
}
