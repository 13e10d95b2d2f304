/** What keeps a restart, which is a change of the pod template, from replacing pods; and what a user does then. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import type { WorkloadView } from './views.ts'

/**
 * How a workload replaces its pods after a change of the template. `Ordered` StatefulSets do not replace a pod that
 * never becomes ready (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
 */
export type UpdateStrategy = 'Rolling' | 'Ordered' | 'Partitioned' | 'OnDelete'

interface StrategySpec {
  podManagementPolicy?: string
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
}

export const updateStrategyOf = ({ kind, ...object }: KubeObject): UpdateStrategy => {
  const { podManagementPolicy, updateStrategy } = (object['spec'] ?? {}) as StrategySpec
  if (updateStrategy?.type === 'OnDelete') return 'OnDelete'
  if (kind !== 'StatefulSet') return 'Rolling'
  if ((updateStrategy?.rollingUpdate?.partition ?? 0) > 0) return 'Partitioned'
  return podManagementPolicy === 'Parallel' ? 'Rolling' : 'Ordered'
}

type Strategic = Pick<WorkloadView, 'paused' | 'strategy'>

/** Whether a restart would leave pods as they are. */
export const isHeld = ({ paused, strategy }: Strategic): boolean =>
  paused || strategy === 'OnDelete' || strategy === 'Partitioned'

/** What a user does to get new pods. */
export const restartCommand = ({ kind, metadata, ...workload }: WorkloadView): string => {
  if (kind === 'Job' || kind === 'CronJob') return 'pods of the next run are as decided'
  const target = `${kind.toLowerCase()} ${metadata.name}`
  if (workload.paused) return `it is paused: kubectl rollout resume ${target}, then kubectl rollout restart ${target}`
  if (isHeld(workload)) return 'its update strategy does not replace every pod: kubectl delete pod NAME, one by one'
  return `kubectl rollout restart ${target}`
}

/** What a user does about a pod that a rollback cannot, or did not, replace; '' where it can. */
export const rollbackRemedy = (workload: Strategic, pod: string, isGivenUp: boolean): string =>
  isGivenUp || isHeld(workload) || workload.strategy === 'Ordered'
    ? `; the workload may not replace the pod by itself: kubectl delete pod ${pod}`
    : ''
