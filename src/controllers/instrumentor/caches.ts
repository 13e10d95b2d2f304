import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../api/kinds/instrumentation-rule.ts'
import { ODIGOS_CONFIG_NAME } from '../../api/names.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { createInformer } from '../../kube/informer.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import type { SettingsView } from './settings.ts'
import { createSettings, settingsView } from './settings.ts'
import type { PodView, WorkloadView } from './views.ts'
import { podView, workloadView } from './views.ts'
import { createWorkloadIndex, cronJobKeyOf, keyOf, workloadKey } from './workload-index.ts'

const WORKLOAD_TYPES = {
  Deployment: RESOURCES.deployments,
  StatefulSet: RESOURCES.statefulSets,
  DaemonSet: RESOURCES.daemonSets,
  CronJob: RESOURCES.cronJobs,
  Job: RESOURCES.jobs,
} as const

export interface NamespaceView extends Cached {
  labels: Record<string, string>
}

export interface CacheOptions {
  client: KubeClient
  systemNamespace: string
  signal: AbortSignal
  /** Called with the key of each workload about which something may have changed. */
  onWorkload: (key: string) => void
  /** Called when an InstrumentationConfig appears or goes. */
  onConfigs: () => void
  /** Called with each version of an InstrumentationConfig, also the last one. */
  onConfig: (config: InstrumentationConfig) => void
  /** Called where the OdigosConfig is not understood. */
  onSettingsProblem: (settings: SettingsView) => void
  /** Called with each failure of a watch, which is tried again. */
  onError: (error: unknown) => void
}

/** All that the instrumentor watches, reduced to what its decisions need. */
export const createCaches = ({ client, systemNamespace, signal, ...options }: CacheOptions) => {
  const { onWorkload, onConfigs, onError } = options
  const index = createWorkloadIndex()
  const onAll = (): void => {
    for (const workload of allWorkloads()) onWorkload(keyOf(workload))
  }
  const start = <T extends Cached>(
    type: ResourceType,
    transform: (object: KubeObject) => T,
    onChange: (object: T, change: 'added' | 'changed' | 'removed') => void,
    namespace?: string,
  ): Informer<T> => createInformer({ client, type, transform, onChange, onError, signal, namespace })

  const onWorkloadChange = (workload: WorkloadView, change: string): void => {
    if (workload.kind === 'Job') (change === 'removed' ? index.removeJob : index.putJob)(workload)
    onWorkload(cronJobKeyOf(workload) ?? keyOf(workload))
  }
  const workloads = new Map(
    Object.entries(WORKLOAD_TYPES).map(([kind, type]) => [kind, start(type, workloadView, onWorkloadChange)]),
  )
  const allWorkloads = (): WorkloadView[] => [...workloads.values()].flatMap((informer) => informer.list())

  const pods = start(RESOURCES.pods, podView, (pod, change) => {
    ;(change === 'removed' ? index.removePod : index.putPod)(pod)
    const owner = index.ownerKey(pod)
    if (owner) onWorkload(controllingKey(owner))
  })
  /** A Job's key, or that of the CronJob that controls it. */
  const controllingKey = (key: string): string => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const job = kind === 'Job' ? workloads.get('Job')?.get(namespace, name) : undefined
    return (job && cronJobKeyOf(job)) ?? key
  }

  const namespaces = start(
    RESOURCES.namespaces,
    ({ metadata }): NamespaceView => ({ metadata: { name: metadata.name }, labels: metadata.labels ?? {} }),
    ({ metadata }) => {
      for (const workload of allWorkloads()) {
        if (workload.metadata.namespace === metadata.name) onWorkload(keyOf(workload))
      }
    },
  )
  const configs = start(
    RESOURCES.instrumentationConfigs,
    (object) => withoutManagedFields(object) as unknown as InstrumentationConfig,
    (config, change) => {
      const { metadata, spec } = config
      options.onConfig(config)
      onWorkload(workloadKey(metadata.namespace, spec.workload.kind, spec.workload.name))
      if (change !== 'changed') onConfigs()
    },
  )
  const rules = start(
    RESOURCES.instrumentationRules,
    (object) => object as unknown as InstrumentationRule,
    onAll,
    systemNamespace,
  )
  const inForce = createSettings(options.onSettingsProblem)
  const settings = start(
    RESOURCES.odigosConfigs,
    settingsView,
    (view, change) => {
      if (view.metadata.name === ODIGOS_CONFIG_NAME) inForce.put(view, change)
      onAll()
    },
    systemNamespace,
  )
  const informers: Record<string, Informer<Cached>> = {
    ...Object.fromEntries(workloads),
    pods,
    namespaces,
    configs,
    rules,
    settings,
  }

  return {
    index,
    configs,
    namespaces,
    rules,
    /** By its key in queues. */
    workloadOf: (key: string): WorkloadView | undefined => {
      const [namespace = '', kind = '', name = ''] = key.split('/')
      return workloads.get(kind)?.get(namespace, name)
    },
    podsOf: (key: string): PodView[] => index.pods(key),
    settings: inForce.read,
    informers,
    synced: Promise.all(Object.values(informers).map((informer) => informer.synced)),
    workloadsIn: (namespace: string): WorkloadView[] =>
      allWorkloads().filter(({ metadata }) => metadata.namespace === namespace),
  }
}
export type Caches = ReturnType<typeof createCaches>

/** managedFields are as large as the object and say nothing that is decided on. */
const withoutManagedFields = (object: KubeObject): KubeObject => {
  const { managedFields: _managedFields, ...metadata } = object.metadata
  return { ...object, metadata }
}
