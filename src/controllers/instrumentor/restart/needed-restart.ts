import type { WorkloadState } from '../../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { Harm } from './rollback.ts'
import { isHeld } from './restart-command.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { isHealthy } from './workload-health.ts'

export interface Restart {
  reason: 'RestartedByUs' | 'RolledBack'
  message: string
}

export interface RestartInput {
  workload: WorkloadView
  settings: OdigosConfigSpec
  harm: Harm | undefined
  state: WorkloadState
}

export const isAutomatic = ({ rollout }: OdigosConfigSpec): boolean => rollout?.policy === 'Automatic'

/**
 * The restart that a workload needs from us now. A rollback is repeated where pods that crash with an agent were not
 * replaced, or a restart failed.
 */
export const neededRestart = ({ workload, settings, harm, state }: RestartInput): Restart | undefined => {
  if (harm) return isHeld(workload) ? undefined : { reason: 'RolledBack', message: harm.message }
  if (state !== 'RestartRequired' || !isAutomatic(settings) || !isHealthy(workload)) return undefined
  return { reason: 'RestartedByUs', message: 'the rollout policy is Automatic' }
}
