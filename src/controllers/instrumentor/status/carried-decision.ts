import type { PodView } from '../watch/pod-view.ts'
import { injectedHash } from '../watch/pod-view.ts'

export interface CurrentDecision {
  /** What the webhook would write on a pod that is created now. */
  currentHash: string
  /** The same decision with the images of agents of another release. */
  hashWith: (agentImages: readonly string[]) => string
}

/** Whether the pod was created by the current decision, though with agents of another release. */
export const hasOtherAgents = (pod: PodView, { currentHash, hashWith }: CurrentDecision): boolean => {
  const carried = injectedHash(pod)
  if (!pod.agentImages || carried === currentHash) return false
  return carried === hashWith(pod.agentImages)
}

/** Whether the pod was created by the current decision, of whichever release its agents are. */
export const isAsDecided = (pod: PodView, decision: CurrentDecision): boolean =>
  injectedHash(pod) === decision.currentHash || hasOtherAgents(pod, decision)
