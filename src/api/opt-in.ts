/** Whether a workload is opted in: its label takes precedence over that of its namespace, and that over the mode; pure. */
import type { OdigosConfigSpec } from './kinds/odigos-config.ts'
import { OPT_LABEL } from './names.ts'

/** Value of the label; `inherit` if there is none. */
export type Choice = 'enabled' | 'disabled' | 'inherit'

/** What determines whether a workload is opted in. */
export type DecidedBy = 'workload' | 'namespace' | 'mode' | 'ignored'

/** A value other than `enabled` and `disabled` is ignored. */
export const choiceOf = (labels: Record<string, string> | undefined): Choice => {
  const value = labels?.[OPT_LABEL]
  return value === 'enabled' || value === 'disabled' ? value : 'inherit'
}

/**
 * Why a namespace is ignored, if it is: `system` for the namespaces of Kubernetes and Odigos, which are never instrumented,
 * and `settings` for those that the OdigosConfig lists.
 */
export const ignoredBy = (
  name: string,
  { ignoredNamespaces }: Pick<OdigosConfigSpec, 'ignoredNamespaces'>,
  systemNamespace: string,
): 'system' | 'settings' | undefined => {
  if (name.startsWith('kube-') || name === systemNamespace) return 'system'
  return ignoredNamespaces.includes(name) ? 'settings' : undefined
}

/** Whether a namespace is never instrumented, regardless of its labels. */
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
