import type { Reason } from '../../../api/reasons.ts'
import type { ContainerView, PodView } from '../watch/pod-view.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { isPrintOf } from './fingerprint.ts'
import type { KnownDetection } from './known-detections.ts'
import { isSettled } from './known-detections.ts'
import type { DetectionTarget } from './manifest.ts'
import type { DetectorAnswer } from './answers.ts'

const isInspectable = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp &&
  pod.phase === 'Running' &&
  pod.nodeName !== undefined &&
  pod.containers.some(({ isRunning, containerId }) => isRunning && containerId)

const isWhollyReady = (pod: PodView): boolean => pod.containers.every((container) => container.isReady)

const readyFirst = (a: PodView, b: PodView): number =>
  Number(isWhollyReady(b)) - Number(isWhollyReady(a)) ||
  Date.parse(b.metadata.creationTimestamp ?? '') - Date.parse(a.metadata.creationTimestamp ?? '')

/** The container that is to be looked at in a pod, where it runs. */
const runningId = (pod: PodView, container: string): string | undefined => {
  const status = pod.containers.find(({ name }) => name === container)
  return status?.isRunning ? status.containerId : undefined
}

/** Why nothing is known about a container: it does not run, the look is still to come, or it failed. */
export const pendingReason =
  (pods: readonly PodView[], answer: Pick<DetectorAnswer, 'podUid' | 'containers'> | undefined) =>
  (container: string): { reason: Reason; message: string } => {
    const running = pods.filter((pod) => isInspectable(pod) && runningId(pod, container) !== undefined)
    if (running.length === 0) return { reason: 'NoRunningPods', message: 'no pod of the workload runs it' }
    const hasFailed = answer?.containers.length === 0 && running.some(({ metadata }) => metadata.uid === answer.podUid)
    return hasFailed
      ? { reason: 'DetectionFailed', message: 'the detector gave no answer; it is asked again' }
      : { reason: 'NotDetectedYet', message: 'a detector looks at a pod of the workload' }
  }

/** Pods of the current template, whose containers are what the decision is about; all of them where none is. */
const currentPods = (workload: WorkloadView, pods: readonly PodView[]): readonly PodView[] => {
  const current = pods.filter((pod) =>
    workload.containers.every((container) => {
      const found = pod.containers.find(({ name }) => name === container.name)
      return found?.imageReference === container.image && found.entry === container.entry
    }),
  )
  return current.length > 0 ? current : pods
}

/** Whether the pod has what was looked at; another name of the same image counts, since the webhook asks by names. */
const isAbout = ({ image, imageReference }: KnownDetection, seen: ContainerView): boolean =>
  isPrintOf(image, seen) && (imageReference ?? seen.imageReference) === seen.imageReference

export interface DetectionNeed {
  workload: WorkloadView
  pods: readonly PodView[]
  /** What is known about its containers, by their names. */
  detections: ReadonlyMap<string, KnownDetection>
}

/** What a detector is to look at: one pod, and its containers about which something is not known. */
export const targetOf = (key: string, observed: DetectionNeed): DetectionTarget | undefined => {
  const { workload, pods, detections } = observed
  const pod = currentPods(workload, pods.filter(isInspectable)).toSorted(readyFirst)[0]
  if (!pod?.nodeName || !pod.metadata.uid) return undefined
  const containers = workload.containers.flatMap(({ name }) => {
    const seen = pod.containers.find((container) => container.name === name)
    if (!seen?.isRunning || !seen.containerId) return []
    const known = detections.get(name)
    const isKnown = known && isSettled(known.detection)
    // Where something is known, a new image is looked at when it is ready: half started, it could look like another.
    if (isKnown && (isAbout(known, seen) || !isWhollyReady(pod))) return []
    return [{ name, containerId: seen.containerId }]
  })
  if (containers.length === 0) return undefined
  return { key, node: pod.nodeName, podUid: pod.metadata.uid, containers }
}
