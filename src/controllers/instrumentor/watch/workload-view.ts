import type { KubeObject, Metadata, PodTemplate } from '../../../api/kubernetes.ts'
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
   * Pods that are wanted, ready, of the current revision, and all that there are; `isObserved` where these numbers are
   * about the latest change. Absent for kinds that have none.
   */
  replicas?: { desired: number; ready: number; updated: number; total: number; isObserved: boolean }
  paused: boolean
  /** `Rolling` where absent. */
  strategy?: UpdateStrategy
}

type Fields = Record<string, unknown>
const asFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

const templateOf = (object: KubeObject): PodTemplate | undefined => {
  const spec = asFields(object['spec'])
  const jobSpec = object.kind === 'CronJob' ? asFields(asFields(spec['jobTemplate'])['spec']) : spec
  return jobSpec['template'] as PodTemplate | undefined
}

/** Replica counts, by the names that each kind uses for them. */
const replicasOf = (object: KubeObject): WorkloadView['replicas'] => {
  const spec = asFields(object['spec'])
  const status = asFields(object['status'])
  const isObserved = asNumber(status['observedGeneration']) >= (object.metadata.generation ?? 0)
  if (object.kind === 'DaemonSet') {
    return {
      desired: asNumber(status['desiredNumberScheduled']),
      ready: asNumber(status['numberReady']),
      updated: asNumber(status['updatedNumberScheduled']),
      total: asNumber(status['currentNumberScheduled']),
      isObserved,
    }
  }
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return undefined
  return {
    desired: typeof spec['replicas'] === 'number' ? spec['replicas'] : 1,
    ready: asNumber(status['readyReplicas']),
    updated: asNumber(status['updatedReplicas']),
    total: asNumber(status['replicas']),
    isObserved,
  }
}

export const workloadView = (object: KubeObject): WorkloadView => {
  const replicas = replicasOf(object)
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: keptMetadata(object.metadata),
    containers: (templateOf(object)?.spec.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      entry: entryOf(container),
      variables: ownVariables(container),
    })),
    ...(replicas ? { replicas } : {}),
    paused: asFields(object['spec'])['paused'] === true,
    strategy: updateStrategyOf(object),
  }
}
