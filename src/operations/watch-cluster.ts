/** One watch for each kind, shared by all browsers. Keeps only the fields that the view needs. */
import type { Action } from '../api/kinds/action.ts'
import type { CollectorsGroup } from '../api/kinds/collectors-group.ts'
import type { Destination } from '../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../api/kubernetes.ts'
import { withoutManagedFields } from '../api/kubernetes.ts'
import { isOurs, ODIGOS_CONFIG_NAME } from '../api/names.ts'
import { createSettings, settingsView } from '../api/settings.ts'
import { createInformer } from '../kube/watch/informer.ts'
import { isOneOff, WORKLOAD_KINDS } from '../api/workload-kinds.ts'
import { RESOURCES, workloadType } from '../kube/resources.ts'
import type { Cached, Informer, InformerOptions, KubeClient, ResourceType } from '../kube/types.ts'
import type { Observed, WatchedNamespace, WatchedWorkload } from '../view/cluster-view.ts'

export interface Cluster {
  observe: () => Observed
  /** Calls `listener` after each change; it must return quickly. */
  onChange: (listener: () => void) => void
}

interface WatchOptions {
  client: KubeClient
  signal: AbortSignal
  /** Namespace of Odigos itself, where Destinations are. */
  namespace: string
  /** A list or watch of a kind failed and is retried. */
  onError: (kind: string, error: unknown) => void
}

/** A watch sends a bookmark about once a minute; after longer silence, its part of the view may be out of date. */
const SILENCE_LIMIT_SECONDS = 90

/** Seconds since the last event of the most silent watch; 0 while that is within the limit. */
export const silentSeconds = (silencesMs: readonly number[]): number => {
  const longest = Math.floor(Math.max(0, ...silencesMs) / 1000)
  return longest < SILENCE_LIMIT_SECONDS ? 0 : longest
}

const keepNamespace = ({ metadata }: KubeObject): WatchedNamespace => ({
  metadata: { name: metadata.name, ...(metadata.labels ? { labels: metadata.labels } : {}) },
})

const keepWorkload =
  (kind: string) =>
  ({ metadata, spec }: KubeObject & { spec?: { replicas?: number } }): WatchedWorkload => ({
    kind,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ...(metadata.labels ? { labels: metadata.labels } : {}),
    },
    ...(spec?.replicas === undefined ? {} : { replicas: spec.replicas }),
  })

const keepOwn = <T extends Cached>(object: KubeObject): T => withoutManagedFields(object) as unknown as T

const SHOWN_TYPES = WORKLOAD_KINDS.filter(({ kind }) => !isOneOff(kind)).map(workloadType)

export const watchCluster = ({ client, signal, ...options }: WatchOptions): Cluster => {
  const listeners = new Set<() => void>()
  const onChange = (): void => listeners.forEach((listener) => listener())
  const watched: { kind: string; informer: Informer<Cached> }[] = []
  const watch = <T extends Cached>(
    type: ResourceType,
    transform: (object: KubeObject) => T,
    namespace?: string,
    note?: InformerOptions<T>['onChange'],
  ) => {
    const onError = (error: unknown): void => options.onError(type.kind, error)
    const onEach: InformerOptions<T>['onChange'] = (object, change) => {
      note?.(object, change)
      onChange()
    }
    const informer = createInformer<T>({ client, type, transform, namespace, onChange: onEach, onError, signal })
    watched.push({ kind: type.kind, informer })
    informer.synced.then(onChange, () => undefined)
    return informer
  }
  const own = <T extends Cached>(type: ResourceType) => watch<T>(type, keepOwn, options.namespace)

  const namespaces = watch(RESOURCES.namespaces, keepNamespace)
  const workloads = SHOWN_TYPES.map((type) => watch(type, keepWorkload(type.kind)))
  const instrumentationConfigs = watch<InstrumentationConfig>(RESOURCES.instrumentationConfigs, keepOwn)
  const destinations = own<Destination>(RESOURCES.destinations)
  const collectorsGroups = own<CollectorsGroup>(RESOURCES.collectorsGroups)
  const actions = own<Action>(RESOURCES.actions)
  const settings = createSettings(options.namespace)
  const configs = watch(RESOURCES.odigosConfigs, settingsView, options.namespace, settings.put)

  return {
    onChange: (listener) => void listeners.add(listener),
    observe: () => ({
      namespaces: namespaces.list(),
      workloads: workloads.flatMap((informer) => informer.list()),
      instrumentationConfigs: instrumentationConfigs.list().filter(({ metadata }) => isOurs(metadata)),
      destinations: destinations.list(),
      collectorsGroups: collectorsGroups.list(),
      actions: actions.list(),
      settings: settings.current(),
      givenSettings: configs.get(options.namespace, ODIGOS_CONFIG_NAME)?.given,
      settingsProblem: settings.problem(),
      missing: watched.filter(({ informer }) => !informer.isSynced()).map(({ kind }) => kind),
      silentSeconds: silentSeconds(watched.map(({ informer }) => informer.silenceMs())),
    }),
  }
}
