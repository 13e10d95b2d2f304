/** Which workloads can be restarted, how many at once, and the wording of the result. */

export { isRestartable } from '../../api/workload-kinds.ts'

/** Maximum number of restarts at once; more would overload a cluster and are left to the user or the rollout policy. */
export const MAX_RESTARTS_AT_ONCE = 20

/** `cart was restarted.`, `3 workloads were restarted.`, and after an error `2 of 3 workloads were restarted.` */
export const restartText = (names: readonly string[], restarted: number): string => {
  if (restarted < names.length) return `${restarted} of ${names.length} workloads were restarted.`
  return names.length === 1 ? `${names[0]} was restarted.` : `${names.length} workloads were restarted.`
}
