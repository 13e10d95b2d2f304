import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import { workloadKey } from '../watch/workload-index.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { isRolling } from './workload-health.ts'

/** A restart takes a moment to show in the workload's status; until then its slot stays taken. */
const SETTLE_MS = 10_000
/** A slot is released after this time, so that a workload that never becomes healthy does not block the others. */
const LIMIT_MS = 600_000

export interface RestartRequest {
  key: string
  /** Maximum number of workloads that are restarted concurrently. */
  limit: number
  isRollback: boolean
}

/** Limits the number of workloads that are restarted concurrently. */
export const createRestartSlots = (isHealthy: (key: string) => boolean, now: () => number) => {
  const takenAt = new Map<string, number>()

  const prune = (): void => {
    for (const [key, at] of takenAt) {
      const ageMs = now() - at
      if ((ageMs > SETTLE_MS && isHealthy(key)) || ageMs > LIMIT_MS) takenAt.delete(key)
    }
  }

  return {
    /** Takes a slot, where the workload may be restarted now. A rollback uses the slot of the restart before it. */
    take: ({ key, limit, isRollback }: RestartRequest): boolean => {
      prune()
      if (takenAt.has(key) ? !isRollback : takenAt.size >= limit) return false
      takenAt.set(key, now())
      return true
    },
    /** Counts a restart that was under way before this process began. */
    hold: (key: string): void => void takenAt.set(key, now()),
    forget: (key: string): void => void takenAt.delete(key),
  }
}
export type RestartSlots = ReturnType<typeof createRestartSlots>

/** Keys of workloads whose restart was under way before this process began. */
export const restartsUnderWay = (
  configs: readonly InstrumentationConfig[],
  workloadOf: (key: string) => WorkloadView | undefined,
): string[] =>
  configs.flatMap(({ metadata, spec, status }) => {
    const key = workloadKey(metadata.namespace, spec.workload.kind, spec.workload.name)
    const replicas = workloadOf(key)?.replicas
    const isRestarted = status?.state === 'RestartRequired' || status?.state === 'RolledBack'
    return isRestarted && replicas && isRolling(replicas) ? [key] : []
  })
