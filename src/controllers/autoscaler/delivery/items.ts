/** Numbers as users read them. Pure. */
import type { Signal } from '../../../api/vocabulary.ts'

export const ITEMS: Record<Signal, string> = { traces: 'spans', metrics: 'data points', logs: 'log records' }

/** Two digits, so that a growing number is not written each time. */
export const rounded = (number: number): number => Number(number.toPrecision(2))

/** `about 1,200 spans`. */
export const aboutItems = (items: number, signal: Signal): string =>
  `about ${rounded(items).toLocaleString('en-US')} ${ITEMS[signal]}`

const UNITS: readonly [number, string][] = [
  [3_600_000, 'h'],
  [60_000, 'min'],
]

/** `2 h`: a time to come, as exact as a rate allows. */
export const aboutTime = (ms: number): string => {
  const [unit, name] = UNITS.find(([size]) => ms >= size) ?? [60_000, 'min']
  return `${Math.max(1, Math.round(ms / unit))} ${name}`
}
