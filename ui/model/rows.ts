/** Rows of the table of workloads, by namespace; pure. */
import type { ClusterView, NamespaceView, RowState, WorkloadView } from '../../src/view/view.ts'
import { LANGUAGE_NAMES, STATES } from '../../src/view/words.ts'

export interface Filter {
  text: string
  state: RowState | 'all'
  /** Namespaces that are never instrumented. */
  withIgnored: boolean
}

export interface NamespaceRows {
  namespace: NamespaceView
  workloads: WorkloadView[]
  /** Number of workloads in the namespace, regardless of the filter. */
  total: number
  wanted: number
  instrumented: number
}

const wordsOf = ({ name, namespace, kind, containers, state, pipeline }: WorkloadView): string =>
  [
    name,
    namespace,
    kind,
    STATES[state].label,
    pipeline?.collectorsGroup ?? '',
    ...containers.flatMap(({ language, agent }) => [
      language ? LANGUAGE_NAMES[language] : '',
      language ?? '',
      agent ?? '',
    ]),
  ]
    .join(' ')
    .toLowerCase()

const matches = (workload: WorkloadView, { text, state }: Filter): boolean => {
  if (state !== 'all' && workload.state !== state) return false
  const words = wordsOf(workload)
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part))
}

const isFiltering = ({ text, state }: Filter): boolean => text.trim() !== '' || state !== 'all'

const rowsOf = (namespace: NamespaceView, all: WorkloadView[], filter: Filter): NamespaceRows => ({
  namespace,
  workloads: all.filter((workload) => matches(workload, filter)).toSorted((a, b) => a.name.localeCompare(b.name)),
  total: all.length,
  wanted: all.filter(({ wanted }) => wanted).length,
  instrumented: all.filter(({ state }) => state === 'Instrumented').length,
})

/** Namespaces in use come first, those that are never instrumented last. */
const rank = ({ namespace, wanted, total }: NamespaceRows): number => {
  if (namespace.ignored) return 3
  if (wanted > 0 || namespace.choice === 'enabled') return 0
  return total > 0 ? 1 : 2
}

/** The groups of the table; while a filter is set, those without a match are omitted. */
export const namespaceRows = (view: ClusterView, filter: Filter): NamespaceRows[] => {
  const byNamespace = Map.groupBy(Object.values(view.workloads), ({ namespace }) => namespace)
  return Object.values(view.namespaces)
    .filter(({ ignored }) => filter.withIgnored || !ignored)
    .map((namespace) => rowsOf(namespace, byNamespace.get(namespace.name) ?? [], filter))
    .filter(({ workloads, namespace }) => {
      if (!isFiltering(filter)) return true
      return (
        workloads.length > 0 || (filter.state === 'all' && namespace.name.includes(filter.text.trim().toLowerCase()))
      )
    })
    .toSorted((a, b) => rank(a) - rank(b) || a.namespace.name.localeCompare(b.namespace.name))
}
