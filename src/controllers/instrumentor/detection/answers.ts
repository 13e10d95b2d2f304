import type { Reason } from '../../../api/reasons.ts'
import type { ContainerDetection } from './read-report.ts'

/** Waits before a container that answered nothing useful is looked at again. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000] as const
const RETRY_REASONS: readonly Reason[] = ['StillStarting', 'DetectionFailed']

export interface Answer {
  /** uid of the pod that was looked at. */
  podUid: string
  containers: ContainerDetection[]
  /** When to look at the same pod again; absent where all that was looked at is known. */
  retryAtMs: number | undefined
  /** When to look at containers of the same pod that did not run yet, once they do. */
  othersAtMs: number
}

const merged = (before: readonly ContainerDetection[], latest: readonly ContainerDetection[]): ContainerDetection[] => [
  ...before.filter(({ name }) => !latest.some((each) => each.name === name)),
  ...latest,
]

/** Remembers what detectors answered, and when to ask about the same pod again. */
export const createDetectionAnswers = (now: () => number) => {
  const answers = new Map<string, Answer>()
  const attempts = new Map<string, number>()
  return {
    get: (key: string): Answer | undefined => answers.get(key),
    /** Takes an answer, beside those about other containers of the pod; without containers the detector gave none. */
    put: (key: string, podUid: string, containers: ContainerDetection[] | undefined): void => {
      const before = answers.get(key)
      const all = merged(before?.podUid === podUid ? before.containers : [], containers ?? [])
      const isOpen = !containers || all.some(({ reason }) => RETRY_REASONS.includes(reason))
      const attempt = attempts.get(key) ?? 0
      const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0
      attempts.set(key, isOpen ? attempt + 1 : 0)
      const retryAtMs = isOpen ? now() + waitMs : undefined
      const othersAtMs = now() + (containers ? RETRY_MS[0] : waitMs)
      answers.set(key, { podUid, containers: all, retryAtMs, othersAtMs })
    },
    /** Milliseconds until these containers of the pod may be looked at; undefined where all have a final answer. */
    waitMs: (key: string, podUid: string, containers: readonly string[]): number | undefined => {
      const answer = answers.get(key)
      if (!answer || answer.podUid !== podUid) return 0
      const isAnswered = containers.every((name) => answer.containers.some((each) => each.name === name))
      const atMs = isAnswered ? answer.retryAtMs : answer.othersAtMs
      return atMs === undefined ? undefined : Math.max(0, atMs - now())
    },
    forget: (key: string): void => {
      answers.delete(key)
      attempts.delete(key)
    },
  }
}
