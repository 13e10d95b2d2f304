import { isDeepStrictEqual } from 'node:util'
import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject, Metadata } from '../../api/kubernetes.ts'
import { MANAGED_BY_SELECTOR } from '../../api/names.ts'
import type { Settings, SettingsView } from '../../api/settings.ts'
import { createSettings, settingsView } from '../../api/settings.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import type { CollectorPodView } from './delivery/collector-pod-view.ts'
import type { OwnedView } from './owned/view.ts'
import { ownedView } from './owned/view.ts'
import type { TrialPodView } from './trial/verdict.ts'
import { collectorPods } from './trial/pods.ts'
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
  /** Of the OdigosConfig. */
  settings: Settings
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

/** What it names by itself may come to be, which its status tells. */
const hasSources = ({ spec }: Destination): boolean => spec.sources !== undefined

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

/** What groups consist of. */
const OWNED_TYPES = [
  RESOURCES.configMaps,
  RESOURCES.services,
  RESOURCES.daemonSets,
  RESOURCES.statefulSets,
  RESOURCES.horizontalPodAutoscalers,
  RESOURCES.podDisruptionBudgets,
]

/** By the plural of their type. */
const ownedInformers = ({ onChange, ...options }: CachesOptions): Record<string, Informer<OwnedView>> => {
  const ownedOf = (type: ResourceType) =>
    createInformer<OwnedView>({
      ...options,
      type,
      transform: ownedView,
      labelSelector: MANAGED_BY_SELECTOR,
      onChange: onOwned(onChange),
    })
  return Object.fromEntries(OWNED_TYPES.map((type) => [type.plural, ownedOf(type)]))
}

/** The OdigosConfig. */
const createConfigs = ({ onChange, ...options }: CachesOptions) => {
  const settings = createSettings(options.namespace)
  const configs = createInformer<SettingsView>({
    ...options,
    type: RESOURCES.odigosConfigs,
    transform: settingsView,
    onChange: (view, change) => {
      settings.put(view, change)
      onChange()
    },
  })
  return { settings, configs }
}

/**
 * Everything that the autoscaler watches. What users write is watched in all namespaces, for a condition where it does not
 * count; what it owns in its own. Secrets are not watched.
 */
export const createCaches = ({ onChange, namespace, ...options }: CachesOptions): Caches => {
  const kindOf = <T extends Cached>(type: ResourceType) =>
    createInformer<T>({ ...options, type, onChange: () => onChange() })
  const actions = kindOf<Action>(RESOURCES.actions)
  const destinations = kindOf<Destination>(RESOURCES.destinations)
  const groups = kindOf<CollectorsGroup>(RESOURCES.collectorsGroups)
  const onSelectable = (): void => {
    const isOfInterest =
      actions.list().some(hasSelectors) || destinations.list().some(hasSources) || groups.list().some(namesWorkloads)
    if (isOfInterest) onChange(SELECTABLE_DELAY_MS)
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

  const { settings, configs } = createConfigs({ onChange, namespace, ...options })
  const namespaces = labelsOf(RESOURCES.namespaces, keepNamespace)
  const workloads = labelsOf(RESOURCES.instrumentationConfigs, keepLabels, MANAGED_BY_SELECTOR)
  const pods = collectorPods({ onChange, namespace, ...options })
  const owned = ownedInformers({ onChange, namespace, ...options })
  return {
    groups,
    destinations,
    actions,
    settings,
    selectable: () => ({
      namespaces: namespaces.list().map(({ labelled }) => labelled),
      workloads: workloads.list().map(({ labelled }) => labelled),
    }),
    owned: () => Object.values(owned).flatMap((informer) => informer.list()),
    collectorPods: () => pods.list().flatMap(({ collector }) => collector ?? []),
    trialPods: () => pods.list().flatMap(({ trial }) => trial ?? []),
    informers: { configs, groups, destinations, actions, namespaces, workloads, pods, ...owned },
  }
}
