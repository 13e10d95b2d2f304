import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { PodView } from '../watch/pod-view.ts'
import { hasAgent, injectedContainers, injectedHash, isAlive } from '../watch/pod-view.ts'

/** Annotation of a rollback in the previous version, which is migrated to `spec.rollback`. */
const OLD_ANNOTATION = 'odigos.io/rolled-back'

/** The rollback that holds, or undefined; a user removes `spec.rollback` to try again. */
export const rollbackIn = (
  config: InstrumentationConfig | undefined,
): { message: string; time?: string } | undefined => {
  const old = config?.metadata.annotations?.[OLD_ANNOTATION]
  return config?.spec.rollback ?? (old === undefined ? undefined : { message: old })
}

/** Restarts after which a container counts as crashing. */
const CRASHES = 3

/** Reasons for which a container that was added prevents its pod from starting. */
const STUCK: readonly string[] = [
  'CrashLoopBackOff',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
]

export interface Harm {
  pod: string
  message: string
}

/** How an agent harms its pod: the pod cannot start, or it crashes. */
const harm = (pod: PodView, mayCrash: boolean): string | undefined => {
  const injected = injectedContainers(pod)
  const stuck = pod.added.find(({ waitingReason }) => STUCK.includes(waitingReason ?? ''))
  if (stuck && hasAgent(pod)) return `container ${stuck.name} of pod ${pod.metadata.name} waits: ${stuck.waitingReason}`
  const crashing = pod.containers.find(
    ({ name, restartCount, waitingReason }) =>
      injected.get(name)?.agent !== undefined && waitingReason === 'CrashLoopBackOff' && restartCount >= CRASHES,
  )
  if (!crashing || mayCrash) return undefined
  return `container ${crashing.name} of pod ${pod.metadata.name} has crashed repeatedly since the agent was added`
}

/** Whether a pod may have to be rolled back when some more time has passed. */
export const isSuspicious = (pod: PodView): boolean =>
  [...pod.containers, ...pod.added].some(({ waitingReason }) => STUCK.includes(waitingReason ?? ''))

/** A pod that crashed with an agent, also in a moment in which it runs: after a rollback it is still to be replaced. */
export const crashedPod = (pods: readonly PodView[]): string | undefined =>
  pods.find(
    (pod) =>
      isAlive(pod) &&
      hasAgent(pod) &&
      (isSuspicious(pod) || pod.containers.some((each) => each.restartCount >= CRASHES)),
  )?.metadata.name

const isHealthyPod = (pod: PodView): boolean =>
  isAlive(pod) && !isSuspicious(pod) && pod.containers.length > 0 && pod.containers.every((each) => each.isReady)

/** The revision that a Deployment, or a StatefulSet or DaemonSet, writes on its pods. */
const templateHash = ({ metadata }: PodView): string | undefined =>
  metadata.labels?.['pod-template-hash'] ?? metadata.labels?.['controller-revision-hash']

const isTwin = (a: PodView, b: PodView): boolean =>
  templateHash(a) === templateHash(b) && injectedHash(a) === injectedHash(b)

/** Whether the workload has run with its agent for so long that the agent is not the cause of a crash now. */
const isProven = (config: InstrumentationConfig | undefined, settings: OdigosConfigSpec, nowMs: number): boolean => {
  const instrumented = findCondition(config?.status?.conditions, WORKLOAD_CONDITIONS.instrumented)
  if (instrumented?.status !== 'True') return false
  const windowSeconds = settings.rollout?.rollbackWindowSeconds ?? 3600
  return nowMs - Date.parse(instrumented.lastTransitionTime) > windowSeconds * 1000
}

export interface RollbackInput {
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  settings: OdigosConfigSpec
  nowMs: number
}

/**
 * The pod because of which the agents of a workload must be removed, or `undefined`. It crashes repeatedly for the
 * configured time, while no pod without an agent does and none of the same template and agent is ready: otherwise the
 * agent is not the cause. A container of ours that cannot start is always the cause, however long the workload ran.
 */
export const findHarm = ({ pods, config, settings, nowMs }: RollbackInput): Harm | undefined => {
  const afterSeconds = settings.rollout?.rollbackAfterSeconds ?? 60
  if (afterSeconds === 0) return undefined
  const withoutAgent = pods.filter((pod) => !hasAgent(pod))
  const crashesAnyway = withoutAgent.some((pod) => pod.containers.some((c) => c.waitingReason === 'CrashLoopBackOff'))
  if (crashesAnyway) return undefined
  const mayCrash = isProven(config, settings, nowMs)
  const ready = pods.filter(isHealthyPod)
  for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) {
    const message = harm(pod, mayCrash)
    const ageSeconds = (nowMs - Date.parse(pod.metadata.creationTimestamp ?? '')) / 1000
    if (!message || ageSeconds < afterSeconds || ready.some((other) => isTwin(other, pod))) continue
    return { pod: pod.metadata.name, message }
  }
  return undefined
}
