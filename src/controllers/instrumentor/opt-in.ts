import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { OPT_LABEL, SYSTEM_NAMESPACE } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'

type Labels = Record<string, string> | undefined

/** Namespaces that are never instrumented: Kubernetes' own, ours, and those that the settings name. */
export const isIgnoredNamespace = (
  name: string,
  settings: OdigosConfigSpec,
  systemNamespace = SYSTEM_NAMESPACE,
): boolean => name.startsWith('kube-') || name === systemNamespace || settings.ignoredNamespaces.includes(name)

/**
 * Why a workload is not to be instrumented, or undefined where it is. The workload's label wins over the namespace's;
 * without either the mode decides.
 */
export const optOutReason = (
  workloadLabels: Labels,
  namespace: { name: string; labels?: Labels },
  settings: OdigosConfigSpec,
  systemNamespace?: string,
): Reason | undefined => {
  if (isIgnoredNamespace(namespace.name, settings, systemNamespace)) return 'IgnoredNamespace'
  const choice = choiceOf(workloadLabels) ?? choiceOf(namespace.labels)
  if (choice === 'disabled') return 'OptedOut'
  if (choice === 'enabled' || settings.mode === 'opt-out') return undefined
  return 'NotOptedIn'
}

/** A value that is neither `enabled` nor `disabled` says nothing. */
const choiceOf = (labels: Labels): 'enabled' | 'disabled' | undefined => {
  const value = labels?.[OPT_LABEL]
  return value === 'enabled' || value === 'disabled' ? value : undefined
}
