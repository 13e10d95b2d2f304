import { isDeepStrictEqual } from 'node:util'
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { MANAGED_BY_SELECTOR } from '../../api/names.ts'
import type { Settings, SettingsView } from '../../api/settings.ts'
import { createSettings, settingsView } from '../../api/settings.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import type { AssignedWorkload } from './reconcile.ts'

export interface CachesOptions {
  client: KubeClient
  /** Namespace of Odigos. */
  namespace: string
  signal: AbortSignal
  /** Called when something changed on which collectors depend; must only enqueue. */
  onCollectors: () => void
  /** Called when the pipeline of a workload or its condition changed; must only enqueue. */
  onWorkload: (workload: AssignedWorkload, change: 'added' | 'changed' | 'removed') => void
  onError: (error: unknown) => void
}

export interface CachedWorkload extends Cached {
  workload: AssignedWorkload
}

interface Informers {
  configs: Informer<SettingsView>
  destinations: Informer<Destination>
  groups: Informer<CollectorsGroup>
  workloads: Informer<CachedWorkload>
}

export interface Caches {
  /** All of them by name, for readiness and metrics. */
  informers: Informers & Record<string, Informer<Cached>>
  settings: Settings
}

/** Of an InstrumentationConfig no more is kept than what its pipeline depends on: there can be thousands. */
const keepPipeline = (object: KubeObject): CachedWorkload => {
  const { metadata, spec, status } = object as InstrumentationConfig
  const { namespace, name, uid = '' } = metadata
  const condition = findCondition(status?.conditions, WORKLOAD_CONDITIONS.pipelineAssigned)
  const { kind, name: workloadName } = spec.workload
  return {
    metadata: { namespace, name },
    workload: {
      namespace,
      name,
      uid,
      workload: { namespace, kind, name: workloadName },
      choice: spec.gateway,
      traffic: status?.traffic,
      pipeline: spec.pipeline,
      condition,
    },
  }
}

/** What counts of a group: of its status only whether its collectors can be removed. */
const partsOf = (group: CollectorsGroup | undefined): unknown[] => [
  group?.metadata.labels,
  group?.spec,
  findCondition(group?.status?.conditions, COLLECTORS_CONDITIONS.serving)?.reason,
]
const isSameGroup = (a: CollectorsGroup, b: CollectorsGroup | undefined): boolean =>
  isDeepStrictEqual(partsOf(a), partsOf(b))

/** Everything that the scheduler watches. */
export const createCaches = (options: CachesOptions): Caches => {
  const { client, namespace, signal, onError, onCollectors, onWorkload } = options
  const common = { client, signal, onError }
  const inNamespace = <T extends Cached>(type: ResourceType) =>
    createInformer<T>({ ...common, type, namespace, onChange: onCollectors })
  const settings = createSettings(namespace)
  const informers = {
    configs: createInformer({
      ...common,
      type: RESOURCES.odigosConfigs,
      namespace,
      transform: settingsView,
      onChange: (view, change) => {
        settings.put(view, change)
        onCollectors()
      },
    }),
    destinations: inNamespace<Destination>(RESOURCES.destinations),
    groups: createInformer<CollectorsGroup>({
      ...common,
      type: RESOURCES.collectorsGroups,
      namespace,
      // Its status changes with each collector that becomes ready.
      onChange: (group, change, before) => {
        if (change !== 'changed' || !isSameGroup(group, before)) onCollectors()
      },
    }),
    workloads: createInformer<CachedWorkload>({
      ...common,
      type: RESOURCES.instrumentationConfigs,
      labelSelector: MANAGED_BY_SELECTOR,
      transform: keepPipeline,
      // The instrumentor writes a status with each pod that comes and goes.
      onChange: ({ workload }, change, before) => {
        if (change !== 'changed' || !isDeepStrictEqual(workload, before?.workload)) onWorkload(workload, change)
      },
    }),
  }
  return { informers, settings }
}
