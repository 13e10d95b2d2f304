import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { DetectionTarget } from './manifest.ts'
import type { TargetReport } from './read-report.ts'

/** Delays before a container is inspected again that was still starting, or whose detector failed. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000] as const
const RETRY_REASONS: readonly Reason[] = ['StillStarting', 'DetectionFailed']

/** After a failure, another node is tried at once this many times: nodes that are full can be many. */
const MAX_AT_ONCE = 3
/** Latest failures that are remembered. */
const MAX_AVOIDED = 16

/** What detectors found in one pod of a workload. */
export interface Findings {
  /** uid of the pod that was inspected. */
  podUid: string
  /** Empty where the detector failed. */
  containers: ContainerDetection[]
  /** Why the detector failed; undefined where it reported. */
  problem: string | undefined
  /** Nodes without a report, and uids of pods that could not be inspected, since the last success; the latest last. */
  avoided: readonly string[]
  /** Inspections in a row that left something open. */
  failures: number
  /** When to inspect the same pod again; absent where all that was inspected is known. */
  retryAtMs: number | undefined
  /** When to inspect containers of the same pod that did not run yet, once they do. */
  othersAtMs: number
}

type Place = Pick<DetectionTarget, 'podUid' | 'node'>

/** What is known of the containers of a pod, the latest over what was found before. */
const merged = (
  before: Findings | undefined,
  podUid: string,
  latest: readonly ContainerDetection[],
): ContainerDetection[] => {
  const earlier = before?.podUid === podUid ? before.containers : []
  return [...earlier.filter(({ name }) => !latest.some((each) => each.name === name)), ...latest]
}

/** The place to avoid because of a report: the node where no detector could run, or the pod that it could not inspect. */
const toAvoid = ({ node, podUid }: Place, containers: TargetReport['containers']): string | undefined => {
  if (!containers) return node
  return containers.some(({ reason }) => reason === 'DetectionFailed') ? podUid : undefined
}

const nextAvoided = (before: readonly string[], added: string | undefined): string[] =>
  added === undefined ? [] : [...before.filter((each) => each !== added), added].slice(-MAX_AVOIDED)

const NOTHING: Pick<Findings, 'avoided' | 'failures'> = { avoided: [], failures: 0 }

const openFields = ({ failures }: Pick<Findings, 'failures'>, isOpen: boolean, nowMs: number, delayMs: number) =>
  isOpen ? { failures: failures + 1, retryAtMs: nowMs + delayMs } : { failures: 0, retryAtMs: undefined }

/** The findings to store, merged with earlier ones of the same pod; `containers` is `undefined` where the detector failed. */
export const nextFindings = (
  before: Findings | undefined,
  place: Place,
  { containers, problem }: Pick<TargetReport, 'containers' | 'problem'>,
  nowMs: number,
): Findings => {
  const { avoided, failures } = before ?? NOTHING
  const all = merged(before, place.podUid, containers ?? [])
  const isOpen = !containers || all.some(({ reason }) => RETRY_REASONS.includes(reason))
  const delayMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0
  return {
    podUid: place.podUid,
    containers: all,
    problem: containers ? undefined : problem,
    avoided: nextAvoided(avoided, toAvoid(place, containers)),
    ...openFields({ failures }, isOpen, nowMs, delayMs),
    othersAtMs: nowMs + (containers ? RETRY_MS[0] : delayMs),
  }
}

/** How late a place was avoided: -1 if it was not, else higher the later. */
export const avoidance = (avoided: readonly string[], { podUid, node }: Partial<Place>): number =>
  avoided.findLastIndex((each) => each === podUid || each === node)

const isAnotherTry = ({ avoided, failures }: Findings, place: Place): boolean =>
  avoidance(avoided, place) < 0 && (avoided.length === 0 || failures < MAX_AT_ONCE)

/** Milliseconds until the target may be inspected; `undefined` where the findings on all its containers are final. */
export const inspectableInMs = (
  findings: Findings | undefined,
  target: Place & Pick<DetectionTarget, 'containers'>,
  nowMs: number,
): number | undefined => {
  if (!findings) return 0
  if (findings.podUid !== target.podUid) {
    return isAnotherTry(findings, target) ? 0 : Math.max(0, (findings.retryAtMs ?? nowMs) - nowMs)
  }
  const areFound = target.containers.every(({ name }) => findings.containers.some((each) => each.name === name))
  const atMs = areFound ? findings.retryAtMs : findings.othersAtMs
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs)
}
