import type {
  AgentObservation,
  InstrumentationConfigSpec,
  LastSeen,
  Traffic,
} from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { OPT_LABEL } from '../../../api/names.ts'
import type { SeenOfWorkload } from '../observed.ts'
import type { CurrentDecision } from './carried-decision.ts'
import { hasOtherAgents, isAsDecided } from './carried-decision.ts'
import type { Trial } from '../trial/verdict.ts'
import type { PodView } from '../watch/pod-view.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { hasAgent, hasStarted, injectedHash, isAlive } from '../watch/pod-view.ts'

export interface PodCounts {
  total: number
  instrumented: number
  outdated: number
  missed: number
}

export interface StatusInput extends CurrentDecision {
  workload: WorkloadView
  spec: InstrumentationConfigSpec
  pods: readonly PodView[]
  /** When the decision was ready for the webhook (RFC 3339); pods created later without it were missed. */
  decidedAt: string | undefined
  /** Whether the API server calls the webhook for the namespace already. */
  isWebhookReady: boolean
  trial: Trial | undefined
  wasRestartRequired: boolean
  /** Message of the API server where it refuses the pipeline to the scheduler. */
  refusedAssignment: string | undefined
  /** Whether the condition `Instrumented` was true. */
  wasInstrumented: boolean
  /** Whether it was waited long enough for telemetry already. */
  wasSilent: boolean
  seen: SeenOfWorkload
  nowMs: number
  /** What the processes report. */
  agents: readonly AgentObservation[]
  lastSeenBefore: LastSeen | undefined
  /** When each signal last arrived, as the status says it now. */
  lastSeen: LastSeen | undefined
  /** How much it sends, as the status says it now; absent where it is little. */
  traffic?: Traffic | undefined
  rolledBack: string | undefined
  /** Why the agents of some containers were removed. */
  partlyRolledBack: string | undefined
  /** Why agents were removed, where they were. */
  rollbackReason: Reason
  /** Whether restarts did not help and there will be no other. */
  isGivenUp: boolean
}

/** The webhook does not change a pod whose own label opts it out, and adds no annotation. */
const isOptedOut = ({ metadata }: PodView): boolean => metadata.labels?.[OPT_LABEL] === 'disabled'

const wantsAgent = (spec: InstrumentationConfigSpec): boolean =>
  spec.pipeline !== undefined && spec.containers.some(({ agent }) => agent)

/** Created after the decision and without an annotation of the webhook. Five seconds are allowed for its cache. */
const wasMissed = (pod: PodView, { spec, decidedAt }: StatusInput): boolean =>
  wantsAgent(spec) &&
  injectedHash(pod) === undefined &&
  decidedAt !== undefined &&
  Date.parse(pod.metadata.creationTimestamp ?? '') > Date.parse(decidedAt) + 5000

/** Counts the running pods by what they carry, against what is decided now. */
export const countPods = (input: StatusInput): PodCounts => {
  const counts: PodCounts = { total: 0, instrumented: 0, outdated: 0, missed: 0 }
  for (const pod of input.pods.filter(isAlive)) {
    counts.total += 1
    if (isOptedOut(pod)) continue
    if (isAsDecided(pod, input)) counts.instrumented += hasAgent(pod) && hasStarted(pod) ? 1 : 0
    else if (wantsAgent(input.spec) || hasAgent(pod)) {
      counts.outdated += 1
      if (wasMissed(pod, input)) counts.missed += 1
    }
  }
  return counts
}

/** Running pods that a restart would only give agents of this release. */
export const countOtherAgents = (input: StatusInput): number =>
  input.pods.filter((pod) => isAlive(pod) && hasOtherAgents(pod, input)).length

/** Pods with the decided agents of which not every container with an agent has been started. */
export const countStarting = (input: StatusInput): number =>
  input.pods.filter((pod) => isAlive(pod) && isAsDecided(pod, input) && hasAgent(pod) && !hasStarted(pod)).length
