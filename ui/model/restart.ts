/** What can be restarted, how much of it at once, and how its outcome is worded. */

export { isRestartable } from '../../src/api/workload-kinds.ts'

/** More at once than this would be a storm; then they are restarted by hand, or by the rollout policy. */
export const MAX_RESTARTS_AT_ONCE = 20

/** `cart restarts.`, `3 workloads restart.`, and where not all of them do: `2 of 3 workloads restart.` */
export const restartText = (names: readonly string[], restarted: number): string => {
  if (restarted < names.length) return `${restarted} of ${names.length} workloads restart.`
  return names.length === 1 ? `${names[0]} restarts.` : `${names.length} workloads restart.`
}
