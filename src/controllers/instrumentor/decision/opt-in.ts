import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import { SYSTEM_NAMESPACE } from '../../../api/names.ts'
import { choiceOf, decideOptIn, isIgnoredNamespace, modeIn } from '../../../api/opt-in.ts'
import type { Reason } from '../../../api/reasons.ts'

type Labels = Record<string, string> | undefined

/** Why a workload is not to be instrumented, or undefined where it is. */
export const optOutReason = (
  workloadLabels: Labels,
  namespace: { name: string; labels?: Labels },
  settings: OdigosConfigSpec,
  systemNamespace = SYSTEM_NAMESPACE,
): Reason | undefined => {
  const ignored = isIgnoredNamespace(namespace.name, settings, systemNamespace)
  const from = { choice: choiceOf(namespace.labels), ignored }
  const { wanted, decidedBy } = decideOptIn(choiceOf(workloadLabels), from, modeIn(namespace.name, settings.mode))
  if (wanted) return undefined
  if (decidedBy === 'ignored') return 'IgnoredNamespace'
  return decidedBy === 'mode' ? 'NotOptedIn' : 'OptedOut'
}
