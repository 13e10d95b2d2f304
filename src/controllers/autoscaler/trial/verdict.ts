/** What the pod of a trial says about its configuration. Pure. */
import type { ContainerStatus, KubeObject, PodStatus } from '../../../api/kubernetes.ts'
import { COLLECTOR_CONTAINER } from '../../../api/names.ts'

/** Whether collectors start with a configuration, as far as it was seen. */
export type Verdict =
  | { result: 'Started' }
  /** The collector ended; the message is the end of its log, or what the kubelet knows. */
  | { result: 'Failed'; message: string }
  /** Nothing can be said, because the pod itself does not start. */
  | { result: 'NotRun'; message: string }
  | { result: 'Running' }

export interface TrialPodView {
  namespace: string
  name: string
  uid: string
  /** Hash of what is tried. */
  hash: string
  createdMs: number
  isDeleting: boolean
  /** Since when its container runs, in milliseconds. */
  runningMs?: number
  verdict: Verdict
}

export const TRIAL_PREFIX = 'odigos-trial-'

/** What a collector says begins with the component and ends with the mistake; between them can be all of its configuration. */
const MAX_WORDS = { first: 300, last: 300 }

/** The kubelet keeps 2,048 bytes of a log. One that is cut can begin in the middle of a secret. */
const KEPT = 1_900

/** The lines of the collector's log that say why it ended; a container without a log has a reason only. */
const WORDS = [/collector server run finished with error: ([^]+)/, /^Error: ([^]+)/m]

/** The collector's own words, on one line. */
export const wordsOf = (log: string): string => {
  const said = WORDS.flatMap((pattern) => pattern.exec(log)?.[1] ?? [])[0]
  if (said === undefined && log.length >= KEPT) return 'the collector ended; see the log of another start for its words'
  const found = said ?? log.trim().split('\n').at(-1) ?? ''
  const line = found.replaceAll(/\s+/g, ' ').trim()
  const { first, last } = MAX_WORDS
  return line.length > first + last ? `${line.slice(0, first)} … ${line.slice(-last)}` : line
}

/** Reasons of a pod that its node or Kubernetes ended, whatever its containers did. */
const NOT_OURS =
  /^(DeadlineExceeded|Evicted|OutOf\w+|NodeLost|NodeShutdown|Terminated|Preempting|NodeAffinity|UnexpectedAdmissionError|Shutdown)$/
/** A container that its node has lost, or cannot begin (for example, as the image is for another architecture), has ended, too. */
const NEVER_BEGAN = /^(ContainerStatusUnknown|StartError|ContainerCannotRun)$/
/** Reasons of a waiting container for which a pod waits as long as it exists. */
const BLOCKED =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainer\w*Error|RunContainerError)$/

interface Ended {
  exitCode: number
  reason?: string
  message?: string
}

const ofEnded = ({ exitCode, reason = '', message = '' }: Ended): Verdict => {
  if (NEVER_BEGAN.test(reason)) return { result: 'NotRun', message: `${reason}: ${message}` }
  if (reason === 'OOMKilled') return { result: 'Failed', message: 'the collector ran out of memory while it started' }
  return { result: 'Failed', message: message.trim() || `the collector ended with exit code ${exitCode}` }
}

const ofContainer = ({ ready, state = {} }: ContainerStatus): Verdict | undefined => {
  if (ready) return { result: 'Started' }
  if (state.terminated) return ofEnded(state.terminated)
  const { reason = '', message = '' } = state.waiting ?? {}
  return BLOCKED.test(reason) ? { result: 'NotRun', message: `${reason}: ${message}` } : undefined
}

const unscheduled = ({ conditions = [] }: PodStatus): string | undefined => {
  const found = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  return found && `the pod cannot be scheduled: ${String(found['message'] ?? '')}`
}

/** A mesh can add containers to the pod. */
const collectorOf = ({ containerStatuses = [] }: PodStatus): ContainerStatus | undefined =>
  containerStatuses.find(({ name }) => name === COLLECTOR_CONTAINER)

/** What the status of a pod says. */
export const verdictOf = (status: PodStatus): Verdict => {
  const { reason = '' } = status
  if (NOT_OURS.test(reason)) return { result: 'NotRun', message: `${reason}: ${String(status['message'] ?? '')}` }
  const message = unscheduled(status)
  if (message !== undefined) return { result: 'NotRun', message }
  const container = collectorOf(status)
  return (container && ofContainer(container)) ?? { result: 'Running' }
}

const runningSince = (status: PodStatus): { runningMs?: number } => {
  const startedAt = collectorOf(status)?.state?.running?.startedAt
  return startedAt === undefined ? {} : { runningMs: Date.parse(startedAt) }
}

/** The pod of a trial as it is kept in memory; undefined for any other pod. */
export const trialPodView = ({ metadata, ...pod }: KubeObject): TrialPodView | undefined => {
  const { name, namespace = '', uid = '', creationTimestamp = '', deletionTimestamp } = metadata
  if (!name.startsWith(TRIAL_PREFIX)) return undefined
  const status = (pod['status'] ?? {}) as PodStatus
  const isDeleting = deletionTimestamp !== undefined
  return {
    namespace,
    name,
    uid,
    hash: name.slice(TRIAL_PREFIX.length),
    createdMs: Date.parse(creationTimestamp),
    isDeleting,
    ...runningSince(status),
    // Whoever deletes a pod ends its collector: that says nothing.
    verdict: isDeleting ? { result: 'Running' } : verdictOf(status),
  }
}
