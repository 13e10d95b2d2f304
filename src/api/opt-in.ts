/** Who is to be instrumented: the workload's label wins over the namespace's, and that over the mode; pure. */
import type { OdigosConfigSpec } from './kinds/odigos-config.ts'
import { OPT_LABEL } from './names.ts'

/** What the label says; `inherit` where there is none. */
export type Choice = 'enabled' | 'disabled' | 'inherit'

/** Who decided whether a workload is to be instrumented. */
export type DecidedBy = 'workload' | 'namespace' | 'mode' | 'ignored'

/** A value that is neither `enabled` nor `disabled` says nothing. */
export const choiceOf = (labels: Record<string, string> | undefined): Choice => {
  const value = labels?.[OPT_LABEL]
  return value === 'enabled' || value === 'disabled' ? value : 'inherit'
}

/**
 * Who ignores a namespace, if anyone does: `system` for those that are never instrumented, Kubernetes' own and ours, and
 * `settings` for those that the OdigosConfig names.
 */
export const ignoredBy = (
  name: string,
  { ignoredNamespaces }: Pick<OdigosConfigSpec, 'ignoredNamespaces'>,
  systemNamespace: string,
): 'system' | 'settings' | undefined => {
  if (name.startsWith('kube-') || name === systemNamespace) return 'system'
  return ignoredNamespaces.includes(name) ? 'settings' : undefined
}

/** Whether a namespace is not instrumented whatever its labels are. */
export const isIgnoredNamespace = (...question: Parameters<typeof ignoredBy>): boolean =>
  ignoredBy(...question) !== undefined

export const decideOptIn = (
  workload: Choice,
  namespace: { choice: Choice; ignored: boolean },
  mode: OdigosConfigSpec['mode'],
): { wanted: boolean; decidedBy: DecidedBy } => {
  if (namespace.ignored) return { wanted: false, decidedBy: 'ignored' }
  if (workload !== 'inherit') return { wanted: workload === 'enabled', decidedBy: 'workload' }
  if (namespace.choice !== 'inherit') return { wanted: namespace.choice === 'enabled', decidedBy: 'namespace' }
  return { wanted: mode === 'OptOut', decidedBy: 'mode' }
}
