import type { ContainerDecision, InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { ContainerDetection, KnownDetection } from './read-report.ts'
import type { DetectionTarget } from './manifest.ts'
import { fingerprint, isPrintOf } from '../watch/fingerprint.ts'
import type { Observed } from '../reconcile.ts'
import { withoutOwnVariables } from '../watch/runtime-env.ts'
import type { ContainerView, PodView, WorkloadView } from '../watch/views.ts'
import { injectedContainers } from '../watch/views.ts'

/** Reasons with which a detection itself ends; every other reason of a decision was made after one. */
const DETECTION_REASONS: readonly Reason[] = [
  'Infrastructure',
  'Ambiguous',
  'OtherAgent',
  'NotSupported',
  'RuntimeNotSupported',
]

/** Reasons that say nothing about what a detection ended with: when they are no longer so, it is looked at again. */
const HIDING_REASONS: readonly Reason[] = ['IgnoredContainer', 'InvalidAnnotation', 'OverriddenByUser', 'RolledBack']

type DetectionAnswer = { podUid: string; containers: ContainerDetection[] }

export interface DetectionSources {
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  answer: DetectionAnswer | undefined
  /** Whether the settings, an annotation or a rollback decide about a container whatever runs in it. */
  isHidden: (container: string) => boolean
}

/** How a pod names the image, for decisions that were written before references were. */
const referenceIn = (pods: readonly PodView[], { name, image = '' }: ContainerDecision): string | undefined =>
  pods
    .flatMap(({ containers }) => containers)
    .find((container) => container.name === name && isPrintOf(image, container))?.imageReference

const withoutUndefined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const rememberedDetection = (decision: ContainerDecision): ContainerDetection | undefined => {
  const { name, language, runtimeVersion, libc, confidence, evidence = [], executable, runtimeEnv } = decision
  if (!decision.image || (!language && decision.reason !== 'Ambiguous')) return undefined
  const isDetectors = DETECTION_REASONS.includes(decision.reason)
  return withoutUndefined({
    name,
    reason: isDetectors ? (decision.reason as ContainerDetection['reason']) : 'Detected',
    message: isDetectors ? decision.message : '',
    language,
    runtimeVersion,
    libc,
    confidence,
    evidence,
    executable,
    runtimeEnv,
  }) as ContainerDetection
}

const rememberedDetections = (
  pods: readonly PodView[],
  config: DetectionSources['config'],
  isHidden: DetectionSources['isHidden'],
): Map<string, KnownDetection> => {
  const known = new Map<string, KnownDetection>()
  for (const decision of config?.spec.containers ?? []) {
    if (HIDING_REASONS.includes(decision.reason) && !isHidden(decision.name)) continue
    const detection = rememberedDetection(decision)
    const { name, image, imageReference = referenceIn(pods, decision) } = decision
    if (detection && image) known.set(name, { detection, image, imageReference })
  }
  return known
}

/** An answer that need not be asked for again. */
const isSettled = ({ reason }: ContainerDetection): boolean =>
  reason !== 'StillStarting' && reason !== 'DetectionFailed'

/** What is known about each container: the detector's latest answer, else what the InstrumentationConfig remembers. */
export const knownDetections = ({ pods, config, answer, isHidden }: DetectionSources): Map<string, KnownDetection> => {
  const known = rememberedDetections(pods, config, isHidden)
  const pod = pods.find(({ metadata }) => metadata.uid === answer?.podUid)
  for (const answered of answer?.containers ?? []) {
    const { name } = answered
    const seen = pod?.containers.find((container) => container.name === name)
    if (!pod || !seen || (!isSettled(answered) && known.has(name))) continue
    const { imageReference } = seen
    const isInjected = injectedContainers(pod)[name]?.agent !== undefined
    const before = config?.spec.containers.find((container) => container.name === name)
    const detection = withoutOwnVariables(answered, { ...seen, isInjected }, before)
    known.set(name, { detection, image: fingerprint(seen), imageReference })
  }
  return known
}

const isLookable = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp &&
  pod.phase === 'Running' &&
  pod.nodeName !== undefined &&
  pod.containers.some(({ isRunning, containerId }) => isRunning && containerId)

const isReady = (pod: PodView): boolean => pod.containers.every((container) => container.isReady)

const readyFirst = (a: PodView, b: PodView): number =>
  Number(isReady(b)) - Number(isReady(a)) ||
  Date.parse(b.metadata.creationTimestamp ?? '') - Date.parse(a.metadata.creationTimestamp ?? '')

/** The container that is to be looked at in a pod, where it runs. */
const runningId = (pod: PodView, container: string): string | undefined => {
  const status = pod.containers.find(({ name }) => name === container)
  return status?.isRunning ? status.containerId : undefined
}

/** Why nothing is known about a container: it does not run, the look is still to come, or it failed. */
export const pendingReason =
  (pods: readonly PodView[], answer: DetectionAnswer | undefined) =>
  (container: string): { reason: Reason; message: string } => {
    const running = pods.filter((pod) => isLookable(pod) && runningId(pod, container) !== undefined)
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

/** What a detector is to look at: one pod, and its containers about which something is not known. */
export const targetOf = (key: string, observed: Observed): DetectionTarget | undefined => {
  const { workload, pods, detections } = observed
  const pod = currentPods(workload, pods.filter(isLookable)).toSorted(readyFirst)[0]
  if (!pod?.nodeName || !pod.metadata.uid) return undefined
  const containers = workload.containers.flatMap(({ name }) => {
    const seen = pod.containers.find((container) => container.name === name)
    if (!seen?.isRunning || !seen.containerId) return []
    const known = detections.get(name)
    const isKnown = known && isSettled(known.detection)
    // Where something is known, a new image is looked at when it is ready: half started, it could look like another.
    if (isKnown && (isAbout(known, seen) || !isReady(pod))) return []
    return [{ name, containerId: seen.containerId }]
  })
  if (containers.length === 0) return undefined
  return { key, node: pod.nodeName, podUid: pod.metadata.uid, containers }
}
