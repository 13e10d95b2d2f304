import type { Reason } from '../../api/reasons.ts'
import type { ContainerDetection } from './detection-result.ts'

/** Waits before a container that answered nothing useful is looked at again. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000] as const
const RETRY_REASONS: readonly Reason[] = ['StillStarting', 'DetectionFailed']

export interface Answer {
  /** uid of the pod that was looked at. */
  podUid: string
  containers: ContainerDetection[]
  /** When to look at the same pod again; absent where all is known. */
  retryAtMs: number | undefined
}

/** Remembers what detectors answered, and when to ask about the same pod again. */
export const createDetectionAnswers = (now: () => number) => {
  const answers = new Map<string, Answer>()
  const attempts = new Map<string, number>()
  return {
    get: (key: string): Answer | undefined => answers.get(key),
    /** Takes an answer; without containers the detector gave none. */
    put: (key: string, podUid: string, containers: ContainerDetection[] | undefined): void => {
      const isOpen = !containers || containers.some(({ reason }) => RETRY_REASONS.includes(reason))
      const attempt = attempts.get(key) ?? 0
      const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0
      attempts.set(key, isOpen ? attempt + 1 : 0)
      answers.set(key, { podUid, containers: containers ?? [], retryAtMs: isOpen ? now() + waitMs : undefined })
    },
    /** Milliseconds until the pod may be looked at; undefined where its answer is final. */
    waitMs: (key: string, podUid: string): number | undefined => {
      const answer = answers.get(key)
      if (!answer || answer.podUid !== podUid) return 0
      return answer.retryAtMs === undefined ? undefined : Math.max(0, answer.retryAtMs - now())
    },
    forget: (key: string): void => {
      answers.delete(key)
      attempts.delete(key)
    },
  }
}
