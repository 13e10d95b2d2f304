import type { Reason } from '../../../api/reasons.ts'
import type { ContainerView, PodView } from '../watch/pod-view.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { isPrintOf } from './fingerprint.ts'
import type { KnownDetection } from './known-detections.ts'
import { isSettled } from './known-detections.ts'
import type { DetectionTarget } from './manifest.ts'
import type { Findings } from './findings.ts'
import { avoidance } from './findings.ts'

const isInspectable = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp &&
  pod.phase === 'Running' &&
  pod.nodeName !== undefined &&
  pod.containers.some(({ isRunning, containerId }) => isRunning && containerId)

const isWhollyReady = (pod: PodView): boolean => pod.containers.every((container) => container.isReady)

const readyFirst = (a: PodView, b: PodView): number =>
  Number(isWhollyReady(b)) - Number(isWhollyReady(a)) ||
  Date.parse(b.metadata.creationTimestamp ?? '') - Date.parse(a.metadata.creationTimestamp ?? '')

const avoidanceOf = (avoided: readonly string[], { metadata, nodeName }: PodView): number =>
  avoidance(avoided, { ...(metadata.uid ? { podUid: metadata.uid } : {}), ...(nodeName ? { node: nodeName } : {}) })

/** Pods that were not tried in vain come first, of the others the one that was tried the longest ago. */
const betterFirst =
  (avoided: readonly string[]) =>
  (a: PodView, b: PodView): number =>
    avoidanceOf(avoided, a) - avoidanceOf(avoided, b) || readyFirst(a, b)

/** Id of a container in a pod, where it is running. */
const runningId = (pod: PodView, container: string): string | undefined => {
  const status = pod.containers.find(({ name }) => name === container)
  return status?.isRunning ? status.containerId : undefined
}

/** Why nothing is known about a container: it is not running, its inspection is pending, or it failed. */
export const pendingReason =
  (pods: readonly PodView[], findings: Pick<Findings, 'podUid' | 'containers' | 'problem'> | undefined) =>
  (container: string): { reason: Reason; message: string } => {
    const running = pods.filter((pod) => isInspectable(pod) && runningId(pod, container) !== undefined)
    if (running.length === 0) return { reason: 'NoRunningPods', message: 'no pod of the workload runs the container' }
    const hasFailed =
      findings?.containers.length === 0 && running.some(({ metadata }) => metadata.uid === findings.podUid)
    return hasFailed
      ? {
          reason: 'DetectionFailed',
          message: `${findings.problem ?? 'the detector returned no report'}; detection is retried`,
        }
      : { reason: 'NotDetectedYet', message: 'a detector inspects a pod of the workload' }
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

/** Whether the container is what was inspected; another reference to the same image is not, since the webhook compares references. */
const isAbout = ({ image, imageReference }: KnownDetection, seen: ContainerView): boolean =>
  isPrintOf(image, seen) && (imageReference ?? seen.imageReference) === seen.imageReference

export interface DetectionNeed {
  workload: WorkloadView
  pods: readonly PodView[]
  /** What is known about its containers, by their names. */
  detections: ReadonlyMap<string, KnownDetection>
  /** See `Findings`. */
  avoided?: readonly string[]
}

/** What a detector is to inspect: one pod, and its containers that are not fully known. */
export const targetOf = (key: string, observed: DetectionNeed): DetectionTarget | undefined => {
  const { workload, pods, detections, avoided = [] } = observed
  const pod = currentPods(workload, pods.filter(isInspectable)).toSorted(betterFirst(avoided))[0]
  if (!pod?.nodeName || !pod.metadata.uid) return undefined
  const containers = workload.containers.flatMap(({ name }) => {
    const seen = pod.containers.find((container) => container.name === name)
    if (!seen?.isRunning || !seen.containerId) return []
    const known = detections.get(name)
    const isKnown = known && isSettled(known.detection)
    // A known container is inspected again only when its pod is ready: while it starts, it could be mistaken for another.
    if (isKnown && (isAbout(known, seen) || !isWhollyReady(pod))) return []
    return [{ name, containerId: seen.containerId }]
  })
  if (containers.length === 0) return undefined
  return { key, node: pod.nodeName, podUid: pod.metadata.uid, containers }
}
