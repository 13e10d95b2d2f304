/** Restarts of a workload for one decision. The count is kept in the status, so that a new process continues it. */
import type { RollbackState } from '../outcome/harm.ts'
import type { RestartAttempts } from '../../../api/kinds/instrumentation-config.ts'

/** Time for each restart to take effect; after the last one it is up to the user. */
const WAITS_MS = [300_000, 900_000, 900_000] as const
export const MAX_RESTARTS = WAITS_MS.length

/** The decision that restarts of a rollback count for; those of the rollout policy count for a hash. */
export const ROLLBACK_DECISION = 'rollback'

/** What a restart is for. */
export const restartDecision = ({ rolledBack }: RollbackState, currentHash: string): string =>
  rolledBack ? ROLLBACK_DECISION : currentHash

const isOver = ({ count, at }: RestartAttempts, nowMs: number): boolean =>
  nowMs - Date.parse(at) >= (WAITS_MS[count - 1] ?? 0)

/** The restart that is due, or `undefined`: the previous one needs time, or the maximum is reached. */
export const nextAttempt = (
  before: RestartAttempts | undefined,
  decision: string,
  nowMs: number,
): RestartAttempts | undefined => {
  const count = before?.decision === decision ? before.count : 0
  if (before && count > 0 && (count >= MAX_RESTARTS || !isOver(before, nowMs))) return undefined
  return { decision, count: count + 1, at: new Date(nowMs).toISOString() }
}

/** Whether the last restart for the decision had no effect in its time, and there will be no other. */
export const isGivenUp = (before: RestartAttempts | undefined, decision: string, nowMs: number): boolean =>
  before?.decision === decision && before.count >= MAX_RESTARTS && isOver(before, nowMs)

/** Whether the last restart still has time to take effect. */
export const isOpen = (attempts: RestartAttempts | undefined, nowMs: number): boolean =>
  attempts !== undefined && !isOver(attempts, nowMs)

/** The count to keep; it starts again where a user removes a rollback. */
export const keptAttempts = (
  before: RestartAttempts | undefined,
  isRolledBack: boolean,
): { restarts?: RestartAttempts } =>
  before && (isRolledBack || before.decision !== ROLLBACK_DECISION) ? { restarts: before } : {}
