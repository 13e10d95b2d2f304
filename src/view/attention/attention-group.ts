/** One kind of problem, with the objects that have it. */
import type { Condition } from '../../api/conditions.ts'
import { isRestartable } from './restart.ts'
import type { WorkloadView } from '../view.ts'
import { workloadPath } from '../view.ts'
import { counted } from '../words.ts'

export type Severity = 'bad' | 'warn' | 'info'

export interface AttentionItem {
  key: string
  label: string
  detail: string
  href: string
  /** ID of a workload for which a restart is the remedy. */
  restart?: string
}

export interface AttentionGroup {
  key: string
  severity: Severity
  title: string
  remedy: string
  items: AttentionItem[]
  action?: { label: string; href: string }
}

/** A workload in a group. */
export const item = (workload: WorkloadView, detail: string, canRestart = false): AttentionItem => ({
  key: workload.id,
  label: workload.name,
  detail: `${workload.namespace} · ${workload.kind}${detail === '' ? '' : ` · ${detail}`}`,
  href: workloadPath(workload),
  ...(canRestart && isRestartable(workload.kind) ? { restart: workload.id } : {}),
})

/** The group; none without items. */
export const group = (
  head: Omit<AttentionGroup, 'items' | 'title'> & { title: (counted: string, count: number) => string; noun?: string },
  items: AttentionItem[],
): AttentionGroup[] => {
  const { title, noun = 'workload', ...rest } = head
  return items.length === 0 ? [] : [{ ...rest, title: title(counted(items.length, noun), items.length), items }]
}

/** The first condition that says that something is wrong, and not only under way. */
export const failing = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.find(({ status, reason }) => status === 'False' && reason !== 'Disabled' && reason !== 'RollingOut')
