import { vendorOfMark } from '../api/agents/foreign-webhooks.ts'
import type { KubeObject, Pod } from '../api/kubernetes.ts'
import type { InstrumentationConfig, InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import { MANAGED_BY_SELECTOR } from '../api/names.ts'
import type { Settings, SettingsView } from '../api/settings.ts'
import { createSettings, settingsView } from '../api/settings.ts'
import type { PodSecurityLevel } from '../api/vocabulary.ts'
import { instrumentationConfigName } from '../api/workloads.ts'
import { keptSpec } from '../inject/kept-spec.ts'
import { ownerCandidates } from '../inject/pod/owner.ts'
import { isPod } from '../inject/pod/shape.ts'
import type { KeptQuota, KeptRange } from '../inject/resources/read-limits.ts'
import { readQuota, readRange } from '../inject/resources/read-limits.ts'
import type { AgentImages, DecisionContext } from '../inject/types.ts'
import { createInformer } from '../kube/watch/informer.ts'
import type { NamespacedInformer } from '../kube/watch/namespaced-informer.ts'
import { createNamespacedInformer } from '../kube/watch/namespaced-informer.ts'
import { RESOURCES } from '../kube/resources.ts'
import type { Cached, Informer, KubeClient } from '../kube/types.ts'

export interface CachedConfig extends Cached {
  spec: InstrumentationConfigSpec
}

/** The caches that decisions are based on. */
export interface Caches {
  configs: Informer<CachedConfig>
  namespaces: Informer<Cached>
  settings: Informer<SettingsView>
  limitRanges: NamespacedInformer<KeptRange>
  resourceQuotas: NamespacedInformer<KeptQuota>
}

/** The caches, and the settings derived from them. */
export interface Watched {
  caches: Caches
  settings: Settings
}

export interface CacheOptions {
  client: KubeClient
  /** Namespace of the OdigosConfig. */
  systemNamespace: string
  signal: AbortSignal
  onError: (error: unknown) => void
}

/** Only the spec contains instructions; decisions do not need the status. */
export const keepConfig = (object: KubeObject): CachedConfig => ({
  metadata: { name: object.metadata.name },
  spec: keptSpec(object as InstrumentationConfig),
})

/** Of the annotations only those of other vendors' webhooks matter, and others can be long. */
const keptAnnotations = (annotations: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name, value]) => vendorOfMark('namespace', name, value)))

const keepNamespace = ({ metadata }: KubeObject): Cached => ({
  metadata: {
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations: keptAnnotations(metadata.annotations ?? {}),
  },
})

/** Starts the informers, each of which caches only what a decision needs. */
export const createCaches = ({ client, systemNamespace, signal, onError }: CacheOptions): Watched => {
  const common = { client, signal, onError }
  const settings = createSettings(systemNamespace)
  const caches: Caches = {
    configs: createInformer({
      ...common,
      type: RESOURCES.instrumentationConfigs,
      labelSelector: MANAGED_BY_SELECTOR,
      transform: keepConfig,
    }),
    namespaces: createInformer({ ...common, type: RESOURCES.namespaces, transform: keepNamespace }),
    settings: createInformer({
      ...common,
      type: RESOURCES.odigosConfigs,
      namespace: systemNamespace,
      transform: settingsView,
      onChange: settings.put,
    }),
    limitRanges: createNamespacedInformer({ ...common, type: RESOURCES.limitRanges, transform: readRange }),
    resourceQuotas: createNamespacedInformer({ ...common, type: RESOURCES.resourceQuotas, transform: readQuota }),
  }
  return { caches, settings }
}

/** Returns the context of a decision, from memory; undefined while the settings are unknown. */
export type FindContext = (namespace: string, pod: unknown) => DecisionContext | undefined

/** The part of the context that is fixed for the lifetime of the process. */
export interface Installation {
  images: AgentImages
  systemNamespace: string
  podSecurityDefault: PodSecurityLevel
}

/** Labels that are not known yet count as the strictest level, unlike missing labels. */
const marksOf = (namespace: Cached | undefined): Omit<DecisionContext['namespace'], 'name'> =>
  namespace
    ? { labels: namespace.metadata.labels ?? {}, annotations: namespace.metadata.annotations }
    : { labels: undefined }

/** The config of the first owner that has one. Its name is only a key; the workload in its spec is decisive. */
const findConfig = (configs: Caches['configs'], namespace: string, pod: Pod): InstrumentationConfigSpec | undefined => {
  for (const owner of ownerCandidates(pod)) {
    const spec = configs.get(namespace, instrumentationConfigName(owner.kind, owner.name))?.spec
    const { apiVersion, kind, name } = spec?.workload ?? {}
    if (apiVersion === owner.apiVersion && kind === owner.kind && name === owner.name) return spec
  }
  return undefined
}

export const createFindContext = ({ caches, settings }: Watched, installation: Installation): FindContext => {
  const { images, systemNamespace, podSecurityDefault } = installation
  return (namespace, pod) => {
    const inForce = settings.current()
    return (
      inForce && {
        systemNamespace,
        namespace: { name: namespace, ...marksOf(caches.namespaces.get(undefined, namespace)) },
        settings: inForce,
        configFor: isPod(pod) ? findConfig(caches.configs, namespace, pod) : undefined,
        images,
        podSecurityDefault,
        limits: {
          ranges: caches.limitRanges.in(namespace).flatMap(({ items }) => items),
          quotas: caches.resourceQuotas.in(namespace),
        },
      }
    )
  }
}
