import type { KubeObject, Pod } from '../api/kubernetes.ts'
import type { ContainerDecision, InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import { effectiveConfig } from '../api/kinds/odigos-config.ts'
import { ODIGOS_CONFIG_NAME } from '../api/names.ts'
import type { PodSecurityLevel } from '../api/vocabulary.ts'
import { instrumentationConfigName } from '../api/workloads.ts'
import { ownerCandidates } from '../inject/pod/owner.ts'
import { isPod } from '../inject/pod/shape.ts'
import type { AgentImages, DecisionContext } from '../inject/types.ts'
import { createInformer } from '../kube/watch/informer.ts'
import type { NamespacedInformer } from '../kube/watch/namespaced-informer.ts'
import { createNamespacedInformer } from '../kube/watch/namespaced-informer.ts'
import { RESOURCES } from '../kube/resources.ts'
import type { Cached, Informer, KubeClient } from '../kube/types.ts'
import type { CachedQuota, CachedRange } from './limits-cache.ts'
import { keepQuota, keepRange } from './limits-cache.ts'

export interface CachedConfig extends Cached {
  spec: InstrumentationConfigSpec
}

export interface CachedSettings extends Cached {
  spec: OdigosConfigSpec
}

/** The caches that decisions are made from. */
export interface Caches {
  configs: Informer<CachedConfig>
  namespaces: Informer<Cached>
  settings: Informer<CachedSettings>
  limitRanges: NamespacedInformer<CachedRange>
  resourceQuotas: NamespacedInformer<CachedQuota>
}

export interface CacheOptions {
  client: KubeClient
  /** Namespace of the OdigosConfig. */
  systemNamespace: string
  signal: AbortSignal
  onError: (error: unknown) => void
}

const keepDecision = (decision: ContainerDecision): ContainerDecision => {
  const { name, imageReference, agent, executable, reason, message, runtimeEnv, settings } = decision
  return {
    name,
    reason,
    message: agent ? '' : message,
    ...(imageReference && agent ? { imageReference } : {}),
    ...(agent ? { agent } : {}),
    ...(executable ? { executable } : {}),
    ...(runtimeEnv?.length ? { runtimeEnv } : {}),
    ...(settings?.length ? { settings } : {}),
  }
}

/** Evidence, languages and status are for people; a decision is made without them. */
export const keepConfig = (object: KubeObject): CachedConfig => {
  const { workload, serviceName, pipeline, containers } = object['spec'] as InstrumentationConfigSpec
  return {
    metadata: { name: object.metadata.name },
    spec: {
      workload,
      ...(serviceName ? { serviceName } : {}),
      ...(pipeline ? { pipeline } : {}),
      containers: (containers ?? []).map(keepDecision),
    },
  }
}

const keepNamespace = ({ metadata }: KubeObject): Cached => ({
  metadata: { name: metadata.name, labels: metadata.labels ?? {} },
})

const keepSettings = (object: KubeObject): CachedSettings => ({
  metadata: { name: object.metadata.name },
  spec: effectiveConfig(object['spec']),
})

/** Starts the informers; each keeps only what a decision needs. */
export const createCaches = ({ client, systemNamespace, signal, onError }: CacheOptions): Caches => ({
  configs: createInformer({
    client,
    type: RESOURCES.instrumentationConfigs,
    transform: keepConfig,
    signal,
    onError,
  }),
  namespaces: createInformer({ client, type: RESOURCES.namespaces, transform: keepNamespace, signal, onError }),
  settings: createInformer({
    client,
    type: RESOURCES.odigosConfigs,
    namespace: systemNamespace,
    transform: keepSettings,
    signal,
    onError,
  }),
  limitRanges: createNamespacedInformer({ client, type: RESOURCES.limitRanges, transform: keepRange, signal, onError }),
  resourceQuotas: createNamespacedInformer({
    client,
    type: RESOURCES.resourceQuotas,
    transform: keepQuota,
    signal,
    onError,
  }),
})

/** Where agents come from and with which settings a pod is decided; from memory. */
export type FindContext = (namespace: string, pod: unknown) => DecisionContext

/** What holds for all pods as long as the process runs. */
export interface Installation {
  images: AgentImages
  systemNamespace: string
  podSecurityDefault: PodSecurityLevel
}

const labelsOf = (namespace: Cached | undefined): Record<string, string> | undefined =>
  namespace && (namespace.metadata.labels ?? {})

/** The config of the first owner that has one; its name is only a key, what counts is the workload that it names. */
const findConfig = (configs: Caches['configs'], namespace: string, pod: Pod): InstrumentationConfigSpec | undefined => {
  for (const owner of ownerCandidates(pod)) {
    const spec = configs.get(namespace, instrumentationConfigName(owner.kind, owner.name))?.spec
    const { apiVersion, kind, name } = spec?.workload ?? {}
    if (apiVersion === owner.apiVersion && kind === owner.kind && name === owner.name) return spec
  }
  return undefined
}

export const createFindContext = (caches: Caches, installation: Installation): FindContext => {
  const { images, systemNamespace, podSecurityDefault } = installation
  const defaults = effectiveConfig(undefined)
  return (namespace, pod) => ({
    systemNamespace,
    // Labels that are not known yet count as the strictest, unlike labels that are not there.
    namespace: { name: namespace, labels: labelsOf(caches.namespaces.get(undefined, namespace)) },
    settings: caches.settings.get(systemNamespace, ODIGOS_CONFIG_NAME)?.spec ?? defaults,
    configFor: isPod(pod) ? findConfig(caches.configs, namespace, pod) : undefined,
    images,
    podSecurityDefault,
    limits: {
      ranges: caches.limitRanges.in(namespace).flatMap(({ items }) => items),
      quotas: caches.resourceQuotas.in(namespace),
    },
  })
}
