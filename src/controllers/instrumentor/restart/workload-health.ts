import { isHeld } from './restart-command.ts'
import type { WorkloadView } from '../watch/workload-view.ts'

/** Whether pods are being replaced, or the controller of the workload has not seen its latest change yet. */
export const isRolling = (replicas: NonNullable<WorkloadView['replicas']>): boolean =>
  !replicas.isObserved || replicas.updated < replicas.desired || replicas.total > replicas.updated

/** Whether every pod is ready and current, and a restart would replace it; only then is a workload restarted automatically. */
export const isHealthy = ({ replicas, ...workload }: WorkloadView): boolean =>
  replicas !== undefined && !isHeld(workload) && replicas.ready >= replicas.desired && !isRolling(replicas)
