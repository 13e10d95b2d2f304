/** What keeps a restart, which is a change of the pod template, from replacing pods. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import type { WorkloadKinds } from '../../../api/workload-kinds.ts'
import { WORKLOAD_KINDS, workloadKind } from '../../../api/workload-kinds.ts'

/**
 * How a workload replaces its pods after a change of the template. `Ordered` StatefulSets do not replace a pod that
 * never becomes ready (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
 */
export type UpdateStrategy = 'Rolling' | 'Ordered' | 'Partitioned' | 'OnDelete'

interface StrategySpec {
  podManagementPolicy?: string
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
}

const orderedStrategy = ({ podManagementPolicy, updateStrategy }: StrategySpec): UpdateStrategy => {
  if ((updateStrategy?.rollingUpdate?.partition ?? 0) > 0) return 'Partitioned'
  return podManagementPolicy === 'Parallel' ? 'Rolling' : 'Ordered'
}

export const updateStrategyOf = (
  { kind, ...object }: KubeObject,
  kinds: WorkloadKinds = WORKLOAD_KINDS,
): UpdateStrategy => {
  const spec = (object['spec'] ?? {}) as StrategySpec
  if (spec.updateStrategy?.type === 'OnDelete') return 'OnDelete'
  return workloadKind(kind, kinds)?.isOrdered ? orderedStrategy(spec) : 'Rolling'
}
