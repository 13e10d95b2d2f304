import type { KubeObject, Metadata, PodTemplate } from '../../../api/kubernetes.ts'
import type { WorkloadKinds } from '../../../api/workload-kinds.ts'
import { WORKLOAD_KINDS, workloadKind } from '../../../api/workload-kinds.ts'
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
  /**
   * Desired pods, ready pods, pods of the current revision, and all pods; `isObserved` where these numbers are
   * about the latest change. Absent for kinds that have none.
   */
  replicas?: { desired: number; ready: number; updated: number; total: number; isObserved: boolean }
  paused: boolean
  /** `Rolling` where absent. */
  strategy?: UpdateStrategy
}

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

const templateOf = (object: KubeObject, kinds: WorkloadKinds): PodTemplate | undefined => {
  const path = workloadKind(object.kind, kinds)?.template
  return path?.reduce<unknown>((value, field) => asFields(value)[field], object) as PodTemplate | undefined
}

/** Replica counts, by the names that each kind uses for them. */
const replicasOf = (object: KubeObject, kinds: WorkloadKinds): WorkloadView['replicas'] => {
  const fields = workloadKind(object.kind, kinds)?.replicas
  if (!fields) return undefined
  const { replicas } = asFields(object['spec'])
  const specified = typeof replicas === 'number' ? replicas : 1
  const status = asFields(object['status'])
  return {
    desired: fields.desired === undefined ? specified : asNumber(status[fields.desired]),
    ready: asNumber(status[fields.ready]),
    updated: asNumber(status[fields.updated]),
    total: asNumber(status[fields.total]),
    isObserved: asNumber(status['observedGeneration']) >= (object.metadata.generation ?? 0),
  }
}

export const workloadView = (object: KubeObject, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadView => {
  const replicas = replicasOf(object, kinds)
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
