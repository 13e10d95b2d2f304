/** Pods that are alike: what becomes of one tells of what the other suffers from. */
import type { PodView } from '../watch/pod-view.ts'
import { injectedHash, isAlive } from '../watch/pod-view.ts'
import type { Comparison } from './harm.ts'
import { isStuck } from './harm.ts'

export const isHealthyPod = (pod: PodView): boolean =>
  isAlive(pod) && pod.containers.length > 0 && pod.containers.every((each) => each.isReady && !isStuck(each))

/** The pods of one template. */
const templateHash = ({ metadata }: PodView): string | undefined =>
  metadata.labels?.['pod-template-hash'] ?? metadata.labels?.['controller-revision-hash']

/** The pods of one template, with the same agents. */
export const isTwin = (a: PodView, b: PodView): boolean =>
  a !== b && templateHash(a) === templateHash(b) && injectedHash(a) === injectedHash(b)

/** Whether another pod with the same agents does well, so that they are not the cause. */
export const hasWellTwin = (pod: PodView, { equipped }: Comparison): boolean => {
  const restarts = (each: PodView): number => Math.max(0, ...each.containers.map(({ restartCount }) => restartCount))
  return equipped.some((other) => isTwin(other, pod) && isHealthyPod(other) && restarts(other) * 2 <= restarts(pod))
}
