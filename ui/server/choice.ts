/** Whether a workload is to be instrumented, and who said so. */
import { OPT_LABEL } from '../../src/api/names.ts'
import type { OdigosConfigSpec } from '../../src/api/kinds/odigos-config.ts'
import type { Choice, DecidedBy, NamespaceView } from '../model/view.ts'

export const choiceOf = (labels: Record<string, string> | undefined): Choice => {
  const value = labels?.[OPT_LABEL]
  return value === 'enabled' || value === 'disabled' ? value : 'inherit'
}

export const isIgnoredNamespace = (
  name: string,
  { ignoredNamespaces }: Pick<OdigosConfigSpec, 'ignoredNamespaces'>,
  systemNamespace: string,
): boolean => name.startsWith('kube-') || name === systemNamespace || ignoredNamespaces.includes(name)

/** The workload's label wins over the namespace's, and that over the mode of the installation. */
export const decide = (
  workload: Choice,
  namespace: NamespaceView | undefined,
  mode: OdigosConfigSpec['mode'],
): { wanted: boolean; decidedBy: DecidedBy } => {
  if (namespace?.ignored) return { wanted: false, decidedBy: 'ignored' }
  if (workload !== 'inherit') return { wanted: workload === 'enabled', decidedBy: 'workload' }
  const inherited = namespace?.choice ?? 'inherit'
  if (inherited !== 'inherit') return { wanted: inherited === 'enabled', decidedBy: 'namespace' }
  return { wanted: mode === 'opt-out', decidedBy: 'mode' }
}
