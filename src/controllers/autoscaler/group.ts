/** The objects and the status of one CollectorsGroup. */
import { stringify } from 'yaml'
import type { Condition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS } from '../../api/kinds/collectors-group.ts'
import type { EnvVar, KubeObject } from '../../api/kubernetes.ts'
import { GATEWAY_NAME, OTLP_GRPC_PORT } from '../../api/names.ts'
import { rfc3339 } from '../../api/time.ts'
import type { ActionInput } from '../../collector/actions.ts'
import { checkConfiguration } from '../../collector/check.ts'
import type { CollectorConfig } from '../../collector/config.ts'
import { configHash } from '../../collector/config.ts'
import { gatewayConfig } from '../../collector/gateway.ts'
import { nodeConfig } from '../../collector/node.ts'
import { isOwnStatus, mergeOwnConditions, statusObject } from '../accepted-status.ts'
import { actionId, subjectOf } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import type { AssessedDestination, SecretView } from './acceptance.ts'
import { summaryOf } from './acceptance.ts'
import type { Applied } from './act.ts'
import type { CollectorContent, CollectorSettings } from './collector-objects.ts'
import { collectorObjects } from './collector-objects.ts'
import type { Configured } from './group-status.ts'
import { groupConditions, replicasOf } from './group-status.ts'
import type { ApplyOwned, AutoscalerAction } from './owned/action.ts'
import { APPLIED_HASH_ANNOTATION, configMapName, isConfigMapOf } from './owned/object.ts'
import type { OwnedView } from './owned/view.ts'
import { isWorkload } from './owned/view.ts'

/** What a decision about a group needs in addition to the group and its configuration. */
export interface GroupSurroundings {
  settings: CollectorSettings
  nowMs: number
  /** The existing Secrets that Destinations name, by name. */
  secrets: ReadonlyMap<string, SecretView>
  /** Everything with our label that can belong to a group, by the id of the action that applies it. */
  owned: ReadonlyMap<string, OwnedView>
  /** What was applied last, by the id of the action. */
  applied: ReadonlyMap<string, Applied>
  /** Actions that are being refused. */
  failures: Failures
}

/** Interval at which everything is applied again, which writes nothing where nothing differs. */
export const RESYNC_MS = 600_000

export interface Rendered {
  config: CollectorConfig
  env: EnvVar[]
  message: string
}

const isAccepted = ({ condition }: AssessedDestination): boolean => condition.status === 'True'

export const renderGateway = (
  group: CollectorsGroup,
  assessed: AssessedDestination[],
  actions: readonly ActionInput[],
): Rendered => {
  const destinations = assessed.filter(isAccepted).map(({ rendered }) => rendered)
  return {
    config: gatewayConfig({ group: group.spec, destinations, actions }),
    env: destinations.flatMap(({ env }) => env),
    message: `${destinations.length} of ${assessed.length} Destinations, ${actions.length} Actions`,
  }
}

export const renderNode = (group: CollectorsGroup): Rendered => ({
  config: nodeConfig({
    group: group.spec,
    gatewayEndpoint: `${GATEWAY_NAME}.${group.metadata.namespace}.svc:${OTLP_GRPC_PORT}`,
  }),
  env: [],
  message: `sends ${group.spec.signals.join(', ')} to ${GATEWAY_NAME}`,
})

/** Versions of the Secrets that the variables refer to. */
const secretsHash = (env: EnvVar[], secrets: GroupSurroundings['secrets']): string => {
  const names = [...new Set(env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? ''))].sort()
  return configHash(names.map((name) => [name, secrets.get(name)?.resourceVersion]))
}

interface Deployment {
  configured: Configured
  objects: KubeObject[]
  /** Name of the ConfigMap that the pods are to use. */
  configMap?: string
}

/** The objects that a group is to have, or why it keeps those it has. */
const deploymentOf = (group: CollectorsGroup, rendered: Rendered, around: GroupSurroundings): Deployment => {
  const isWaiting = group.spec.role !== 'Node' && Object.keys(rendered.config.exporters).length === 0
  if (isWaiting)
    return { configured: { reason: 'WaitingForDestination', message: 'there is no usable Destination' }, objects: [] }
  const problems = checkConfiguration(rendered.config)
  if (problems.length > 0)
    return { configured: { reason: 'ConfigurationRejected', message: problems.join('; ') }, objects: [] }
  const content: CollectorContent = {
    config: stringify(rendered.config, { aliasDuplicateObjects: false, lineWidth: 0 }),
    env: rendered.env,
    secretsHash: secretsHash(rendered.env, around.secrets),
  }
  const objects = collectorObjects(group, around.settings, content)
  const workloadHash = objects.find(isWorkload)?.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
  return {
    configured: { hash: configHash(content.config), workloadHash, message: rendered.message },
    objects,
    configMap: configMapName(group.metadata.name, content.config),
  }
}

/** Whether an object is unchanged since it was applied, and is the desired one; otherwise it is applied again. */
const isInPlace = (object: KubeObject, { owned, applied, nowMs }: GroupSurroundings): boolean => {
  const id = actionId('apply', object)
  const found = owned.get(id)
  const last = applied.get(id)
  return (
    found !== undefined &&
    last !== undefined &&
    !found.isDeleting &&
    found.contentHash === last.contentHash &&
    last.appliedHash === object.metadata.annotations?.[APPLIED_HASH_ANNOTATION] &&
    nowMs - last.atMs < RESYNC_MS
  )
}

const applyActions = (
  group: CollectorsGroup,
  objects: readonly KubeObject[],
  around: GroupSurroundings,
): ApplyOwned[] => {
  const configMap = objects.find(({ kind }) => kind === 'ConfigMap')
  const statefulSet = objects.find(({ kind }) => kind === 'StatefulSet')
  const current = statefulSet && around.owned.get(actionId('apply', statefulSet))
  const replicas = current?.workload?.desired ?? group.status?.desiredReplicas
  return objects
    .filter((object) => !isInPlace(object, around))
    .map((object) => ({
      do: 'apply',
      object,
      about: subjectOf(group),
      // A pod whose ConfigMap is missing does not start.
      ...(isWorkload(object) && configMap ? { requires: actionId('apply', configMap) } : {}),
      ...(object === statefulSet && replicas ? { replicas } : {}),
    }))
}

/** The desired status of the group. */
const statusOf = (
  group: CollectorsGroup,
  { configured, objects }: Deployment,
  around: GroupSurroundings,
): NonNullable<CollectorsGroup['status']> & { conditions: Condition[] } => {
  const { name, generation } = group.metadata
  const workload = [...around.owned.values()].find((view) => isWorkload(view) && view.metadata.name === name)?.workload
  const failures = objects.flatMap((object) => around.failures.get(actionId('apply', object)) ?? [])
  const conditions = groupConditions(group, { configured, workload, failures })
  const configHashNow = 'hash' in configured ? configured.hash : group.status?.configHash
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...summaryOf(group.spec.signals),
    ...(configHashNow === undefined ? {} : { configHash: configHashNow }),
    ...replicasOf(group, workload),
    conditions: mergeOwnConditions(group, conditions, rfc3339(around.nowMs)),
  }
}

/** Former configurations, as soon as no pod needs them. */
const deleteActions = (
  group: CollectorsGroup,
  configMap: string | undefined,
  around: GroupSurroundings,
): AutoscalerAction[] =>
  [...around.owned.values()]
    .filter(
      ({ kind, metadata: { name } }) =>
        kind === 'ConfigMap' && isConfigMapOf(group.metadata.name, name) && name !== configMap,
    )
    .map((view) => ({ do: 'delete', object: subjectOf(view), about: subjectOf(group) }))

export const groupActions = (
  group: CollectorsGroup,
  rendered: Rendered,
  around: GroupSurroundings,
): AutoscalerAction[] => {
  const deployment = deploymentOf(group, rendered, around)
  const { objects, configMap } = deployment
  const status = statusOf(group, deployment, around)
  const isReady = findCondition(status.conditions, COLLECTORS_CONDITIONS.ready)?.status === 'True'
  return [
    ...applyActions(group, objects, around),
    ...(isReady && configMap ? deleteActions(group, configMap, around) : []),
    ...(isOwnStatus(group, status) ? [] : [{ do: 'status' as const, object: statusObject(group, status) }]),
  ]
}
