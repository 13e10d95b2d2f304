/** Generates the table of applications in docs/supported.md from the results of the zoo. */
import type { Entry } from '../tools/zoo/entry.ts'
import { zooEntries } from '../tools/zoo/entry.ts'
import type { ZooResult } from '../tools/zoo/results.ts'
import { zooResults } from '../tools/zoo/results.ts'
import { markdownTable } from './markdown-table.ts'

const withAgent = ({ spans = [], leftAlone }: ZooResult): string =>
  leftAlone === undefined ? `behaves the same; spans: ${spans.join(', ') || 'none'}` : `left alone: \`${leftAlone}\``

/** A row for each entry that was run. */
export const zooTable = (entries: readonly Entry[] = zooEntries(), results = zooResults()): string =>
  markdownTable(
    ['application', 'runtime', 'with the agent'],
    entries.flatMap(({ id, title, runtime }) => {
      const result = results[id]
      return result ? [[title, runtime, withAgent(result)]] : []
    }),
  )
