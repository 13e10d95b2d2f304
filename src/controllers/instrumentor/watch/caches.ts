import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { withoutManagedFields } from '../../../api/kubernetes.ts'
import { isOurs } from '../../../api/names.ts'
import type { SettingsView } from '../../../api/settings.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { Cached, Informer, KubeClient } from '../../../kube/types.ts'
import { createSettingsCaches } from './settings-caches.ts'
import type { StartInformer } from './workload-caches.ts'
import { createWorkloadCaches } from './workload-caches.ts'
import { keyOf, workloadKey } from './workload-index.ts'

export interface NamespaceView extends Cached {
  labels: Record<string, string>
}

export interface CacheOptions {
  client: KubeClient
  systemNamespace: string
  signal: AbortSignal
  /** Called with the key of each workload about which something may have changed. */
  onWorkload: (key: string) => void
  /** Called with each version of an InstrumentationConfig, also the last one. */
  onConfig: (config: InstrumentationConfig) => void
  /** Called with each OdigosConfig and InstrumentationRule that changed, in any namespace. */
  onSettingsObject: (object: SettingsView | InstrumentationRule) => void
  /** Called with each failure of a watch, which is retried. */
  onError: (error: unknown) => void
}

const namespaceView = ({ metadata }: KubeObject): NamespaceView => ({
  metadata: { name: metadata.name },
  labels: metadata.labels ?? {},
})

/** All that the instrumentor watches, reduced to what its decisions need. */
export const createCaches = ({ client, systemNamespace, signal, ...options }: CacheOptions) => {
  const { onWorkload, onError } = options
  const calls: (() => void)[] = []
  const onNamespaces = (): void => calls.forEach((call) => call())
  const start: StartInformer = (type, transform, onChange, namespace) =>
    createInformer({ client, type, transform, onChange, onError, signal, namespace })
  const workloads = createWorkloadCaches(start, onWorkload)
  const onAll = (): void => {
    for (const workload of workloads.all()) onWorkload(keyOf(workload))
  }

  const namespaces = start(RESOURCES.namespaces, namespaceView, ({ metadata }) =>
    workloads.keysIn(metadata.name).forEach((key) => onWorkload(key)),
  )
  const configs = start(
    RESOURCES.instrumentationConfigs,
    (object) => withoutManagedFields(object) as InstrumentationConfig,
    (config, change, before) => {
      const { metadata, spec } = config
      options.onConfig(config)
      onWorkload(workloadKey(metadata.namespace, spec.workload.kind, spec.workload.name))
      if (change !== 'changed' || isOurs(metadata) !== isOurs(before?.metadata ?? {})) onNamespaces()
    },
  )
  const { informers: settingsInformers, ...settings } = createSettingsCaches({
    start,
    systemNamespace,
    onChange: options.onSettingsObject,
    onAll,
    onSettings: onNamespaces,
  })
  const informers: Record<string, Informer<Cached>> = {
    ...workloads.informers,
    namespaces,
    configs,
    ...settingsInformers,
  }

  return {
    /** Also those without our label, so that they are not written. */
    configs,
    /** The InstrumentationConfigs that count. */
    ownConfigs: () => configs.list().filter(({ metadata }) => isOurs(metadata)),
    namespaces,
    ...settings,
    /** By its key in queues. */
    workloadOf: workloads.byKey,
    podsOf: workloads.podsOf,
    /** Keys of the workloads of a namespace. */
    keysIn: workloads.keysIn,
    /** Has a function called when an InstrumentationConfig appears or goes, or settings change, which may ignore its namespace. */
    onNamespaces: (call: () => void): void => void calls.push(call),
    informers,
    synced: Promise.all(Object.values(informers).map((informer) => informer.synced)),
  }
}
export type Caches = ReturnType<typeof createCaches>
