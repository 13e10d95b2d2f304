/** What can be restarted, and how much of it at once. */

/** CronJobs and Jobs take the agent with their next run. */
export const isRestartable = (kind: string): boolean => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)

/** More at once than this would be a storm; then they are restarted by hand, or by the rollout policy. */
export const MOST_RESTARTS = 20
