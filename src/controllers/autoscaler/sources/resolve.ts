/** What the sources of a Destination currently select, by name. Pure. */
import type { Sources } from '../../../api/destinations/sources.ts'
import type { Selected } from '../../../collector/ottl.ts'
import type { Selectable } from '../selection.ts'
import { resolveSelectors } from '../selection.ts'

type Workload = NonNullable<Selected['workloads']>[number]

export const keyOf = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`

const byKey = (a: Workload, b: Workload): number => (keyOf(a) < keyOf(b) ? -1 : 1)

/** Workloads by name need not exist; of those that selectors match, they are a part. */
const namedWorkloads = (
  named: readonly Workload[],
  { workloads, namespaces }: Selected,
  isIn: (namespace: string) => boolean,
): Workload[] => {
  const matched = workloads && new Set(workloads.map(keyOf))
  return named
    .filter(({ namespace }) => isIn(namespace) && (namespaces?.includes(namespace) ?? true))
    .filter((workload) => matched?.has(keyOf(workload)) ?? true)
    .map(({ namespace, kind, name }) => ({ namespace, kind, name }))
    .toSorted(byKey)
}

/** Names, in one order, of what is selected: at most one list beside the languages. */
export const resolveSources = (sources: Sources = {}, selectable: Selectable): Selected => {
  const { namespaces, excludedNamespaces: excluded, workloads } = sources
  const isIn = (name: string): boolean => (namespaces?.includes(name) ?? true) && !excluded?.includes(name)
  const { languages, ...selected } = resolveSelectors(sources, {
    namespaces: selectable.namespaces.filter(({ name }) => isIn(name)),
    workloads: selectable.workloads.filter(({ namespace }) => isIn(namespace)),
  })
  const ofLanguages = languages ? { languages } : {}
  if (workloads) return { ...ofLanguages, workloads: namedWorkloads(workloads, selected, isIn) }
  if (selected.workloads || selected.namespaces) return { ...ofLanguages, ...selected }
  if (namespaces) return { ...ofLanguages, namespaces: namespaces.filter(isIn).toSorted() }
  return excluded ? { ...ofLanguages, excludedNamespaces: excluded.toSorted() } : ofLanguages
}
