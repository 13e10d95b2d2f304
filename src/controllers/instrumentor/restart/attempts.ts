/** How often a workload is restarted for one decision. It is kept in the status, so that a new process goes on counting. */
import type { RestartAttempts } from '../../../api/kinds/instrumentation-config.ts'

/** Time that each restart is given to help; after the last one it is up to the user. */
const WAITS_MS = [300_000, 900_000, 900_000] as const
export const MAX_RESTARTS = WAITS_MS.length

/** What the restarts of a rollback are for; those of the rollout policy are for a hash. */
export const ROLLBACK_DECISION = 'rollback'

const isOver = ({ count, at }: RestartAttempts, nowMs: number): boolean =>
  nowMs - Date.parse(at) >= (WAITS_MS[count - 1] ?? 0)

/** The restart that may be made now, or undefined: the one before needs time, or there were enough. */
export const nextAttempt = (
  before: RestartAttempts | undefined,
  decision: string,
  nowMs: number,
): RestartAttempts | undefined => {
  const count = before?.decision === decision ? before.count : 0
  if (before && count > 0 && (count >= MAX_RESTARTS || !isOver(before, nowMs))) return undefined
  return { decision, count: count + 1, at: new Date(nowMs).toISOString() }
}

/** Whether the last restart for the decision had its time, and there will be no other. */
export const isGivenUp = (before: RestartAttempts | undefined, decision: string, nowMs: number): boolean =>
  before?.decision === decision && before.count >= MAX_RESTARTS && isOver(before, nowMs)

/** Whether the last restart still has time to help. */
export const isOpen = (attempts: RestartAttempts | undefined, nowMs: number): boolean =>
  attempts !== undefined && !isOver(attempts, nowMs)

/** What counts on: a user who removes the mark of a rollback begins anew. */
export const keptAttempts = (
  before: RestartAttempts | undefined,
  isRolledBack: boolean,
): { restarts?: RestartAttempts } =>
  before && (isRolledBack || before.decision !== ROLLBACK_DECISION) ? { restarts: before } : {}
