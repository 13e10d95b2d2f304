import { pipelineCondition } from '../../pipeline-condition.ts'
import type { NewCondition } from '../../../api/conditions.ts'
import type {
  InstrumentationConfigSpec,
  InstrumentationConfigStatus,
  WorkloadState,
} from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { MAX_RESTARTS } from '../restart/attempts.ts'
import { restartCommand } from '../restart/restart-command.ts'
import { agentLoadedCondition } from './telemetry/agents.ts'
import { describeContainers, instrumentedCondition, isDecided } from './instrumented.ts'
import type { PodCounts, StatusInput } from './pod-counts.ts'
import { countOtherAgents, countPods } from './pod-counts.ts'
import { isRestartHeld, restartCaution } from '../trial/finding.ts'

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
  const isHeld = isRestartHeld(input.trial, input.wasRestartRequired)
  const isRequired = counts.outdated > 0 && input.isWebhookReady && isDecided(input) && !isHeld
  if (!isRequired) return { type, status: 'False', reason: 'UpToDate', message: upToDateMessage(input, counts) }
  const command = `${restartCommand(input.workload)}${restartCaution(input.trial)}`
  if (!input.isGivenUp) return { type, status: 'True', reason: 'RestartRequired', message: command }
  const message = `${MAX_RESTARTS} restarts had no effect: ${counts.outdated} pods do not match the decision; find the cause, then ${command}`
  return { type, status: 'True', reason: 'RestartIneffective', message }
}

const rolledBackCondition = (input: StatusInput): NewCondition => {
  const { rolledBack, partlyRolledBack, rollbackReason, isGivenUp } = input
  const type = WORKLOAD_CONDITIONS.rolledBack
  if (partlyRolledBack) return { type, status: 'True', reason: rollbackReason, message: partlyRolledBack }
  if (!rolledBack) return { type, status: 'False', reason: 'UpToDate', message: '' }
  return { type, status: 'True', reason: isGivenUp ? 'RestartIneffective' : rollbackReason, message: rolledBack }
}

/** Conditions in the order of precedence; where none holds, the agents are missing. */
const STATES: readonly (readonly [WorkloadState, (find: (type: string) => NewCondition | undefined) => boolean])[] = [
  ['RestartRequired', (find) => find(WORKLOAD_CONDITIONS.restartRequired)?.status === 'True'],
  ['Instrumented', (find) => find(WORKLOAD_CONDITIONS.instrumented)?.status === 'True'],
  ['Injected', (find) => find(WORKLOAD_CONDITIONS.instrumented)?.reason === 'Injected'],
  ['NothingArrives', (find) => find(WORKLOAD_CONDITIONS.instrumented)?.reason === 'NothingArrives'],
  ['Detecting', (find) => find(WORKLOAD_CONDITIONS.detected)?.status === 'False'],
  ['WaitingForDestination', (find) => find(WORKLOAD_CONDITIONS.instrumented)?.reason === 'WaitingForDestination'],
]

const stateOf = (conditions: readonly NewCondition[], input: StatusInput): WorkloadState => {
  if (input.rolledBack) return 'RolledBack'
  const find = (type: string): NewCondition | undefined => conditions.find((condition) => condition.type === type)
  return STATES.find(([, holds]) => holds(find))?.[0] ?? 'NotInstrumented'
}

export interface WorkloadStatus extends Pick<InstrumentationConfigStatus, 'agents' | 'lastSeen' | 'traffic' | 'cause'> {
  state: WorkloadState
  pods: PodCounts
  conditions: NewCondition[]
}

/** State, pod counts, telemetry and conditions of a workload. */
export const workloadStatus = (input: StatusInput): WorkloadStatus => {
  const pods = countPods(input)
  const { condition, cause } = instrumentedCondition(input, pods)
  const conditions: NewCondition[] = [
    detectedCondition(input.spec),
    pipelineCondition(input.spec.pipeline),
    restartCondition(input, pods),
    condition,
    ...agentLoadedCondition(input, input.agents),
    rolledBackCondition(input),
  ]
  return {
    state: stateOf(conditions, input),
    pods,
    ...(input.agents.length > 0 ? { agents: [...input.agents] } : {}),
    ...(input.lastSeen ? { lastSeen: input.lastSeen } : {}),
    ...(input.traffic ? { traffic: input.traffic } : {}),
    ...(cause ? { cause } : {}),
    conditions,
  }
}
