import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject, Metadata } from '../../api/kubernetes.ts'
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import { APPLIED_HASH_ANNOTATION } from './owned-object.ts'
import type { WorkloadView } from './group-status.ts'

interface CachedWorkload extends Cached {
  view: WorkloadView
}

/** Status of a DaemonSet or StatefulSet; the fields that it has say which of the two it is. */
interface Status {
  observedGeneration?: number
  desiredNumberScheduled?: number
  updatedNumberScheduled?: number
  numberReady?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
}

const nameOnly = ({ namespace, name }: Metadata & { name: string }): Cached['metadata'] => ({
  ...(namespace === undefined ? {} : { namespace }),
  name,
})

/** Of a workload no more is kept than how far its rollout is. */
const keepView = ({ metadata, kind, ...object }: KubeObject): CachedWorkload => {
  const status = (object['status'] ?? {}) as Status
  const wanted = (object['spec'] as { replicas?: number }).replicas
  const isDaemonSet = kind === 'DaemonSet'
  return {
    metadata: nameOnly(metadata),
    view: {
      appliedHash: metadata.annotations?.[APPLIED_HASH_ANNOTATION],
      isObserved: status.observedGeneration === metadata.generation,
      desired: (isDaemonSet ? status.desiredNumberScheduled : wanted) ?? 0,
      updated: (isDaemonSet ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0,
      ready: (isDaemonSet ? status.numberReady : status.readyReplicas) ?? 0,
    },
  }
}

export interface CachesOptions {
  client: KubeClient
  namespace: string
  signal: AbortSignal
  /** Called for every change; must only enqueue. */
  onChange: () => void
  onError: (error: unknown) => void
}

export interface Caches {
  groups: Informer<CollectorsGroup>
  destinations: Informer<Destination>
  actions: Informer<Action>
  workloads: () => Map<string, WorkloadView>
  configMaps: () => string[]
  /** All of them by name, for readiness and metrics. */
  informers: Record<string, Informer<Cached>>
  synced: Promise<unknown>
}

/** Everything that the autoscaler watches, all of it in its own namespace. Secrets are not watched. */
export const createCaches = (options: CachesOptions): Caches => {
  const ours = <T extends Cached>(type: ResourceType) => createInformer<T>({ ...options, type })
  const made = <T extends Cached>(type: ResourceType, transform: (object: KubeObject) => T) =>
    createInformer<T>({ ...options, type, transform, labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}` })
  const groups = ours<CollectorsGroup>(RESOURCES.collectorsGroups)
  const destinations = ours<Destination>(RESOURCES.destinations)
  const actions = ours<Action>(RESOURCES.actions)
  const daemonSets = made(RESOURCES.daemonSets, keepView)
  const statefulSets = made(RESOURCES.statefulSets, keepView)
  const configMaps = made(RESOURCES.configMaps, ({ metadata }): Cached => ({ metadata: nameOnly(metadata) }))
  const informers = { groups, destinations, actions, daemonSets, statefulSets, configMaps }
  return {
    groups,
    destinations,
    actions,
    workloads: () =>
      new Map([...daemonSets.list(), ...statefulSets.list()].map(({ metadata, view }) => [metadata.name, view])),
    configMaps: () => configMaps.list().map(({ metadata }) => metadata.name),
    informers,
    synced: Promise.all(Object.values(informers).map((informer) => informer.synced)),
  }
}
