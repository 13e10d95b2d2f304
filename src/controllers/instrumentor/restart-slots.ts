/** A restart takes a moment to show in the workload's status; until then its slot stays taken. */
const SETTLE_MS = 10_000
/** A slot is free again after this, so that one workload that never becomes well does not hold up the others. */
const LIMIT_MS = 600_000
/** Waits before a workload is restarted once more for the same decision, which did not help the time before. */
const REPEAT_MS = [300_000, 900_000, 3_600_000] as const

export interface RestartRequest {
  key: string
  /** Most workloads that are restarted at the same time. */
  limit: number
  /** Hash of what the restart is to bring. */
  decision: string
}

/** Limits how many workloads are restarted at the same time, and how often one is. */
export const createRestartSlots = (isHealthy: (key: string) => boolean, now: () => number) => {
  const takenAt = new Map<string, number>()
  const restarts = new Map<string, { decision: string; count: number; at: number }>()
  const rolledBackAt = new Map<string, number>()

  const prune = (): void => {
    for (const [key, at] of takenAt) {
      const ageMs = now() - at
      if ((ageMs > SETTLE_MS && isHealthy(key)) || ageMs > LIMIT_MS) takenAt.delete(key)
    }
  }
  const isTooSoon = ({ key, decision }: RestartRequest): boolean => {
    const before = restarts.get(key)
    if (before?.decision !== decision) return false
    return now() - before.at < (REPEAT_MS[Math.min(before.count, REPEAT_MS.length) - 1] ?? 0)
  }

  return {
    /** Whether the workload may be restarted now; then its slot is taken. */
    take: (request: RestartRequest): boolean => {
      const { key, limit, decision } = request
      prune()
      if (takenAt.has(key) || takenAt.size >= limit || isTooSoon(request)) return false
      takenAt.set(key, now())
      const before = restarts.get(key)
      const count = before?.decision === decision ? before.count + 1 : 1
      restarts.set(key, { decision, count, at: now() })
      return true
    },
    /** A rollback goes on in the slot of the restart that brought the agent, and is done once while pods are replaced. */
    takeForRollback: (key: string, limit: number): boolean => {
      prune()
      if (now() - (rolledBackAt.get(key) ?? Number.NEGATIVE_INFINITY) < LIMIT_MS) return false
      if (!takenAt.has(key) && takenAt.size >= limit) return false
      rolledBackAt.set(key, now())
      takenAt.set(key, now())
      return true
    },
    /** Counts a restart that was under way before this process began. */
    hold: (key: string): void => void takenAt.set(key, now()),
    forget: (key: string): void => {
      for (const map of [takenAt, restarts, rolledBackAt]) map.delete(key)
    },
  }
}
export type RestartSlots = ReturnType<typeof createRestartSlots>
