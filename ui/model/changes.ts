/** Differences between two views: the server sends them, the browser applies them. */
import type { ClusterView, StatusView } from '../../src/view/view.ts'

const SECTIONS = ['namespaces', 'workloads', 'destinations', 'collectors', 'actions', 'settings'] as const
type Section = (typeof SECTIONS)[number]

interface SectionChange<S extends Section> {
  set: ClusterView[S]
  gone: string[]
}

export type Changes = { [S in Section]?: SectionChange<S> } & { status?: StatusView }

const sameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

const changedEntries = <T>(before: Record<string, T>, after: Record<string, T>) => {
  const set: Record<string, T> = {}
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key) || !sameValue(before[key], value)) set[key] = value
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  return Object.keys(set).length + gone.length === 0 ? undefined : { set, gone }
}

/** The entries that were added, changed or removed; undefined if the views are equal. */
export const changesBetween = (before: ClusterView, after: ClusterView): Changes | undefined => {
  const changes: Record<string, unknown> = {}
  for (const section of SECTIONS) {
    const change = changedEntries<unknown>(before[section], after[section])
    if (change) changes[section] = change
  }
  if (!sameValue(before.status, after.status)) changes['status'] = after.status
  return Object.keys(changes).length === 0 ? undefined : changes
}

const applySection = <T>(current: Record<string, T>, change: { set: Record<string, T>; gone: string[] }) => {
  const next = { ...current, ...change.set }
  for (const key of change.gone) delete next[key]
  return next
}

/** The view after the changes; sections without a change keep their identity. */
export const applyChanges = (view: ClusterView, changes: Changes): ClusterView => {
  const next: Record<string, unknown> = { ...view }
  for (const section of SECTIONS) {
    const change = changes[section]
    if (change) next[section] = applySection<unknown>(view[section], change)
  }
  if (changes.status) next['status'] = changes.status
  return next as unknown as ClusterView
}
