import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigSpec, Traffic } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import { DEFAULT_DEDICATED } from '../../../api/kinds/odigos-config.ts'
import type { Observed } from '../observed.ts'
import { isRestartable } from '../../../api/workload-kinds.ts'
import { isGivenUp, restartDecision } from '../restart/attempts.ts'
import { isAutomatic } from '../restart/needed-restart.ts'
import { rollbackRemedy } from '../restart/restart-command.ts'
import type { RollbackState } from '../outcome/harm.ts'
import { decidedSince } from '../decision/decided-since.ts'
import { harmedPod } from '../outcome/judge.ts'
import { agentObservations } from './telemetry/agents.ts'
import { currentPods } from './telemetry/current-pods.ts'
import { figuresToWrite } from './telemetry/figures.ts'
import { lastSeen } from './telemetry/last-seen.ts'
import { trafficToWrite } from '../seen/traffic.ts'
import { refusedAssignment } from './applied.ts'
import type { StatusInput } from './pod-counts.ts'
import { wasRestartRequired } from '../trial/finding.ts'

/** The pod that a rollback has still to replace. */
const podToReplace = ({ pods }: Observed, { rolledBack, harm }: RollbackState): string | undefined =>
  rolledBack ? (harm?.pod ?? harmedPod(pods)) : undefined

/** Whether we restarted the workload as often as is allowed, and it is now up to the user. */
const areRestartsExhausted = (observed: Observed, rollback: RollbackState, currentHash: string): boolean => {
  const isForUs = rollback.rolledBack
    ? podToReplace(observed, rollback) !== undefined
    : isAutomatic(observed.settings) || (rollback.partly !== undefined && rollback.harm?.pod !== undefined)
  return isForUs && isGivenUp(observed.config?.status?.restarts, restartDecision(rollback, currentHash), observed.nowMs)
}

/** The message of a rollback with what a user does where the pod is not replaced. */
const rollbackMessage = (observed: Observed, rollback: RollbackState, isExhausted: boolean): string | undefined => {
  const pod = podToReplace(observed, rollback)
  const { rolledBack } = rollback
  if (rolledBack && !isRestartable(observed.workload.kind)) return `${rolledBack}; pods of the next run have no agent`
  return rolledBack && pod ? `${rolledBack}${rollbackRemedy(observed.workload, pod, isExhausted)}` : rolledBack
}

/** How much the workload sends, as the status is to say it. */
const trafficOf = ({ config, seen, settings }: Observed): Traffic | undefined => {
  const { returnItemsPerSecond } = settings.collectors?.dedicated ?? DEFAULT_DEDICATED
  return trafficToWrite(config?.status?.traffic, seen.traffic, returnItemsPerSecond)
}

/** What the status of a workload is derived from, where `spec` is in force. */
export const statusInput = (
  observed: Observed,
  spec: InstrumentationConfigSpec,
  rollback: RollbackState,
): StatusInput => {
  const { workload, pods, config, isWebhookReady, seen, nowMs } = observed
  const conditions = config?.status?.conditions
  const currentHash = observed.currentHash(spec)
  const isExhausted = areRestartsExhausted(observed, rollback, currentHash)
  const decision = { currentHash, hashWith: (agentImages: readonly string[]) => observed.hashWith(spec, agentImages) }
  const before = config?.status
  const written = { agents: before?.agents ?? [], lastSeen: before?.lastSeen }
  const figures = {
    agents: agentObservations({ spec, pods, seen, ...decision }, written.agents),
    lastSeen: lastSeen(written.lastSeen, [...seen.pods.values()]),
  }
  return {
    workload,
    spec,
    pods,
    ...decision,
    seen,
    nowMs,
    ...figuresToWrite(written, figures, { pods: currentPods({ pods, ...decision }), nowMs }),
    lastSeenBefore: written.lastSeen,
    traffic: trafficOf(observed),
    wasSilent: before?.cause !== undefined,
    decidedAt: decidedSince(conditions),
    isWebhookReady,
    trial: observed.trial,
    wasRestartRequired: wasRestartRequired(before),
    refusedAssignment: refusedAssignment(conditions)?.message,
    wasInstrumented: findCondition(conditions, WORKLOAD_CONDITIONS.instrumented)?.status === 'True',
    rolledBack: rollbackMessage(observed, rollback, isExhausted),
    partlyRolledBack: rollback.partly,
    rollbackReason: rollback.reason,
    isGivenUp: isExhausted,
  }
}
