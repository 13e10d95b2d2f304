import type { ContainerDetection, DetectorTarget } from '../../../api/detector-protocol.ts'
import type { Reason } from '../../../api/reasons.ts'

/** Delays before a container is inspected again that was still starting, or whose detector failed. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000] as const
const RETRY_REASONS: readonly Reason[] = ['StillStarting', 'DetectionFailed']

/** What detectors found in one pod of a workload. */
export interface Findings {
  /** uid of the pod that was inspected. */
  podUid: string
  /** Empty where the detector failed. */
  containers: ContainerDetection[]
  /** Inspections in a row that left something open. */
  failures: number
  /** When to inspect the same pod again; absent where all that was inspected is known. */
  retryAtMs: number | undefined
  /** When to inspect containers of the same pod that did not run yet, once they do. */
  othersAtMs: number
}

/** What is known of the containers of a pod, the latest over what was found before. */
const merged = (
  before: Findings | undefined,
  podUid: string,
  latest: readonly ContainerDetection[],
): ContainerDetection[] => {
  const earlier = before?.podUid === podUid ? before.containers : []
  return [...earlier.filter(({ name }) => !latest.some((each) => each.name === name)), ...latest]
}

/** The findings to store, merged with earlier ones of the same pod; `containers` is `undefined` where the detector failed. */
export const nextFindings = (
  before: Findings | undefined,
  podUid: string,
  containers: readonly ContainerDetection[] | undefined,
  nowMs: number,
): Findings => {
  const all = merged(before, podUid, containers ?? [])
  const isOpen = !containers || all.some(({ reason }) => RETRY_REASONS.includes(reason))
  const failures = before?.failures ?? 0
  const delayMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0
  return {
    podUid,
    containers: all,
    failures: isOpen ? failures + 1 : 0,
    retryAtMs: isOpen ? nowMs + delayMs : undefined,
    othersAtMs: nowMs + (containers ? RETRY_MS[0] : delayMs),
  }
}

/** Milliseconds until the target may be inspected; `undefined` where the findings on all its containers are final. */
export const inspectableInMs = (
  findings: Findings | undefined,
  { podUid, containers }: Pick<DetectorTarget, 'podUid' | 'containers'>,
  nowMs: number,
): number | undefined => {
  if (!findings || findings.podUid !== podUid) return 0
  const areFound = containers.every(({ name }) => findings.containers.some((each) => each.name === name))
  const atMs = areFound ? findings.retryAtMs : findings.othersAtMs
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs)
}
