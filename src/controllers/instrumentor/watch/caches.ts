import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { withoutManagedFields } from '../../../api/kubernetes.ts'
import { isImageUnavailable } from '../../../api/types/outcome.ts'
import { isOurs } from '../../../api/names.ts'
import type { SettingsView } from '../../../api/settings.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { Cached, Informer, KubeClient } from '../../../kube/types.ts'
import { createSettingsCaches } from './settings-caches.ts'
import type { StartInformer } from './workload-caches.ts'
import { createWorkloadCaches } from './workload-caches.ts'
import { workloadKey } from './workload-index.ts'

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
  const start: StartInformer = (type, transform, onChange, selection) =>
    createInformer({ client, type, transform, onChange, onError, signal, ...selection })
  const { informers: ofWorkloads, byKey, review, ...of } = createWorkloadCaches(start, onWorkload)
  const namespaces = start(RESOURCES.namespaces, namespaceView, ({ metadata }) => review(metadata.name))
  const configs = start(
    RESOURCES.instrumentationConfigs,
    (object) => withoutManagedFields(object) as InstrumentationConfig,
    (config, change, before) => {
      const { metadata, spec } = config
      options.onConfig(config)
      onWorkload(workloadKey(metadata.namespace, spec.workload.kind, spec.workload.name))
      if (isImageUnavailable(spec.rollback) !== isImageUnavailable(before?.spec.rollback)) review(metadata.namespace)
      if (change !== 'changed' || isOurs(metadata) !== isOurs(before?.metadata ?? {})) onNamespaces()
    },
  )
  const { informers: settingsInformers, ...settings } = createSettingsCaches({
    start,
    systemNamespace,
    onChange: options.onSettingsObject,
    onAll: () => review(),
    onSettings: onNamespaces,
  })
  const informers: Record<string, Informer<Cached>> = {
    ...ofWorkloads,
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
    workloadOf: byKey,
    /** What is known of a workload, by its key, the keys of a namespace, and pods that belong to no workload. */
    ...of,
    /** Has a function called when an InstrumentationConfig appears or goes, or settings change, which may ignore its namespace. */
    onNamespaces: (call: () => void): void => void calls.push(call),
    informers,
    synced: Promise.all(Object.values(informers).map((informer) => informer.synced)),
  }
}
export type Caches = ReturnType<typeof createCaches>
