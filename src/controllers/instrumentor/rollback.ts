import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { PodView } from './views.ts'
import { hasAgent, injectedContainers } from './views.ts'

/** On an InstrumentationConfig: why instrumentation was taken out. A user removes it to try again. */
export const ROLLED_BACK_ANNOTATION = 'odigos.io/rolled-back'

/** A container that started this often is no longer just slow. */
const CRASHES = 3

/** What keeps a pod from starting where a container that was added waits for it. */
const STUCK: readonly string[] = [
  'CrashLoopBackOff',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
]

/** What an agent does to a pod that carries one: it crashes, or never comes to start. */
const harm = (pod: PodView): string | undefined => {
  const injected = injectedContainers(pod)
  const stuck = pod.added.find(({ waitingReason }) => STUCK.includes(waitingReason ?? ''))
  if (stuck && hasAgent(pod)) return `container ${stuck.name} of pod ${pod.metadata.name} waits: ${stuck.waitingReason}`
  const crashing = pod.containers.find(
    ({ name, restartCount, waitingReason }) =>
      injected[name]?.agent !== undefined && waitingReason === 'CrashLoopBackOff' && restartCount >= CRASHES,
  )
  if (!crashing) return undefined
  return `container ${crashing.name} of pod ${pod.metadata.name} crashes again and again since the agent was added`
}

/** Whether a pod may have to be rolled back when some more time has passed. */
export const isSuspicious = (pod: PodView): boolean =>
  [...pod.containers, ...pod.added].some(({ waitingReason }) => STUCK.includes(waitingReason ?? ''))

/**
 * Why the agents of a workload must be taken out, or undefined. Pods with an agent crash again and again for the
 * configured time, while no pod without one does: where those crash too, the agent is not the cause.
 */
export const rollbackReason = (
  pods: readonly PodView[],
  settings: OdigosConfigSpec,
  nowMs: number,
): string | undefined => {
  const afterSeconds = settings.rollout?.rollbackAfterSeconds ?? 60
  if (afterSeconds === 0) return undefined
  const withoutAgent = pods.filter((pod) => !hasAgent(pod))
  const crashesAnyway = withoutAgent.some((pod) => pod.containers.some((c) => c.waitingReason === 'CrashLoopBackOff'))
  if (crashesAnyway) return undefined
  for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) {
    const reason = harm(pod)
    const ageSeconds = (nowMs - Date.parse(pod.metadata.creationTimestamp ?? '')) / 1000
    if (reason && ageSeconds >= afterSeconds) return reason
  }
  return undefined
}
