import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigSpec } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Observed } from '../observed.ts'
import { isGivenUp, ROLLBACK_DECISION } from '../restart/attempts.ts'
import { isAutomatic } from '../restart/needed-restart.ts'
import { rollbackRemedy } from '../restart/restart-command.ts'
import type { Harm } from '../restart/rollback.ts'
import { crashedPod } from '../restart/rollback.ts'
import { refusedAssignment } from './applied.ts'
import type { StatusInput } from './pod-counts.ts'
import { decidedSince } from './workload-status.ts'

/** Why the agents of a workload were removed, and the pod that currently shows it, where there is one. */
export interface RollbackState {
  rolledBack: string | undefined
  harm: Harm | undefined
}

/** What a restart is for. */
export const restartDecision = ({ rolledBack }: RollbackState, currentHash: string): string =>
  rolledBack ? ROLLBACK_DECISION : currentHash

/** The pod that a rollback has still to replace. */
const podToReplace = ({ pods }: Observed, { rolledBack, harm }: RollbackState): string | undefined =>
  rolledBack ? (harm?.pod ?? crashedPod(pods)) : undefined

/** Whether we restarted the workload as often as is allowed, and it is now up to the user. */
const areRestartsExhausted = (observed: Observed, rollback: RollbackState, currentHash: string): boolean => {
  const isForUs = rollback.rolledBack ? podToReplace(observed, rollback) !== undefined : isAutomatic(observed.settings)
  return isForUs && isGivenUp(observed.config?.status?.restarts, restartDecision(rollback, currentHash), observed.nowMs)
}

/** The message of a rollback with what a user does where the pod is not replaced. */
const rollbackMessage = (observed: Observed, rollback: RollbackState, isExhausted: boolean): string | undefined => {
  const pod = podToReplace(observed, rollback)
  const { rolledBack } = rollback
  return rolledBack && pod ? `${rolledBack}${rollbackRemedy(observed.workload, pod, isExhausted)}` : rolledBack
}

/** What the status of a workload is derived from, where `spec` is in force. */
export const statusInput = (
  observed: Observed,
  spec: InstrumentationConfigSpec,
  rollback: RollbackState,
): StatusInput => {
  const { workload, pods, config, isWebhookReady } = observed
  const conditions = config?.status?.conditions
  const currentHash = observed.currentHash(spec)
  const isExhausted = areRestartsExhausted(observed, rollback, currentHash)
  return {
    workload,
    spec,
    pods,
    currentHash,
    hashWith: (agentImages) => observed.hashWith(spec, agentImages),
    decidedAt: decidedSince(conditions),
    isWebhookReady,
    refusedAssignment: refusedAssignment(conditions)?.message,
    wasInstrumented: findCondition(conditions, WORKLOAD_CONDITIONS.instrumented)?.status === 'True',
    rolledBack: rollbackMessage(observed, rollback, isExhausted),
    isGivenUp: isExhausted,
  }
}
