import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import type { Condition, NewCondition } from '../../api/conditions.ts'
import { findCondition, mergeConditions } from '../../api/conditions.ts'
import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { Resource } from '../../api/kinds/kind.ts'
import type { EnvVar, KubeObject } from '../../api/kubernetes.ts'
import { GATEWAY_NAME, OTLP_GRPC_PORT } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'
import { checkConfiguration } from '../../collector/check.ts'
import type { CollectorConfig } from '../../collector/config.ts'
import { configHash } from '../../collector/config.ts'
import { gatewayConfig } from '../../collector/gateway.ts'
import { nodeConfig } from '../../collector/node.ts'
import type { AssessedDestination, SecretView } from './assess.ts'
import { assessAction, assessDestinations } from './assess.ts'
import type { CollectorContent, CollectorSettings } from './collector-objects.ts'
import { collectorObjects } from './collector-objects.ts'
import type { Configured, WorkloadView } from './group-status.ts'
import { groupConditions } from './group-status.ts'
import { APPLIED_HASH_ANNOTATION, configMapName, isConfigMapOf } from './owned-object.ts'

export interface Observed {
  settings: CollectorSettings
  /** RFC 3339, without fractions of a second. */
  now: string
  groups: readonly CollectorsGroup[]
  destinations: readonly Destination[]
  actions: readonly Action[]
  /** The Secrets that Destinations name and that are there, by name. */
  secrets: ReadonlyMap<string, SecretView>
  /** DaemonSets and StatefulSets, by the name of their group. */
  workloads: ReadonlyMap<string, WorkloadView>
  /** Names of the ConfigMaps that belong to groups. */
  configMaps: readonly string[]
}

export type AutoscalerAction =
  /** The object is applied where the one on the cluster has not the same hash. */
  | { do: 'ensure'; object: KubeObject }
  | { do: 'deleteConfigMap'; name: string }
  | { do: 'status'; object: KubeObject }
  | { do: 'event'; object: KubeObject; type: 'Normal' | 'Warning'; reason: Reason; message: string }

type Ours = Resource<unknown, { conditions?: Condition[] | undefined }>

const statusObject = ({ apiVersion, kind, metadata }: Ours, status: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: metadata.namespace },
  status,
})

/** Conditions of ours over those that are there; of other writers' conditions nothing is said. */
const mergeOurs = (object: Ours, next: NewCondition[], now: string): Condition[] => {
  const types = new Set(next.map(({ type }) => type))
  return mergeConditions(object.status?.conditions?.filter(({ type }) => types.has(type)) ?? [], next, now)
}

/** Writes `Accepted` where it is another than before, and tells of it by an Event. */
const tellAccepted = (object: Ours, condition: NewCondition, now: string): AutoscalerAction[] => {
  const conditions = mergeOurs(object, [condition], now)
  const before = findCondition(object.status?.conditions, condition.type)
  const [after] = conditions
  if (isDeepStrictEqual(before, after)) return []
  const status: AutoscalerAction = { do: 'status', object: statusObject(object, { conditions }) }
  if (before?.status === condition.status && before.message === condition.message) return [status]
  const { reason, message } = condition
  const isBad = condition.status === 'False' && reason !== 'Disabled'
  return [
    status,
    { do: 'event', object: object as unknown as KubeObject, type: isBad ? 'Warning' : 'Normal', reason, message },
  ]
}

interface Rendered {
  config: CollectorConfig
  env: EnvVar[]
  message: string
}

const isAccepted = ({ condition }: AssessedDestination): boolean => condition.status === 'True'

const renderGateway = (group: CollectorsGroup, assessed: AssessedDestination[], actions: Action[]): Rendered => {
  const destinations = assessed.filter(isAccepted).map(({ rendered }) => rendered)
  return {
    config: gatewayConfig({ group: group.spec, destinations, actions }),
    env: destinations.flatMap(({ env }) => env),
    message: `${destinations.length} of ${assessed.length} Destinations, ${actions.length} Actions`,
  }
}

const renderNode = (group: CollectorsGroup): Rendered => ({
  config: nodeConfig({
    group: group.spec,
    gatewayEndpoint: `${GATEWAY_NAME}.${group.metadata.namespace}.svc:${OTLP_GRPC_PORT}`,
  }),
  env: [],
  message: `sends ${group.spec.signals.join(', ')} to ${GATEWAY_NAME}`,
})

/** Versions of the Secrets that the variables refer to. */
const secretsHash = (env: EnvVar[], secrets: Observed['secrets']): string => {
  const names = [...new Set(env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? ''))].sort()
  return configHash(names.map((name) => [name, secrets.get(name)?.resourceVersion]))
}

interface Deployment {
  configured: Configured
  objects: KubeObject[]
  configMap?: string
}

/** What a group is to run, or why it goes on with what it has. */
const deploymentOf = (group: CollectorsGroup, rendered: Rendered, observed: Observed): Deployment => {
  const isWaiting = group.spec.role !== 'node' && Object.keys(rendered.config.exporters).length === 0
  if (isWaiting)
    return { configured: { reason: 'WaitingForDestination', message: 'no Destination can be used' }, objects: [] }
  const problems = checkConfiguration(rendered.config)
  if (problems.length > 0)
    return { configured: { reason: 'ConfigurationRejected', message: problems.join('; ') }, objects: [] }
  const content: CollectorContent = {
    config: stringify(rendered.config, { aliasDuplicateObjects: false, lineWidth: 0 }),
    env: rendered.env,
    secretsHash: secretsHash(rendered.env, observed.secrets),
  }
  const objects = collectorObjects(group, observed.settings, content)
  const workload = objects.find(({ kind }) => kind === 'DaemonSet' || kind === 'StatefulSet')
  const workloadHash = workload?.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
  const configMap = configMapName(group.metadata.name, content.config)
  return {
    configured: { hash: configHash(content.config), workloadHash, message: rendered.message },
    objects,
    configMap,
  }
}

const reconcileGroup = (group: CollectorsGroup, rendered: Rendered, observed: Observed): AutoscalerAction[] => {
  const { name, generation } = group.metadata
  const workload = observed.workloads.get(name)
  const { configured, objects, configMap } = deploymentOf(group, rendered, observed)
  const conditions = mergeOurs(group, groupConditions(configured, workload, generation), observed.now)
  const configHashNow = 'hash' in configured ? configured.hash : group.status?.configHash
  const status = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(configHashNow === undefined ? {} : { configHash: configHashNow }),
    readyReplicas: workload?.ready ?? 0,
    desiredReplicas: workload?.desired ?? 0,
    conditions,
  }
  const isReady = findCondition(conditions, 'Ready')?.status === 'True'
  const outdated =
    isReady && configMap ? observed.configMaps.filter((other) => isConfigMapOf(name, other) && other !== configMap) : []
  return [
    ...objects.map((object): AutoscalerAction => ({ do: 'ensure', object })),
    ...outdated.map((other): AutoscalerAction => ({ do: 'deleteConfigMap', name: other })),
    ...(isDeepStrictEqual(group.status, status)
      ? []
      : [{ do: 'status' as const, object: statusObject(group, status) }]),
  ]
}

/** What must change so that each group runs collectors for the Destinations and Actions that can be used. */
export const reconcile = (observed: Observed): AutoscalerAction[] => {
  const { now, groups } = observed
  const assessed = assessDestinations(observed.destinations, observed.secrets)
  const judged = observed.actions.map((action) => ({ action, condition: assessAction(action) }))
  const actions = judged.filter(({ condition }) => condition.status === 'True').map(({ action }) => action)
  return [
    ...assessed.flatMap(({ destination, condition }) => tellAccepted(destination, condition, now)),
    ...judged.flatMap(({ action, condition }) => tellAccepted(action, condition, now)),
    ...groups.flatMap((group) => {
      const rendered = group.spec.role === 'node' ? renderNode(group) : renderGateway(group, assessed, actions)
      return reconcileGroup(group, rendered, observed)
    }),
  ]
}
