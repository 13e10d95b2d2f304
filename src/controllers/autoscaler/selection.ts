/** What the selectors of Actions currently match, by name: a collector knows names, not labels. Pure. */
import type { ActionSpec } from '../../api/kinds/action.ts'
import type { Labels } from '../../api/types/label-selector.ts'
import { matchesSelector } from '../../api/types/label-selector.ts'
import type { Selected } from '../../collector/ottl.ts'

export interface LabelledNamespace {
  name: string
  labels: Labels
}

/** A workload that is opted in, as its InstrumentationConfig describes it. */
export interface LabelledWorkload {
  namespace: string
  kind: string
  name: string
  labels: Labels
  /** As the user has set it. */
  serviceName?: string
}

export interface Selectable {
  namespaces: readonly LabelledNamespace[]
  workloads: readonly LabelledWorkload[]
}

/** Each name is a comparison for each record, and a part of a ConfigMap, which holds 1 MiB. */
export const MAX_SELECTED = 500

const isEmpty = (selector: ActionSpec['namespaceSelector']): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0

type Selectors = Pick<ActionSpec, 'namespaceSelector' | 'workloadSelector' | 'languages'>

/** Names, in one order, of what is selected; a list is absent where its selector selects everything. */
export const resolveSelectors = (
  { namespaceSelector, workloadSelector, languages }: Selectors,
  { namespaces, workloads }: Selectable,
): Selected => {
  const ofLanguages = languages === undefined ? {} : { languages }
  if (isEmpty(namespaceSelector) && isEmpty(workloadSelector)) return ofLanguages
  const names = namespaces
    .filter(({ labels }) => matchesSelector(namespaceSelector, labels))
    .map(({ name }) => name)
    .toSorted()
  const isSelected = new Set(names)
  if (isEmpty(workloadSelector)) return { ...ofLanguages, namespaces: names }
  const selected = workloads
    .filter(({ namespace, labels }) => isSelected.has(namespace) && matchesSelector(workloadSelector, labels))
    .map(({ namespace, kind, name }) => ({ namespace, kind, name }))
  const key = ({ namespace, kind, name }: (typeof selected)[number]): string => `${namespace}/${kind}/${name}`
  return { ...ofLanguages, workloads: selected.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) }
}

const sizeOf = ({ namespaces, workloads }: Selected): number | undefined => (workloads ?? namespaces)?.length

/** Whether there is nothing that the Action would do something to. */
export const selectsNothing = (selected: Selected): boolean => sizeOf(selected) === 0

export const selectsTooMuch = (selected: Selected): boolean => (sizeOf(selected) ?? 0) > MAX_SELECTED

/** Describes what is selected; '' where that is everything. */
export const describeSelected = (selected: Selected): string => {
  if (selectsNothing(selected)) return 'the selectors match nothing at present, so the Action has no effect'
  if (selected.workloads) return `workloads selected: ${selected.workloads.length}`
  return selected.namespaces ? `namespaces selected: ${selected.namespaces.length}` : ''
}
