import type { KubeObject, Metadata, PodTemplate } from '../../../api/kubernetes.ts'
import type { ReplicaCounts, WorkloadKinds } from '../../../api/workload-kinds.ts'
import { replicaCounts, WORKLOAD_KINDS, workloadKind } from '../../../api/workload-kinds.ts'
import { asFields } from '../../../api/types/fields.ts'
import type { Cached } from '../../../kube/types.ts'
import { entryOf, ownVariables } from './container-facts.ts'
import { keptMetadata } from './kept-metadata.ts'
import type { UpdateStrategy } from './update-strategy.ts'
import { updateStrategyOf } from './update-strategy.ts'

/** What the instrumentor keeps of a workload: no more than its decisions need. */
export interface WorkloadView extends Cached {
  apiVersion: string
  kind: string
  metadata: Metadata & { name: string; namespace: string }
  containers: {
    name: string
    image: string
    /** See `entryOf`. */
    entry: string
    /** See `ownVariables`. */
    variables: string[]
  }[]
  /** Absent for kinds that have none. */
  replicas?: ReplicaCounts
  paused: boolean
  /** `Rolling` where absent. */
  strategy?: UpdateStrategy
}

const templateOf = (object: KubeObject, kinds: WorkloadKinds): PodTemplate | undefined => {
  const path = workloadKind(object.kind, kinds)?.template
  return path?.reduce<unknown>((value, field) => asFields(value)[field], object) as PodTemplate | undefined
}

export const workloadView = (object: KubeObject, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadView => {
  const replicas = replicaCounts(object, kinds)
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: keptMetadata(object.metadata),
    containers: (templateOf(object, kinds)?.spec.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      entry: entryOf(container),
      variables: ownVariables(container),
    })),
    ...(replicas ? { replicas } : {}),
    paused: asFields(object['spec'])['paused'] === true,
    strategy: updateStrategyOf(object, kinds),
  }
}
