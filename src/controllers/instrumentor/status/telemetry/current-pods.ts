import type { PodView } from '../../watch/pod-view.ts'
import { createdMs, hasAgent, isAlive } from '../../watch/pod-view.ts'
import type { CurrentDecision } from '../carried-decision.ts'
import { isAsDecided } from '../carried-decision.ts'

/** The pods with the decided agents: those that are alive, or where none is, those that are done. */
export const currentPods = (input: CurrentDecision & { pods: readonly PodView[] }): PodView[] => {
  const pods = input.pods.filter((pod) => hasAgent(pod) && isAsDecided(pod, input))
  const alive = pods.filter(isAlive)
  return alive.length > 0 ? alive : pods
}

/** When the oldest of them was created (ms); infinity where there is none. */
export const oldestMs = (pods: readonly PodView[]): number => Math.min(...pods.map(createdMs))
