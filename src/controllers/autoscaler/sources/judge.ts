/** What collectors and users are told of the sources of a Destination. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../api/kinds/destination.ts'
import type { Selected } from '../../../collector/ottl.ts'
import { selectorCondition } from '../../../collector/ottl.ts'
import type { Problem } from '../../../destinations/fields.ts'
import { problem } from '../../../destinations/fields.ts'
import type { Selectable } from '../selection.ts'
import { MAX_SELECTED, selectsTooMuch } from '../selection.ts'
import { keyOf, resolveSources } from './resolve.ts'

/** The names that exist: those that sources give themselves may not. */
const existing = ({ namespaces, workloads }: Selected, selectable: Selectable): number | undefined => {
  if (workloads) {
    const known = new Set(selectable.workloads.map(keyOf))
    return workloads.filter((workload) => known.has(keyOf(workload))).length
  }
  const known = new Set(selectable.namespaces.map(({ name }) => name))
  return namespaces?.filter((name) => known.has(name)).length
}

const describe = (selected: Selected, count: number | undefined): string =>
  [
    ...(count === undefined ? [] : [`${selected.workloads ? 'workloads' : 'namespaces'} selected: ${count}`]),
    ...(selected.excludedNamespaces ? [`namespaces excluded: ${selected.excludedNamespaces.length}`] : []),
    ...(selected.languages ? [`languages: ${selected.languages.join(', ')}`] : []),
  ].join('; ')

/** Whether sources select something; undefined for a Destination that takes everything. */
const sourcesCondition = (
  { metadata: { generation } }: Pick<Destination, 'metadata'>,
  selected: Selected,
  selectable: Selectable,
): NewCondition | undefined => {
  if (Object.keys(selected).length === 0) return undefined
  const count = existing(selected, selectable)
  const condition = {
    type: DESTINATION_CONDITIONS.sourcesMatch,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  if (count !== 0) return { ...condition, status: 'True', reason: 'SourcesMatch', message: describe(selected, count) }
  const what = selected.workloads ? 'instrumented workload' : 'namespace'
  const message = `spec.sources matches no ${what} at present, so nothing is sent to the destination`
  return { ...condition, status: 'False', reason: 'SourcesMatchNothing', message }
}

export interface JudgedSources {
  /** OTTL condition on the resource of what it takes; absent where that is everything. */
  takes: string | undefined
  /** What its status says; absent where it takes everything. */
  sources: NewCondition | undefined
  problems: Problem[]
}

export const judgeSources = (
  { metadata, spec }: Pick<Destination, 'metadata' | 'spec'>,
  selectable: Selectable,
): JudgedSources => {
  const selected = resolveSources(spec.sources, selectable)
  const isTooBroad = selectsTooMuch(selected)
  return {
    takes: selectorCondition(selected),
    sources: sourcesCondition({ metadata }, selected, selectable),
    problems: isTooBroad ? [problem('SelectorTooBroad', `spec.sources matches more than ${MAX_SELECTED} names`)] : [],
  }
}
