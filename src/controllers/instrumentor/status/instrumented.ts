/** The condition `Instrumented` of a workload. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import type { Cause, ContainerDecision } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { isReason } from '../../../api/reasons.ts'
import { shortMessage } from '../../../api/types/container.ts'
import { hasAgent, injectedContainers, isAlive } from '../watch/pod-view.ts'
import { isAsDecided } from './carried-decision.ts'
import type { PodCounts, StatusInput } from './pod-counts.ts'
import { countStarting } from './pod-counts.ts'
import type { Arrival } from './telemetry/arrival.ts'
import { arrivalOf } from './telemetry/arrival.ts'
import { currentPods, oldestMs } from './telemetry/current-pods.ts'
import { openTrial, trialFinding } from '../trial/finding.ts'

type Verdict = Pick<NewCondition, 'status' | 'reason' | 'message'>
/** Returns the verdict where the rule applies. */
type Rule = (input: StatusInput, counts: PodCounts) => Verdict | undefined

const no = (reason: Reason, message: string): Verdict => ({ status: 'False', reason, message })
const arrives = (message: string): Verdict => ({ status: 'True', reason: 'TelemetryArrives', message })
const injected = (message: string): Verdict => ({ status: 'True', reason: 'Injected', message })

/** The messages of containers, or their reasons where there is no message. */
export const describeContainers = (containers: readonly ContainerDecision[]): string =>
  containers.map(({ name, message, reason }) => `${name}: ${message || reason}`).join('; ')

/** A detection that is under way can change the decision, and agents without a pipeline have nowhere to send to. */
export const isDecided = ({ spec }: StatusInput): boolean =>
  spec.pipeline !== undefined && spec.containers.every(({ reason }) => reason !== 'NotDetectedYet')

const rolledBack: Rule = (input) => (input.rolledBack ? no(input.rollbackReason, input.rolledBack) : undefined)

const withoutAgent: Rule = ({ spec: { containers } }) =>
  containers.some(({ agent }) => agent)
    ? undefined
    : no(containers[0]?.reason ?? 'NothingToInstrument', describeContainers(containers))

const withoutPipeline: Rule = ({ spec, refusedAssignment }) => {
  if (spec.pipeline) return undefined
  return refusedAssignment === undefined
    ? no('WaitingForDestination', 'there is no Destination')
    : no('ApplyFailed', `no pipeline could be assigned: ${refusedAssignment}`)
}

/** A restart is not mentioned before it would help. */
const outdated: Rule = (input, counts) => {
  const { missed, total } = counts
  if (missed + counts.outdated === 0) return undefined
  if (missed > 0) return no('MissedInjection', `${missed} of ${total} pods started without the webhook`)
  if (!isDecided(input)) return no('NotDetectedYet', 'a detector inspects a pod of the workload')
  if (!input.isWebhookReady)
    return no('AgentSelected', 'the API server does not call the webhook for the namespace yet')
  const open = input.wasRestartRequired ? undefined : openTrial(input.trial)
  return open
    ? no(open.reason, open.message)
    : no('RestartRequired', `${counts.outdated} of ${total} pods need a restart`)
}

/** What would become of new pods, where no running pod tells. */
const tried: Rule = ({ trial }, { total, outdated: open }) => {
  const finding = total === 0 || open > 0 ? trialFinding(trial) : undefined
  return finding && no(finding.reason, finding.message)
}

/** Whether pods follow by themselves: other replicas, or the next run. */
const arePodsDue = ({ workload: { kind, replicas } }: StatusInput): boolean =>
  replicas ? replicas.desired > 0 : kind === 'CronJob'

/** Between the runs of a CronJob its last pod counts, as long as it exists. */
const idle: Rule = (input, { total }) => {
  if (total > 0) return undefined
  if (input.pods.some((pod) => isAsDecided(pod, input) && hasAgent(pod)))
    return injected('no pod is running; the last one had the agent')
  return input.wasInstrumented && arePodsDue(input)
    ? arrives('no pod is running; telemetry of the last ones arrived')
    : no('NoRunningPods', 'no pod is running')
}

/** An instrumented workload stays instrumented while its pods are replaced. */
const starting: Rule = (input, { instrumented, total }) => {
  if (instrumented > 0 || countStarting(input) === 0) return undefined
  const isNew = input.nowMs - oldestMs(currentPods(input)) < input.seen.silenceMs
  return input.wasInstrumented && isNew
    ? arrives(`0 of ${total} pods`)
    : no('AgentStarting', `0 of ${total} pods have started with the agent`)
}

/** The reason that is written on the pods, where the webhook added no agent. */
const leftAlone: Rule = (input, { instrumented }) => {
  if (instrumented > 0) return undefined
  for (const pod of input.pods.filter((each) => isAlive(each) && isAsDecided(each, input))) {
    const [name, entry] = [...injectedContainers(pod)].find(([, { agent }]) => !agent) ?? []
    if (name && entry?.reason && isReason(entry.reason))
      return no(entry.reason, `${name}: ${shortMessage(entry.message ?? 'the webhook added no agent')}`)
  }
  return no('NothingToInstrument', 'no pod has an agent')
}

/** In the order of precedence. */
const RULES: readonly Rule[] = [rolledBack, withoutAgent, withoutPipeline, tried, outdated, idle, starting, leftAlone]

const firstVerdict = (input: StatusInput, counts: PodCounts): Verdict | undefined => {
  for (const rule of RULES) {
    const verdict = rule(input, counts)
    if (verdict) return verdict
  }
  return undefined
}

/** An agent that is in the pods instrumented them once something has arrived. */
const arrived = (arrival: Arrival, { message }: Verdict): Verdict => {
  if (arrival.isSeen) return arrives(`${message}${arrival.message}`)
  return no(arrival.isFault ? 'NothingArrives' : 'Injected', `${message}; ${arrival.message}`)
}

/** The condition, and the most likely cause where nothing arrives. */
export const instrumentedCondition = (
  input: StatusInput,
  counts: PodCounts,
): { condition: NewCondition; cause?: Cause } => {
  const type = WORKLOAD_CONDITIONS.instrumented
  const verdict = firstVerdict(input, counts) ?? injected(`${counts.instrumented} of ${counts.total} pods`)
  if (verdict.reason !== 'Injected') return { condition: { type, ...verdict } }
  const arrival = arrivalOf(input)
  const condition = { type, ...arrived(arrival, verdict) }
  return arrival.isSeen || arrival.cause === undefined ? { condition } : { condition, cause: arrival.cause }
}
