/** Whether a restart replaces the pods of a workload, and how a user gets new ones. Pure. */
import type { WorkloadKinds } from '../../../api/workload-kinds.ts'
import { isRestartable, WORKLOAD_KINDS } from '../../../api/workload-kinds.ts'
import type { WorkloadView } from '../watch/workload-view.ts'

type Strategic = Pick<WorkloadView, 'paused' | 'strategy'>

/** Whether a restart would leave pods as they are. */
export const isHeld = ({ paused, strategy }: Strategic): boolean =>
  paused || strategy === 'OnDelete' || strategy === 'Partitioned'

/** How a user gets new pods. */
export const restartCommand = (
  { kind, metadata, ...workload }: WorkloadView,
  kinds: WorkloadKinds = WORKLOAD_KINDS,
): string => {
  if (!isRestartable(kind, kinds)) return 'pods of the next run match the decision'
  const target = `${kind.toLowerCase()} ${metadata.name}`
  if (workload.paused) return `it is paused: kubectl rollout resume ${target}, then kubectl rollout restart ${target}`
  if (isHeld(workload))
    return 'its update strategy does not replace every pod: kubectl delete pod NAME, one after the other'
  return `kubectl rollout restart ${target}`
}

/** What a user does about a pod that a rollback cannot, or did not, replace; '' where it can. */
export const rollbackRemedy = (workload: Strategic, pod: string, isGivenUp: boolean): string =>
  isGivenUp || isHeld(workload) || workload.strategy === 'Ordered'
    ? `; the workload may not replace the pod by itself: kubectl delete pod ${pod}`
    : ''
