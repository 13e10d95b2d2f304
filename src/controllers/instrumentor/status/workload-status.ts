import type { Condition, NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type {
  ContainerDecision,
  InstrumentationConfigSpec,
  WorkloadState,
} from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { isReason } from '../../../api/reasons.ts'
import type { PodCounts, StatusInput } from './pod-counts.ts'
import { isAsDecided } from './carried-decision.ts'
import { countOtherAgents, countPods } from './pod-counts.ts'
import { MAX_RESTARTS } from '../restart/attempts.ts'
import { restartCommand } from '../restart/restart-command.ts'
import { hasAgent, injectedContainers, isAlive } from '../watch/pod-view.ts'

const UNDECIDED: readonly Reason[] = ['NotDetectedYet', 'StillStarting', 'NoRunningPods', 'DetectionFailed']

const joined = (containers: readonly ContainerDecision[]): string =>
  containers.map(({ name, message, reason }) => `${name}: ${message || reason}`).join('; ')

const detectedCondition = ({ containers }: InstrumentationConfigSpec): NewCondition => {
  const open = containers.filter(({ reason }) => UNDECIDED.includes(reason))
  const type = WORKLOAD_CONDITIONS.detected
  if (open.length === 0) return { type, status: 'True', reason: 'Detected', message: joined(containers) }
  return { type, status: 'False', reason: open[0]?.reason ?? 'NotDetectedYet', message: joined(open) }
}

const pipelineCondition = ({ pipeline }: InstrumentationConfigSpec): NewCondition =>
  pipeline
    ? {
        type: WORKLOAD_CONDITIONS.pipelineAssigned,
        status: 'True',
        reason: 'PipelineAssigned',
        message: `${pipeline.collectorsGroup}, ${pipeline.endpoint}`,
      }
    : {
        type: WORKLOAD_CONDITIONS.pipelineAssigned,
        status: 'False',
        reason: 'WaitingForDestination',
        message: 'there is no Destination; add one in the UI or with kubectl',
      }

/** The reason that the pods carry why no agent was added, where the webhook left a container alone. */
const refusal = (input: StatusInput): { reason: Reason; message: string } | undefined => {
  for (const pod of input.pods.filter(isAlive)) {
    if (!isAsDecided(pod, input)) continue
    const [name, entry] = [...injectedContainers(pod)].find(([, { agent }]) => !agent) ?? []
    if (name && entry?.reason && isReason(entry.reason)) {
      return { reason: entry.reason, message: `${name}: left alone by the webhook` }
    }
  }
  return undefined
}

type No = (reason: Reason, message: string) => NewCondition

/** A look that is under way can change the decision, and agents without a pipeline have nowhere to send to. */
const isDecided = ({ spec }: StatusInput): boolean =>
  spec.pipeline !== undefined && spec.containers.every(({ reason }) => reason !== 'NotDetectedYet')

/** A restart is not mentioned before it would help. */
const outdatedCondition = (input: StatusInput, { missed, outdated, total }: PodCounts, no: No): NewCondition => {
  if (missed > 0) return no('MissedInjection', `${missed} of ${total} pods started without the webhook`)
  if (!isDecided(input)) return no('NotDetectedYet', 'a detector looks at a pod of the workload')
  return input.isWebhookReady
    ? no('RestartRequired', `${outdated} of ${total} pods need a restart`)
    : no('AgentSelected', 'the API server is not told yet to call the webhook for the namespace')
}

/** Between the runs of a CronJob its last pod counts, as long as it is there. */
const idleCondition = (input: StatusInput, no: No): NewCondition => {
  const isDone = input.pods.some((pod) => isAsDecided(pod, input) && hasAgent(pod))
  return isDone
    ? {
        type: WORKLOAD_CONDITIONS.instrumented,
        status: 'True',
        reason: 'Injected',
        message: 'no pod runs; the last one carried the agent',
      }
    : no('NoRunningPods', 'no pod runs')
}

const instrumentedCondition = (input: StatusInput, counts: PodCounts): NewCondition => {
  const type = WORKLOAD_CONDITIONS.instrumented
  const no: No = (reason, message) => ({ type, status: 'False', reason, message })
  const { spec } = input
  if (input.rolledBack) return no('RolledBack', input.rolledBack)
  if (!spec.containers.some(({ agent }) => agent)) {
    return no(spec.containers[0]?.reason ?? 'NothingToInstrument', joined(spec.containers))
  }
  if (!spec.pipeline) return no('WaitingForDestination', 'there is no Destination')
  if (counts.missed + counts.outdated > 0) return outdatedCondition(input, counts, no)
  if (counts.total === 0) return idleCondition(input, no)
  if (counts.instrumented === 0) {
    const refused = refusal(input)
    return no(refused?.reason ?? 'NothingToInstrument', refused?.message ?? 'no pod carries an agent')
  }
  return { type, status: 'True', reason: 'Injected', message: `${counts.instrumented} of ${counts.total} pods` }
}

const upToDateMessage = (input: StatusInput, { outdated, total }: PodCounts): string => {
  if (outdated > 0) return `a restart would not help yet: ${outdated} pods are not as decided`
  const others = countOtherAgents(input)
  if (others === 0) return 'every pod is as decided'
  return `every pod is as decided; ${others} of ${total} carry agents of another release until their next restart`
}

const restartCondition = (input: StatusInput, counts: PodCounts): NewCondition => {
  const type = WORKLOAD_CONDITIONS.restartRequired
  const isRequired = counts.outdated > 0 && input.isWebhookReady && isDecided(input)
  if (!isRequired) return { type, status: 'False', reason: 'UpToDate', message: upToDateMessage(input, counts) }
  const command = restartCommand(input.workload)
  if (!input.isGivenUp) return { type, status: 'True', reason: 'RestartRequired', message: command }
  const message = `${MAX_RESTARTS} restarts did not help: ${counts.outdated} pods are not as decided; find out why, then ${command}`
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
    pipelineCondition(input.spec),
    restartCondition(input, pods),
    instrumentedCondition(input, pods),
    rolledBackCondition(input),
  ]
  return { state: stateOf(conditions, input), pods, conditions }
}
