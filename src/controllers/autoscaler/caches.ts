import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import type { OwnedView } from './owned/view.ts'
import { ownedView } from './owned/view.ts'

export interface CachesOptions {
  client: KubeClient
  namespace: string
  signal: AbortSignal
  /** Called for every change, with the time that the reconcile may wait; must only enqueue. */
  onChange: (delayMs?: number) => void
  onError: (error: unknown) => void
}

export interface Caches {
  groups: Informer<CollectorsGroup>
  destinations: Informer<Destination>
  actions: Informer<Action>
  /** Everything that belongs to groups. */
  owned: () => OwnedView[]
  /** All of them by name, for readiness and metrics. */
  informers: Record<string, Informer<Cached>>
}

/** Each pod that becomes ready changes the status of its workload, and during a rollout there are many. */
const STATUS_DELAY_MS = 1_000

/** Everything that the autoscaler watches, all of it in its own namespace. Secrets are not watched. */
export const createCaches = ({ onChange, ...options }: CachesOptions): Caches => {
  const kindOf = <T extends Cached>(type: ResourceType) =>
    createInformer<T>({ ...options, type, onChange: () => onChange() })

  /** A status that changed can wait, and that of anything but a workload is of no interest. */
  const onOwned = (object: OwnedView, change: string, before?: OwnedView): void => {
    const isStatus = change === 'changed' && before?.contentHash === object.contentHash
    if (!isStatus || before?.isDeleting !== object.isDeleting) onChange()
    else if (object.workload) onChange(STATUS_DELAY_MS)
  }
  const ownedOf = (type: ResourceType) =>
    createInformer<OwnedView>({
      ...options,
      type,
      transform: ownedView,
      labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}`,
      onChange: onOwned,
    })

  const groups = kindOf<CollectorsGroup>(RESOURCES.collectorsGroups)
  const destinations = kindOf<Destination>(RESOURCES.destinations)
  const actions = kindOf<Action>(RESOURCES.actions)
  const owned = {
    configMaps: ownedOf(RESOURCES.configMaps),
    services: ownedOf(RESOURCES.services),
    daemonSets: ownedOf(RESOURCES.daemonSets),
    statefulSets: ownedOf(RESOURCES.statefulSets),
    horizontalPodAutoscalers: ownedOf(RESOURCES.horizontalPodAutoscalers),
    podDisruptionBudgets: ownedOf(RESOURCES.podDisruptionBudgets),
  }
  return {
    groups,
    destinations,
    actions,
    owned: () => Object.values(owned).flatMap((informer) => informer.list()),
    informers: { groups, destinations, actions, ...owned },
  }
}
