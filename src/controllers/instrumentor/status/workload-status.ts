import { pipelineCondition } from '../../pipeline-condition.ts'
import type { Condition, NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigSpec, WorkloadState } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { MAX_RESTARTS } from '../restart/attempts.ts'
import { restartCommand } from '../restart/restart-command.ts'
import { describeContainers, instrumentedCondition, isDecided } from './instrumented.ts'
import type { PodCounts, StatusInput } from './pod-counts.ts'
import { countOtherAgents, countPods } from './pod-counts.ts'

const UNDECIDED: readonly Reason[] = ['NotDetectedYet', 'StillStarting', 'NoRunningPods', 'DetectionFailed']

const detectedCondition = ({ containers }: InstrumentationConfigSpec): NewCondition => {
  const open = containers.filter(({ reason }) => UNDECIDED.includes(reason))
  const type = WORKLOAD_CONDITIONS.detected
  if (open.length === 0) return { type, status: 'True', reason: 'Detected', message: describeContainers(containers) }
  return { type, status: 'False', reason: open[0]?.reason ?? 'NotDetectedYet', message: describeContainers(open) }
}

const upToDateMessage = (input: StatusInput, { outdated, total }: PodCounts): string => {
  if (outdated > 0) return `a restart would have no effect yet: ${outdated} pods do not match the decision`
  const others = countOtherAgents(input)
  if (others === 0) return 'every pod matches the decision'
  return `every pod matches the decision; ${others} of ${total} have agents of another release until their next restart`
}

const restartCondition = (input: StatusInput, counts: PodCounts): NewCondition => {
  const type = WORKLOAD_CONDITIONS.restartRequired
  const isRequired = counts.outdated > 0 && input.isWebhookReady && isDecided(input)
  if (!isRequired) return { type, status: 'False', reason: 'UpToDate', message: upToDateMessage(input, counts) }
  const command = restartCommand(input.workload)
  if (!input.isGivenUp) return { type, status: 'True', reason: 'RestartRequired', message: command }
  const message = `${MAX_RESTARTS} restarts had no effect: ${counts.outdated} pods do not match the decision; find the cause, then ${command}`
  return { type, status: 'True', reason: 'RestartIneffective', message }
}

const rolledBackCondition = ({ rolledBack, isGivenUp }: StatusInput): NewCondition => {
  const type = WORKLOAD_CONDITIONS.rolledBack
  if (!rolledBack) return { type, status: 'False', reason: 'UpToDate', message: '' }
  return { type, status: 'True', reason: isGivenUp ? 'RestartIneffective' : 'RolledBack', message: rolledBack }
}

const stateOf = (conditions: readonly NewCondition[], input: StatusInput): WorkloadState => {
  const find = (type: string): NewCondition | undefined => conditions.find((condition) => condition.type === type)
  const instrumented = find(WORKLOAD_CONDITIONS.instrumented)
  if (input.rolledBack) return 'RolledBack'
  if (find(WORKLOAD_CONDITIONS.restartRequired)?.status === 'True') return 'RestartRequired'
  if (instrumented?.status === 'True') return 'Instrumented'
  if (find(WORKLOAD_CONDITIONS.detected)?.status === 'False') return 'Detecting'
  return instrumented?.reason === 'WaitingForDestination' ? 'WaitingForDestination' : 'NotInstrumented'
}

/**
 * Since when the webhook would add an agent to each new pod (RFC 3339): all containers were decided, and there was a
 * pipeline. Undefined where that is not so yet.
 */
export const decidedSince = (conditions: readonly Condition[] | undefined): string | undefined => {
  const since = [WORKLOAD_CONDITIONS.detected, WORKLOAD_CONDITIONS.pipelineAssigned].map((type) => {
    const condition = findCondition(conditions, type)
    return condition?.status === 'True' ? condition.lastTransitionTime : undefined
  })
  return since.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b))
}

/** State, pod counts and conditions of a workload. */
export const workloadStatus = (
  input: StatusInput,
): { state: WorkloadState; pods: PodCounts; conditions: NewCondition[] } => {
  const pods = countPods(input)
  const conditions: NewCondition[] = [
    detectedCondition(input.spec),
    pipelineCondition(input.spec.pipeline),
    restartCondition(input, pods),
    instrumentedCondition(input, pods),
    rolledBackCondition(input),
  ]
  return { state: stateOf(conditions, input), pods, conditions }
}
