import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import type { InstrumentationConfig, KnownContainer } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import { ROLLBACK_REASONS } from '../../../api/types/outcome.ts'
import { decisionOf, joinPrint, knownContainers } from '../../../api/types/container.ts'
import { AGENT_DEFINITIONS } from '../../../inject/agents/index.ts'
import type { Measured } from '../../../api/types/measured.ts'
import type { Findings } from './findings.ts'
import { fingerprint } from './fingerprint.ts'
import { withoutOwnVariables } from './runtime-env.ts'
import type { PodView } from '../watch/pod-view.ts'
import { injectedContainers } from '../watch/pod-view.ts'

/** Reasons that a decision takes over from a detection; every other reason means that a language was detected. */
const TAKEN_OVER_REASONS: readonly Reason[] = [
  'Infrastructure',
  'Ambiguous',
  'OtherAgent',
  'OwnSdk',
  'NotSupported',
  'RuntimeNotSupported',
  'GoProgramUnreadable',
]

/** Reasons that do not depend on a detection: when they no longer hold, the container is inspected again. */
const HIDING_REASONS: readonly Reason[] = [
  'IgnoredContainer',
  'InvalidAnnotation',
  'OverriddenByUser',
  ...ROLLBACK_REASONS,
]

/** A detection, and whether the container had an agent when it was measured. */
export type KnownContainerDetection = Omit<ContainerDetection, 'measured'> & { measured?: Measured | undefined }

/** What was found in a container, and in which image: its fingerprint, and the reference by which its pod named it. */
export interface KnownDetection {
  detection: KnownContainerDetection
  image: string
  imageReference?: string | undefined
}

export interface DetectionSources {
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  findings: Pick<Findings, 'podUid' | 'containers'> | undefined
  /** Whether the settings, an annotation, a rollback or that of another workload decide about a container whatever runs in it. */
  isHidden: (container: string) => boolean
}

const withoutUndefined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** Fingerprint where it was lost; equal to that of no container. */
const LOST = ''

/** What the detector has said, as the decision tells. */
const detectorsVerdict = ({ agent, reason, message }: KnownContainer): Pick<KnownContainer, 'reason' | 'message'> => {
  if (reason === 'AgentSelected' && agent && AGENT_DEFINITIONS[agent].delivery === 'configuration') {
    return { reason: 'OwnSdk', message: 'the application brings an OpenTelemetry SDK of its own' }
  }
  return TAKEN_OVER_REASONS.includes(reason) ? { reason, message } : { reason: 'Detected', message: '' }
}

/**
 * The detection that a decision is based on. Where the status lost its part, the language follows from the agent: the
 * decision stays while the container is inspected again.
 */
const rememberedDetection = (container: KnownContainer, print: string): KnownContainerDetection | undefined => {
  const {
    name,
    agent,
    runtimeVersion,
    libc,
    confidence,
    evidence = [],
    executable,
    firstProcess,
    runtimeEnv,
    measured,
  } = container
  const language = container.language ?? (agent && AGENT_DEFINITIONS[agent].language)
  if (print === LOST ? !agent : !language && container.reason !== 'Ambiguous') return undefined
  return withoutUndefined({
    name,
    ...detectorsVerdict(container),
    language,
    runtimeVersion,
    libc,
    confidence,
    evidence,
    executable,
    firstProcess,
    runtimeEnv,
    measured,
  }) as KnownContainerDetection
}

/** Without an observation that is older than the decision: the spec was written, and then not the status. */
const withoutStale = (container: KnownContainer): KnownContainer => {
  const { agent, language, reason } = container
  const expected = agent && AGENT_DEFINITIONS[agent].language
  const isStale = expected && language && reason === 'AgentSelected' && expected !== language
  return isStale ? decisionOf(container) : container
}

const rememberedDetections = (
  config: DetectionSources['config'],
  isHidden: DetectionSources['isHidden'],
): Map<string, KnownDetection> => {
  const known = new Map<string, KnownDetection>()
  for (const container of config ? knownContainers(config).map(withoutStale) : []) {
    const { name, reason, image: imageReference } = container
    if (HIDING_REASONS.includes(reason) && !isHidden(name)) continue
    const print = joinPrint(container) ?? LOST
    const detection = rememberedDetection(container, print)
    if (detection) known.set(name, { detection, image: print, imageReference })
  }
  return known
}

/** Whether the container need not be inspected again. */
export const isSettled = ({ reason }: ContainerDetection): boolean =>
  reason !== 'StillStarting' && reason !== 'DetectionFailed'

/** A detection in a container of a pod; undefined where the pod has no such container. */
const latestDetection = (
  detection: ContainerDetection,
  pod: PodView,
  remembered: readonly KnownContainer[],
): KnownDetection | undefined => {
  const { name } = detection
  const seen = pod.containers.find((container) => container.name === name)
  if (!seen) return undefined
  const isInjected = injectedContainers(pod).get(name)?.agent !== undefined
  const before = remembered.find((container) => container.name === name)
  const { measured } = detection
  return {
    detection: {
      ...withoutOwnVariables(detection, { ...seen, isInjected }, before),
      ...(measured ? { measured: { ...measured, ...(isInjected ? { withAgent: true } : {}) } } : {}),
    },
    image: fingerprint(seen),
    imageReference: seen.imageReference,
  }
}

/** What is known about each container: the detector's latest report, else what the InstrumentationConfig remembers. */
export const knownDetections = ({
  pods,
  config,
  findings,
  isHidden,
}: DetectionSources): Map<string, KnownDetection> => {
  const known = rememberedDetections(config, isHidden)
  const remembered = config ? knownContainers(config) : []
  const pod = pods.find(({ metadata }) => metadata.uid === findings?.podUid)
  if (!pod) return known
  for (const detection of findings?.containers ?? []) {
    if (!isSettled(detection) && known.has(detection.name)) continue
    const latest = latestDetection(detection, pod, remembered)
    if (latest) known.set(detection.name, latest)
  }
  return known
}
