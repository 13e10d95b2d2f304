/** Whether telemetry of a workload has arrived, and if not, the most likely cause. Pure. */
import type { Cause } from '../../../../api/kinds/instrumentation-config.ts'
import { REASONS } from '../../../../api/reasons.ts'
import type { SeenKind } from '../../seen/arrivals.ts'
import type { PodView } from '../../watch/pod-view.ts'
import { isAlive } from '../../watch/pod-view.ts'
import { describeLeft } from './agents.ts'
import { wantedSignals, wasSeen } from './awaited.ts'
import { currentPods, oldestMs } from './current-pods.ts'
import type { StatusInput } from '../pod-counts.ts'
import { dropsTraces } from './sampled-away.ts'

/** How long processes may report that the agent left them alone, before it is certain that no other process follows. */
export const STOOD_BACK_MS = 60_000

/** `cause` is the most likely one; `isFault` where pods have traffic and should have sent something. */
export type Arrival =
  { isSeen: true; message: string } | { isSeen: false; cause?: Cause; isFault: boolean; message: string }

interface Evidence {
  input: StatusInput
  pods: readonly PodView[]
  /** How long everything that the pods send has been known (ms); undefined where it is not. */
  silentMs: number | undefined
  has: (kind: SeenKind) => boolean
}

/** Where pods are known from which it arrived, or where one of them lived when it last did. */
const isSeen = ({ input, pods, has }: Evidence): boolean => {
  const { spec, wasInstrumented, lastSeenBefore } = input
  if (wantedSignals(spec).some(has)) return true
  if (!wasInstrumented) return false
  // A release before this one did not record it.
  if (lastSeenBefore === undefined) return true
  return wasSeen(lastSeenBefore, spec, pods)
}

const silentMs = ({ seen, nowMs }: StatusInput, pods: readonly PodView[]): number | undefined => {
  const since = pods.map(({ nodeName }) => seen.watchedSinceMs(nodeName ?? ''))
  if (since.includes(undefined)) return undefined
  return nowMs - Math.max(oldestMs(pods), ...since.map((ms) => ms ?? 0))
}

/** Whether the instrumentor before this one has waited for the same pods. */
const hasWaitedBefore = ({ input: { wasSilent, seen }, pods }: Evidence): boolean =>
  wasSilent && oldestMs(pods) < seen.startedMs

/** Requests of the kubelet, or what the agent measured of requests. */
const hasTraffic = ({ input: { workload, spec }, pods, has }: Evidence): boolean => {
  const probed = workload.containers
    .filter(({ name, isProbed }) => isProbed && spec.containers.some((each) => each.name === name && each.agent))
    .map(({ name }) => name)
  const isAnswering = pods.some(({ containers }) =>
    containers.some(({ name, isReady }) => isReady && probed.includes(name)),
  )
  return isAnswering || has('servers') || has('requests')
}

const areAllLeft = ({ input: { agents } }: Evidence): boolean =>
  agents.length > 0 && agents.every(({ outcome }) => outcome !== 'Loaded')

const causeOf = (evidence: Evidence): Cause => {
  const { input, has } = evidence
  if (areAllLeft(evidence)) return 'AgentStoodBack'
  if (!hasTraffic(evidence)) return 'NoTraffic'
  if (input.spec.containers.some(dropsTraces) || has('requests')) return 'SampledAway'
  const isReached = input.agents.length > 0 || has('metrics') || has('logs')
  return isReached ? 'ServerNotInstrumented' : 'CollectorNotReached'
}

const described = (cause: Cause, { agents }: StatusInput): string => {
  const { meaning, remedy } = REASONS[cause]
  return `${cause}: ${cause === 'AgentStoodBack' ? describeLeft(agents) : `${meaning}; ${remedy}`}`
}

/** A workload that was instrumented stays so, until its new pods have been silent for long, and between its runs. */
const isKept = ({ input: { wasInstrumented, seen, nowMs }, pods, silentMs }: Evidence): boolean =>
  wasInstrumented && (!pods.some(isAlive) || (silentMs ?? nowMs - oldestMs(pods)) < seen.silenceMs)

const WAITING = { isSeen: false, isFault: false } as const

const evidenceOf = (input: StatusInput): Evidence => {
  const pods = currentPods(input)
  const telemetry = pods.flatMap(({ metadata }) => input.seen.pods.get(metadata.name) ?? [])
  const has = (kind: SeenKind): boolean => telemetry.some(({ arrivedMs }) => arrivedMs[kind] !== undefined)
  return { input, pods, has, silentMs: silentMs(input, pods) }
}

/** A remark where only spans of calls to others arrive, though requests are answered. */
const remarkOf = (evidence: Evidence): string => {
  const { input, pods, has } = evidence
  const isOld = input.nowMs - oldestMs(pods) >= input.seen.silenceMs
  return isOld && has('traces') && !has('servers') && hasTraffic(evidence)
    ? '; no span of a request has arrived: the agent may not know the server library'
    : ''
}

/** What is known about the telemetry of the current pods. */
export const arrivalOf = (input: StatusInput): Arrival => {
  const evidence = evidenceOf(input)
  if (isSeen(evidence)) return { isSeen: true, message: remarkOf(evidence) }
  if (areAllLeft(evidence) && input.nowMs - oldestMs(evidence.pods) >= STOOD_BACK_MS)
    return { isSeen: false, cause: 'AgentStoodBack', isFault: true, message: described('AgentStoodBack', input) }
  if (isKept(evidence)) return { isSeen: true, message: '; nothing has arrived yet from the new pods' }
  if (evidence.silentMs === undefined)
    return { ...WAITING, message: 'no telemetry is known: the collector of their node cannot be read' }
  if (evidence.silentMs < input.seen.silenceMs && !hasWaitedBefore(evidence))
    return { ...WAITING, message: 'no telemetry has arrived yet' }
  const cause = causeOf(evidence)
  return {
    isSeen: false,
    cause,
    isFault: cause !== 'NoTraffic',
    message: `no telemetry has arrived; ${described(cause, input)}`,
  }
}
