/** Builds the view for browsers from the watched objects; pure. No object of the API server is passed on as it is. */
import type { Action } from '../api/kinds/action.ts'
import type { CollectorsGroup } from '../api/kinds/collectors-group.ts'
import type { Destination } from '../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import { effectiveConfig } from '../api/kinds/odigos-config.ts'
import { choiceOf, decideOptIn, isIgnoredNamespace, modeIn } from '../api/opt-in.ts'
import { knownContainers } from '../api/types/container.ts'
import { instrumentationConfigName } from '../api/workloads.ts'
import type { ClusterView, ContainerView, NamespaceView, RowState, WorkloadView } from './view.ts'
import { workloadId } from './view.ts'
import { actionView } from './objects/action-view.ts'
import { settingViews } from './objects/setting-views.ts'
import type { TypeLookup } from './objects/pipeline-view.ts'
import { collectorsView, destinationView } from './objects/pipeline-view.ts'

/** The fields that are kept of a workload. */
export interface WatchedWorkload {
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  replicas?: number
}

export interface WatchedNamespace {
  metadata: { name: string; labels?: Record<string, string> }
}

/** A snapshot of all watched objects. */
export interface Observed {
  namespaces: WatchedNamespace[]
  workloads: WatchedWorkload[]
  instrumentationConfigs: InstrumentationConfig[]
  destinations: Destination[]
  collectorsGroups: CollectorsGroup[]
  actions: Action[]
  /** Undefined while no valid OdigosConfig is known. */
  settings: OdigosConfigSpec | undefined
  /** Spec of the OdigosConfig as it is stored. */
  givenSettings?: unknown
  settingsProblem?: string | undefined
  /** Kinds whose first list has not been received. */
  missing: string[]
  silentSeconds: number
}

const byKey = <T>(items: readonly T[], key: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map((item): [string, T] => [key(item), item]).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const namespaceView = (
  namespace: WatchedNamespace,
  config: OdigosConfigSpec,
  systemNamespace: string,
): NamespaceView => ({
  name: namespace.metadata.name,
  choice: choiceOf(namespace.metadata.labels),
  ignored: isIgnoredNamespace(namespace.metadata.name, config, systemNamespace),
})

/** Values of environment variables can be secret, so they are not sent to browsers. */
const containerView = ({
  runtimeEnv: _values,
  ...container
}: ContainerView & { runtimeEnv?: unknown }): ContainerView => container

const stateOf = (
  config: InstrumentationConfig | undefined,
  decision: Pick<WorkloadView, 'wanted' | 'decidedBy'>,
): RowState => {
  if (config) return config.status?.state ?? 'Detecting'
  if (decision.wanted) return 'Detecting'
  return decision.decidedBy === 'workload' || decision.decidedBy === 'namespace' ? 'OptedOut' : 'NotOptedIn'
}

/** The containers, each with what its processes report. */
const containerViews = (config: InstrumentationConfig): ContainerView[] =>
  knownContainers(config).map((container) => {
    const reported = config.status?.agents?.find(({ name }) => name === container.name)
    return { ...containerView(container), ...(reported === undefined ? {} : { reported }) }
  })

const decidedFields = (config: InstrumentationConfig): Partial<WorkloadView> => {
  const { serviceName, pipeline } = config.spec
  const { pods, lastSeen, cause } = config.status ?? {}
  return {
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(pipeline === undefined
      ? {}
      : { pipeline: { collectorsGroup: pipeline.collectorsGroup, signals: pipeline.signals } }),
    ...(pods === undefined ? {} : { pods }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    ...(cause === undefined ? {} : { cause }),
  }
}

const workloadView = (
  workload: WatchedWorkload,
  config: InstrumentationConfig | undefined,
  context: { namespaces: Record<string, NamespaceView>; mode: OdigosConfigSpec['mode'] },
): WorkloadView => {
  const { name, namespace = '', labels } = workload.metadata
  const choice = choiceOf(labels)
  // The namespace may not have been received yet.
  const from = context.namespaces[namespace] ?? { choice: 'inherit', ignored: false }
  const decision = decideOptIn(choice, from, modeIn(namespace, context.mode))
  return {
    id: workloadId(namespace, workload.kind, name),
    namespace,
    kind: workload.kind,
    name,
    configName: instrumentationConfigName(workload.kind, name),
    choice,
    ...decision,
    state: stateOf(config, decision),
    ...(workload.replicas === undefined ? {} : { replicas: workload.replicas }),
    containers: config ? containerViews(config) : [],
    conditions: config?.status?.conditions ?? [],
    ...(config ? decidedFields(config) : {}),
  }
}

/** Workloads known only from their InstrumentationConfig: Jobs, which are not watched. */
const onlyConfigured = (
  configs: Record<string, InstrumentationConfig>,
  watched: Record<string, WatchedWorkload>,
): WatchedWorkload[] =>
  Object.entries(configs)
    .filter(([id]) => !Object.hasOwn(watched, id))
    .map(([, { spec, metadata }]) => ({
      kind: spec.workload.kind,
      metadata: { name: spec.workload.name, namespace: metadata.namespace },
    }))

const workloadViews = (
  observed: Observed,
  namespaces: Record<string, NamespaceView>,
  mode: OdigosConfigSpec['mode'],
) => {
  const configs = byKey(observed.instrumentationConfigs, ({ metadata, spec }) =>
    workloadId(metadata.namespace, spec.workload.kind, spec.workload.name),
  )
  const watched = byKey(observed.workloads, ({ kind, metadata }) =>
    workloadId(metadata.namespace ?? '', kind, metadata.name),
  )
  const all = [...Object.values(watched), ...onlyConfigured(configs, watched)]
  return all.map((workload) => {
    const id = workloadId(workload.metadata.namespace ?? '', workload.kind, workload.metadata.name)
    return workloadView(workload, configs[id], { namespaces, mode })
  })
}

export interface ViewContext {
  types: TypeLookup
  systemNamespace: string
  /** Why our kinds cannot be read, if that is known. */
  problem?: () => string | undefined
}

/** The whole view of the cluster. */
export const clusterView = (observed: Observed, context: ViewContext): ClusterView => {
  const { types, systemNamespace } = context
  const problem = context.problem?.()
  const config = observed.settings ?? effectiveConfig(undefined)
  const namespaces = byKey(
    observed.namespaces.map((namespace) => namespaceView(namespace, config, systemNamespace)),
    ({ name }) => name,
  )
  return {
    status: {
      missing: observed.missing,
      silentSeconds: observed.silentSeconds,
      ...(problem === undefined ? {} : { problem }),
      systemNamespace,
      mode: config.mode,
      rollout: config.rollout?.policy ?? 'Manual',
      ...(observed.settingsProblem === undefined ? {} : { settingsProblem: observed.settingsProblem }),
    },
    namespaces,
    workloads: byKey(workloadViews(observed, namespaces, config.mode), ({ id }) => id),
    destinations: byKey(
      observed.destinations.map((destination) => destinationView(destination, types)),
      ({ name }) => name,
    ),
    collectors: byKey(observed.collectorsGroups.map(collectorsView), ({ name }) => name),
    actions: byKey(observed.actions.map(actionView), ({ name }) => name),
    settings: byKey(settingViews(observed.givenSettings, config), ({ path }) => path),
  }
}
