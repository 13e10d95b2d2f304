import type { WorkloadState } from '../../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { Harm } from '../outcome/harm.ts'
import { isHeld } from './restart-command.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import type { Trial } from '../trial/verdict.ts'
import { forbidsRestart } from '../trial/verdict.ts'
import { isHealthy } from './workload-health.ts'

export interface Restart {
  reason: 'RestartedByUs' | 'RolledBack'
  message: string
}

export interface RestartInput {
  workload: WorkloadView
  settings: OdigosConfigSpec
  harm: Harm | undefined
  isRolledBack: boolean
  state: WorkloadState
  trial: Trial | undefined
}

export const isAutomatic = ({ rollout }: OdigosConfigSpec): boolean => rollout?.policy === 'Automatic'

const restartFor = ({ isPast, message }: Harm, isRolledBack: boolean): Restart =>
  isPast && !isRolledBack
    ? { reason: 'RestartedByUs', message: `${message}; new pods have another release of the agent` }
    : { reason: 'RolledBack', message }

/** The restart that replaces the pod which shows the harm. */
const replacing = (workload: WorkloadView, harm: Harm, isRolledBack: boolean): Restart | undefined =>
  harm.pod && !isHeld(workload) ? restartFor(harm, isRolledBack) : undefined

const byPolicy = (workload: WorkloadView, settings: OdigosConfigSpec, state: WorkloadState): Restart | undefined =>
  state === 'RestartRequired' && isAutomatic(settings) && isHealthy(workload)
    ? { reason: 'RestartedByUs', message: 'the rollout policy is Automatic' }
    : undefined

/**
 * The restart that a workload needs from us now; none where no pod shows the harm. A rollback is repeated where pods that
 * crash with an agent were not replaced, or a restart failed. Pods that would get an agent are tried before.
 */
export const neededRestart = ({
  workload,
  settings,
  harm,
  isRolledBack,
  state,
  trial,
}: RestartInput): Restart | undefined => {
  const restart = harm ? replacing(workload, harm, isRolledBack) : byPolicy(workload, settings, state)
  return restart?.reason === 'RestartedByUs' && forbidsRestart(trial) ? undefined : restart
}
