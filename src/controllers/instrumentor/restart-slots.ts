/** A restart takes a moment to show in the workload's status; until then its slot stays taken. */
const SETTLE_MS = 10_000

/**
 * Limits how many workloads are restarted at the same time. A slot is free again when the workload is healthy and the
 * restart has had time to show, or after ten minutes.
 */
export const createRestartSlots = (isHealthy: (key: string) => boolean, now: () => number) => {
  const takenAt = new Map<string, number>()
  const prune = (): void => {
    for (const [key, at] of takenAt) {
      const ageMs = now() - at
      if ((ageMs > SETTLE_MS && isHealthy(key)) || ageMs > 600_000) takenAt.delete(key)
    }
  }
  return {
    /** Whether the workload may be restarted now; then its slot is taken. */
    take: (key: string, limit: number): boolean => {
      prune()
      if (takenAt.has(key) || takenAt.size >= limit) return false
      takenAt.set(key, now())
      return true
    },
  }
}
export type RestartSlots = ReturnType<typeof createRestartSlots>
