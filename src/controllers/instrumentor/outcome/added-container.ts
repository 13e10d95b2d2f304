/** Containers that the webhook added: whatever keeps them from their work is ours, whatever the application does. */
import type { AddedView, PodView } from '../watch/pod-view.ts'
import { hasAgent, hasStarted } from '../watch/pod-view.ts'
import type { Comparison, Harm, HarmRule, Verdict } from './harm.ts'
import { ageSeconds, containersWith, isLooping, isStuck, secondsSince } from './harm.ts'
import { isHealthyPod, isTwin } from './twins.ts'

/** A pull has failed; the next attempt may succeed. A kubelet waits in `ImagePullBackOff` before it. */
const PULL_FAILED: readonly string[] = ['ErrImagePull', 'ImageInspectError', 'RegistryUnavailable']
/** Reasons that are about the image: no other pod of the namespace would get it either. */
const NO_IMAGE: readonly string[] = [
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'SignatureValidationFailed',
]
/** A registry is asked again after ten seconds; who fails twice is not served. */
const IMAGE_SECONDS = 10
/** Where other pods have the image, the network of a node is given this time. */
const KNOWN_IMAGE_SECONDS = 600
/** A kubelet starts a sidecar that ended again at once; after this time it does not. */
const RESTART_SECONDS = 15

/** Where the application is done, its sidecars are ended. */
const isDone = (pod: PodView): boolean =>
  pod.phase === 'Succeeded' || (pod.containers.length > 0 && pod.containers.every(({ ended }) => ended?.isCurrent))

const endedAs = ({ ended }: AddedView): string =>
  `ended with exit code ${ended?.exitCode}${ended?.reason ? ` (${ended.reason})` : ''}`

/** A sidecar that stays ended takes the pod out of its Service, whatever its exit code. */
const sidecarVerdict = (added: AddedView, pod: PodView, nowMs: number): string | undefined => {
  const { restartCount = 0, ended } = added
  if (isDone(pod)) return undefined
  if (isLooping(restartCount, pod, nowMs)) return `has been restarted ${restartCount} times: it ${endedAs(added)}`
  return ended?.isCurrent && secondsSince(ended.at, nowMs) >= RESTART_SECONDS ? endedAs(added) : undefined
}

const copyVerdict = (added: AddedView): string | undefined =>
  added.ended && added.ended.exitCode !== 0 && !added.isRunning ? endedAs(added) : undefined

/** Since a kubelet has the pod: before, no image is pulled. */
const onNodeSeconds = (pod: PodView, nowMs: number): number =>
  pod.startTime === undefined ? ageSeconds(pod, nowMs) : secondsSince(pod.startTime, nowMs)

/** Whether another pod of the workload has started with the images of the pod, so that nodes can pull them. */
const isImageKnown = (pod: PodView, equipped: readonly PodView[]): boolean =>
  equipped.some(
    (other) =>
      other !== pod &&
      hasStarted(other) &&
      (pod.agentImages ?? []).every((image) => other.agentImages?.includes(image)),
  )

const imageSeconds = (pod: PodView, { equipped, afterSeconds }: Comparison): number =>
  isImageKnown(pod, equipped) ? KNOWN_IMAGE_SECONDS : Math.min(IMAGE_SECONDS, afterSeconds)

/** The containers whose agent it brings. */
const servedBy = ({ name }: AddedView, pod: PodView): Pick<Harm, 'containers'> => {
  const agent = /^odigos-(?:agent-)?(.+?)(?:-\d+)?$/.exec(name)?.[1] ?? ''
  const containers = containersWith(pod, agent)
  return containers.length > 0 ? { containers } : {}
}

const problemOf = (added: AddedView, pod: PodView, comparison: Comparison): Verdict => {
  const { nowMs, afterSeconds } = comparison
  const { waitingReason = '', name } = added
  const of = `container ${name} of pod ${pod.metadata.name}`
  if (PULL_FAILED.includes(waitingReason)) return undefined
  if (NO_IMAGE.includes(waitingReason)) {
    if (onNodeSeconds(pod, nowMs) < imageSeconds(pod, comparison)) return undefined
    return { reason: 'AgentImageUnavailable', message: `${of} waits: ${waitingReason}` }
  }
  if (ageSeconds(pod, nowMs) < afterSeconds && pod.phase !== 'Failed') return undefined
  const found = added.isSidecar ? sidecarVerdict(added, pod, nowMs) : copyVerdict(added)
  const what = isStuck(added) ? `waits: ${waitingReason}` : found
  return what === undefined ? undefined : { reason: 'RolledBack', message: `${of} ${what}`, ...servedBy(added, pod) }
}

const firstProblem = (pod: PodView, comparison: Comparison): Verdict =>
  pod.added.map((added) => problemOf(added, pod, comparison)).find((problem) => problem !== undefined)

/** Whether as many pods with the same agents do well, so that a node or a moment is the cause. */
const isException = (pod: PodView, comparison: Comparison): boolean => {
  const { equipped, nowMs, afterSeconds } = comparison
  const twins = equipped.filter((other) => isTwin(other, pod))
  const failing = twins.filter((twin) => firstProblem(twin, comparison) !== undefined)
  const well = twins.filter(
    (twin) =>
      isHealthyPod(twin) &&
      ageSeconds(twin, nowMs) >= afterSeconds &&
      !failing.includes(twin) &&
      !twin.added.some(isStuck),
  )
  return well.length > failing.length
}

export const addedHarm: HarmRule = (pod, comparison) => {
  if (!hasAgent(pod) || pod.failure !== undefined) return undefined
  const problem = firstProblem(pod, comparison)
  if (!problem || problem.reason === 'AgentImageUnavailable') return problem
  return isException(pod, comparison) ? undefined : problem
}
