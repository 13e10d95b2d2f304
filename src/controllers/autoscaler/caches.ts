import { isDeepStrictEqual } from 'node:util'
import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject, Metadata } from '../../api/kubernetes.ts'
import { MANAGED_BY_SELECTOR } from '../../api/names.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import type { CollectorPodView } from './delivery/collector-pod-view.ts'
import { collectorPodView } from './delivery/collector-pod-view.ts'
import type { OwnedView } from './owned/view.ts'
import { ownedView } from './owned/view.ts'
import type { TrialPodView } from './trial/verdict.ts'
import { trialPodView } from './trial/verdict.ts'
import type { LabelledNamespace, LabelledWorkload, Selectable } from './selection.ts'

interface CachedNamespace extends Cached {
  labelled: LabelledNamespace
}

interface CachedLabels extends Cached {
  labelled: LabelledWorkload
}

const nameOnly = ({ namespace, name }: Metadata & { name: string }): Cached['metadata'] => ({
  ...(namespace === undefined ? {} : { namespace }),
  name,
})

const keepNamespace = ({ metadata }: KubeObject): CachedNamespace => ({
  metadata: nameOnly(metadata),
  labelled: { name: metadata.name, labels: metadata.labels ?? {} },
})

const keepLabels = (object: KubeObject): CachedLabels => {
  const { metadata, spec, status } = object as InstrumentationConfig
  const { kind, name } = spec.workload
  return {
    metadata: nameOnly(metadata),
    labelled: {
      namespace: metadata.namespace,
      kind,
      name,
      labels: status?.workloadLabels ?? {},
      ...(spec.serviceName === undefined ? {} : { serviceName: spec.serviceName }),
    },
  }
}

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
  /** What Actions can select. */
  selectable: () => Selectable
  /** Everything that belongs to groups. */
  owned: () => OwnedView[]
  /** Pods of collectors in use. */
  collectorPods: () => CollectorPodView[]
  /** Pods that start a configuration once. */
  trialPods: () => TrialPodView[]
  /** All of them by name, for readiness and metrics. */
  informers: Record<string, Informer<Cached>>
}

/** Each pod that becomes ready changes the status of its workload, and during a rollout there are many. */
const STATUS_DELAY_MS = 1_000
/** Thousands of InstrumentationConfigs and Namespaces can change together. */
const SELECTABLE_DELAY_MS = 500

/** Whether the Action depends on InstrumentationConfigs or Namespaces. */
const hasSelectors = ({ spec }: Action): boolean =>
  spec.namespaceSelector !== undefined || spec.workloadSelector !== undefined

/** Whether its configuration depends on InstrumentationConfigs. */
const namesWorkloads = ({ spec }: CollectorsGroup): boolean => spec.infrastructure !== undefined

/** A status that changed can wait, and that of anything but a workload is of no interest. */
const onOwned =
  (onChange: CachesOptions['onChange']) =>
  (object: OwnedView, change: string, before?: OwnedView): void => {
    const isStatus = change === 'changed' && before?.contentHash === object.contentHash
    if (!isStatus || before?.isDeleting !== object.isDeleting) onChange()
    else if (object.workload) onChange(STATUS_DELAY_MS)
  }

/** Not those of detectors and of the control plane. */
const COLLECTOR_PODS = `${MANAGED_BY_SELECTOR},app.kubernetes.io/name=odigos`

/** What groups consist of. */
const OWNED_TYPES = [
  RESOURCES.configMaps,
  RESOURCES.services,
  RESOURCES.daemonSets,
  RESOURCES.statefulSets,
  RESOURCES.horizontalPodAutoscalers,
  RESOURCES.podDisruptionBudgets,
]

/** A pod of a collector in use, or of a trial. */
interface CachedPod extends Cached {
  collector?: CollectorPodView
  trial?: TrialPodView
}

const keepPod = (object: KubeObject): CachedPod => {
  const metadata = nameOnly(object.metadata)
  const trial = trialPodView(object)
  return trial ? { metadata, trial } : { metadata, collector: collectorPodView(object) }
}

/** Each becomes ready at some time; only what was found of its queues is news, and all that is seen of a trial. */
const newsOf = ({ collector, trial }: CachedPod): unknown =>
  trial ?? (collector && collector.damaged.length > 0 ? collector.damaged : undefined)

const collectorPods = ({ onChange, ...options }: CachesOptions): Informer<CachedPod> =>
  createInformer<CachedPod>({
    ...options,
    type: RESOURCES.pods,
    transform: keepPod,
    labelSelector: COLLECTOR_PODS,
    onChange: (pod, change, before) => {
      const news = newsOf(pod)
      const isSame = change === 'changed' && before !== undefined && isDeepStrictEqual(news, newsOf(before))
      if (news !== undefined && !isSame) onChange()
    },
  })

/**
 * Everything that the autoscaler watches. What users write is watched in all namespaces, for a condition where it does not
 * count; what it owns in its own. Secrets are not watched.
 */
export const createCaches = ({ onChange, namespace, ...options }: CachesOptions): Caches => {
  const kindOf = <T extends Cached>(type: ResourceType) =>
    createInformer<T>({ ...options, type, onChange: () => onChange() })
  const actions = kindOf<Action>(RESOURCES.actions)
  const groups = kindOf<CollectorsGroup>(RESOURCES.collectorsGroups)
  const onSelectable = (): void => {
    if (actions.list().some(hasSelectors) || groups.list().some(namesWorkloads)) onChange(SELECTABLE_DELAY_MS)
  }
  /** InstrumentationConfigs and Namespaces change for many other reasons than their labels. */
  const labelsOf = <T extends Cached>(
    type: ResourceType,
    transform: (object: KubeObject) => T,
    labelSelector?: string,
  ) =>
    createInformer<T>({
      ...options,
      type,
      transform,
      labelSelector,
      onChange: (kept, change, before) => {
        if (change !== 'changed' || !isDeepStrictEqual(kept, before)) onSelectable()
      },
    })

  const ownedOf = (type: ResourceType) =>
    createInformer<OwnedView>({
      ...options,
      namespace,
      type,
      transform: ownedView,
      labelSelector: MANAGED_BY_SELECTOR,
      onChange: onOwned(onChange),
    })

  const destinations = kindOf<Destination>(RESOURCES.destinations)
  const namespaces = labelsOf(RESOURCES.namespaces, keepNamespace)
  const workloads = labelsOf(RESOURCES.instrumentationConfigs, keepLabels, MANAGED_BY_SELECTOR)
  const pods = collectorPods({ onChange, namespace, ...options })
  const owned = Object.fromEntries(OWNED_TYPES.map((type) => [type.plural, ownedOf(type)]))
  return {
    groups,
    destinations,
    actions,
    selectable: () => ({
      namespaces: namespaces.list().map(({ labelled }) => labelled),
      workloads: workloads.list().map(({ labelled }) => labelled),
    }),
    owned: () => Object.values(owned).flatMap((informer) => informer.list()),
    collectorPods: () => pods.list().flatMap(({ collector }) => collector ?? []),
    trialPods: () => pods.list().flatMap(({ trial }) => trial ?? []),
    informers: { groups, destinations, actions, namespaces, workloads, pods, ...owned },
  }
}
