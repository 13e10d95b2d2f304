/**
 * What an Action selects is decided once, before any Action changes telemetry, and kept as a mark on the resource: an Action that deletes or
 * masks the name of a namespace must not change what others, or its own next statement, apply to. It is also written only once, however many
 * statements it concerns, since a list of selected workloads can be long.
 */
import { literal, selectorCondition } from '../ottl.ts'
import { STATEMENTS } from './processor.ts'
import type { ActionInput, ActionProcessor } from './processor.ts'

/** Attributes of a resource, removed before anything is handed on. */
const MARK = 'odigos.selected.'

/** No name of an object has an underscore. */
const BEFORE = 'transform/odigos_selected'
const AFTER = 'transform/odigos_unselected'

/** The condition of an Action that selects nothing. */
export const NOTHING = 'false'

const mark = (name: string): string => `resource.attributes[${literal(MARK + name)}]`

/** A condition that holds for what the Action selects; undefined if that is everything. */
export const selectedBy = ({ metadata, selected }: ActionInput): string | undefined => {
  const condition = selectorCondition(selected)
  return condition === undefined || condition === NOTHING ? condition : `${mark(metadata.name)} != nil`
}

/** A sender could have written marks itself. */
const CLEAR = `delete_matching_keys(resource.attributes, ${literal(`^${MARK.replaceAll('.', '[.]')}`)})`

interface Marked {
  statement: string
  signals: ActionProcessor['signals']
}

/** An Action that applies to what it selects of some signals. */
export interface Selecting {
  action: ActionInput
  signals: ActionProcessor['signals']
}

const markedBy = ({ action, signals }: Selecting): Marked[] => {
  const condition = selectorCondition(action.selected)
  if (condition === undefined || condition === NOTHING) return []
  return [{ statement: `set(${mark(action.metadata.name)}, true) where ${condition}`, signals }]
}

const onResources = (id: string, marked: readonly Marked[], statementsOf: (own: string[]) => string[]) => {
  const signals = [...new Set(marked.flatMap((each) => each.signals))]
  const lists = signals.map((signal) => {
    const own = marked.filter((each) => each.signals.includes(signal)).map(({ statement }) => statement)
    return [STATEMENTS[signal], [{ context: 'resource', statements: statementsOf(own) }]]
  })
  return { id, signals, config: { error_mode: 'ignore', ...Object.fromEntries(lists) } }
}

/** The processors that mark what each Action selects, and that remove the marks; none where no Action selects. */
export const marksOf = (selecting: readonly Selecting[]): Record<'mark' | 'unmark', ActionProcessor[]> => {
  const marked = selecting.flatMap(markedBy)
  if (marked.length === 0) return { mark: [], unmark: [] }
  return {
    mark: [onResources(BEFORE, marked, (own) => [CLEAR, ...own])],
    unmark: [onResources(AFTER, marked, () => [CLEAR])],
  }
}
