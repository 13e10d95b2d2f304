import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { PodView } from './views.ts'
import { injectedContainers } from './views.ts'

/** On an InstrumentationConfig: why instrumentation was taken out. A user removes it to try again. */
export const ROLLED_BACK_ANNOTATION = 'odigos.io/rolled-back'

/** A container that started this often is no longer just slow. */
const CRASHES = 3

const isCrashing = (pod: PodView): string | undefined => {
  const injected = injectedContainers(pod)
  return pod.containers.find(
    ({ name, restartCount, waitingReason }) =>
      injected[name]?.agent !== undefined && waitingReason === 'CrashLoopBackOff' && restartCount >= CRASHES,
  )?.name
}

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
  const withoutAgent = pods.filter((pod) => Object.values(injectedContainers(pod)).every(({ agent }) => !agent))
  const crashesAnyway = withoutAgent.some((pod) => pod.containers.some((c) => c.waitingReason === 'CrashLoopBackOff'))
  if (crashesAnyway) return undefined
  for (const pod of pods) {
    const container = isCrashing(pod)
    const ageSeconds = (nowMs - Date.parse(pod.metadata.creationTimestamp ?? '')) / 1000
    if (container && ageSeconds >= afterSeconds) {
      return `container ${container} of pod ${pod.metadata.name} crashes again and again since the agent was added`
    }
  }
  return undefined
}
