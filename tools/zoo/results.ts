/** The results of a whole run of the zoo, which the documentation shows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Kinds of the spans that arrived, or why the application is left alone. */
export interface ZooResult {
  spans?: string[]
  leftAlone?: string
}

export const RESULTS_FILE = join(import.meta.dirname, '../../test/zoo/results.json')

const KINDS = ['server', 'client', 'producer', 'consumer', 'internal']

/** Each kind once, in a fixed order: their number differs from run to run. */
export const spansByKind = (kinds: readonly string[]): string[] => KINDS.filter((kind) => kinds.includes(kind))

/** Results by the name of the entry. */
export const zooResults = (): Record<string, ZooResult> =>
  JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Record<string, ZooResult>

/**
 * Lines that a run wrote, over the previous results; only of entries that exist. `null` takes the previous result away: the
 * entry was run again, and failed or was skipped.
 */
export const mergedResults = (
  previous: Record<string, ZooResult>,
  lines: readonly string[],
  entries: readonly string[],
): Record<string, ZooResult> => {
  const all = Object.assign({ ...previous }, ...lines.map((line) => JSON.parse(line) as object)) as Record<
    string,
    ZooResult | null
  >
  return Object.fromEntries(entries.flatMap((id) => (all[id] ? [[id, all[id]]] : [])))
}
