/** Generates the table of reasons in docs/reasons.md. */
import { REASONS } from '../src/api/reasons.ts'
import { markdownTable } from './markdown-table.ts'

/** A vertical line would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** A row for each reason, by name. */
export const reasonsTable = (
  reasons: Readonly<Record<string, { meaning: string; remedy: string }>> = REASONS,
): string =>
  markdownTable(
    ['reason', 'meaning', 'what you can do'],
    Object.entries(reasons)
      .toSorted(byName)
      .map(([name, { meaning, remedy }]) => [`\`${name}\``, cell(meaning), cell(remedy) || 'nothing is to be done']),
  )
