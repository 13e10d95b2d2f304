/** What a workload's status says about the trial of its decision. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Trial, Verdict } from './verdict.ts'
import { holdsRestart, isOpenTrial } from './verdict.ts'

type Finding = Pick<NewCondition, 'reason' | 'message'>

const leftAloneMessage = ({ container, message }: Extract<Verdict, { is: 'leftAlone' }>): string =>
  `${container}: ${message ?? 'the webhook would add no agent'}`

/** Why new pods would not get the decided agents, as a dry run has shown; undefined where they would, or nobody knows yet. */
export const trialFinding = (trial: Trial | undefined): Finding | undefined => {
  const verdict = trial?.verdict
  if (!verdict) return undefined
  switch (verdict.is) {
    case 'refused':
      return {
        reason: 'AdmissionRefused',
        message: `a pod with the agent would be refused, one without it admitted: ${verdict.message}`,
      }
    case 'leftAlone':
      return {
        reason: verdict.reason,
        message: leftAloneMessage(verdict),
      }
    case 'unmarked':
      return {
        reason: 'WebhookNotCalled',
        message: 'a pod of the workload is admitted without the mark of the webhook, which was not called or failed',
      }
    case 'admitted':
    case 'refusedAnyway':
    case 'unsure':
    case 'untestable':
      return undefined
  }
}

/** What is told while nobody knows yet; undefined where there is nothing to wait for. */
export const openTrial = (trial: Trial | undefined): Finding | undefined => {
  if (!isOpenTrial(trial)) return undefined
  return trial?.verdict?.is === 'unsure'
    ? { reason: 'DryRunFailed', message: `a pod with the agent could not be tried yet: ${trial.verdict.message}` }
    : { reason: 'AgentSelected', message: 'a pod with the agent is tried as a dry run first' }
}

/** Whether a restart is not to be asked for now. What was asked for before is not taken back while nobody knows. */
export const isRestartHeld = (trial: Trial | undefined, wasRequired: boolean): boolean =>
  holdsRestart(trial) && !(wasRequired && isOpenTrial(trial))

export const wasRestartRequired = (status: InstrumentationConfigStatus | undefined): boolean =>
  findCondition(status?.conditions, WORKLOAD_CONDITIONS.restartRequired)?.status === 'True'

/** What a user should know before a restart. */
export const restartCaution = (trial: Trial | undefined): string => {
  const verdict = trial?.verdict
  return verdict?.is === 'refusedAnyway'
    ? `; new pods are refused at present, with the agent or without: ${verdict.message}`
    : ''
}
