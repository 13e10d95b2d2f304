import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import type { ContainerDecision, InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { DetectorAnswer } from './answers.ts'
import { fingerprint, isPrintOf } from './fingerprint.ts'
import { withoutOwnVariables } from './runtime-env.ts'
import type { PodView } from '../watch/pod-view.ts'
import { injectedContainers } from '../watch/pod-view.ts'

/** Reasons that a decision takes over from a detection; every other reason says that a language was detected. */
const TAKEN_OVER_REASONS: readonly Reason[] = [
  'Infrastructure',
  'Ambiguous',
  'OtherAgent',
  'NotSupported',
  'RuntimeNotSupported',
]

/** Reasons that say nothing about what a detection ended with: when they are no longer so, it is looked at again. */
const HIDING_REASONS: readonly Reason[] = ['IgnoredContainer', 'InvalidAnnotation', 'OverriddenByUser', 'RolledBack']

/** What was found in a container, and in which image: its fingerprint, and the reference by which its pod named it. */
export interface KnownDetection {
  detection: ContainerDetection
  image: string
  imageReference?: string | undefined
}

export interface DetectionSources {
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  answer: Pick<DetectorAnswer, 'podUid' | 'containers'> | undefined
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
  const isDetectors = TAKEN_OVER_REASONS.includes(decision.reason)
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
export const isSettled = ({ reason }: ContainerDetection): boolean =>
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
    const isInjected = injectedContainers(pod).get(name)?.agent !== undefined
    const before = config?.spec.containers.find((container) => container.name === name)
    const detection = withoutOwnVariables(answered, { ...seen, isInjected }, before)
    known.set(name, { detection, image: fingerprint(seen), imageReference })
  }
  return known
}
