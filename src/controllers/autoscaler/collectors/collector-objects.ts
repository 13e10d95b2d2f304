/** The objects that implement one CollectorsGroup. */
import type { CollectorRole, CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { EnvVar, KubeObject, PodTemplate } from '../../../api/kubernetes.ts'
import { laneServiceName } from '../../../api/routing/lanes.ts'
import { CLUSTER_COLLECTOR_NAME, GATEWAY_NAME, NODE_COLLECTOR_NAME, NODE_STORAGE } from '../../../api/names.ts'
import type { Storage } from './collector-pod.ts'
import { CONFIG_FILE, STORAGE_VOLUME, collectorPodTemplate } from './collector-pod.ts'
import type { CollectorSettings } from './collector-settings.ts'
import type { Body } from '../owned/object.ts'
import { shardServices } from './shard-services.ts'
import { CPU_TARGET, DOWN_AFTER_MS, MAX_UP, MEMORY_TARGET } from './scaling-targets.ts'
import {
  componentOf,
  configMapName,
  createObjectOf,
  labelsOf,
  selectorOf,
  serviceSpec,
  withHash,
} from '../owned/object.ts'

export interface CollectorContent {
  /** The configuration as YAML. */
  config: string
  env: EnvVar[]
  /** Changes when a Secret does that `env` refers to, so that pods take the new value. */
  secretsHash: string
  /** Whether its queues are empty, so that nothing is stranded when a gateway is taken away. */
  isDrained: boolean
  /** Names of the groups that the lanes of node collectors lead to. */
  lanes: readonly string[]
  /** Names of the pods that hold the shards of traces to decide about, if this group does. */
  shards: readonly string[]
  readsLogs: boolean
  asksCluster: boolean
}

const SECRETS_HASH_ANNOTATION = 'odigos.io/secrets-hash'

const SERVICE_ACCOUNTS: Record<CollectorRole, string> = {
  Node: NODE_COLLECTOR_NAME,
  Gateway: GATEWAY_NAME,
  Dedicated: GATEWAY_NAME,
  Cluster: CLUSTER_COLLECTOR_NAME,
}

const template = (
  group: CollectorsGroup,
  settings: CollectorSettings,
  content: CollectorContent,
  storage: Storage,
): PodTemplate =>
  collectorPodTemplate({
    serviceAccount: SERVICE_ACCOUNTS[group.spec.role],
    image: settings.image,
    keeperImage: settings.keeperImage,
    pullPolicy: settings.pullPolicy,
    labels: labelsOf(group.metadata.name),
    annotations: { [SECRETS_HASH_ANNOTATION]: content.secretsHash },
    configMap: configMapName(group.metadata.name, content.config),
    env: content.env,
    resources: group.spec.resources,
    storage,
    everyNode: group.spec.role === 'Node',
    readsLogs: content.readsLogs,
    asksCluster: content.asksCluster,
  })

const nodeObjects = (group: CollectorsGroup, settings: CollectorSettings, content: CollectorContent): KubeObject[] => {
  const { name } = group.metadata
  const objectOf = createObjectOf(group)
  const storage: Storage = { kind: 'node', path: `${NODE_STORAGE}/${componentOf(name)}`, perPod: false }
  const laneServices = content.lanes.map((target, lane) =>
    objectOf({ apiVersion: 'v1', kind: 'Service', name: laneServiceName(lane) }, { spec: serviceSpec(target) }),
  )
  return [
    objectOf({ apiVersion: 'v1', kind: 'Service' }, { spec: { ...serviceSpec(name), internalTrafficPolicy: 'Local' } }),
    ...laneServices,
    objectOf(
      { apiVersion: 'apps/v1', kind: 'DaemonSet' },
      {
        spec: {
          selector: { matchLabels: selectorOf(name) },
          // The old collector must have let go of the queue before the new one opens it: no surge.
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } },
          template: template(group, settings, content, storage),
        },
      },
    ),
  ]
}

/**
 * A gateway has a queue that must outlive its pods, or each change of a Destination would lose what waits for one that is
 * down: hence a StatefulSet. While a pod is replaced the node collectors keep what they have.
 */
const gatewayWorkload = (
  group: CollectorsGroup,
  settings: CollectorSettings,
  content: CollectorContent,
): KubeObject => {
  const { name } = group.metadata
  const { storageClass } = settings
  const storage: Storage = storageClass
    ? { kind: 'claim' }
    : { kind: 'node', path: `${NODE_STORAGE}/${componentOf(name)}`, perPod: true }
  const claim = {
    metadata: { name: STORAGE_VOLUME },
    spec: {
      storageClassName: storageClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: settings.gatewayQueueSize } },
    },
  }
  return createObjectOf(group)(
    { apiVersion: 'apps/v1', kind: 'StatefulSet' },
    {
      spec: {
        // The number of replicas belongs to the HorizontalPodAutoscaler.
        serviceName: name,
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'RollingUpdate' },
        selector: { matchLabels: selectorOf(name) },
        template: template(group, settings, content, storage),
        ...(storageClass ? { volumeClaimTemplates: [claim] } : {}),
      },
    },
  )
}

/** Scales on memory, which the limiter would run into, and on CPU; down slowly, and only once the queues are empty. */
const autoscalerSpec = ({ metadata, spec }: CollectorsGroup, isDrained: boolean): Body => {
  const utilization = (name: string, averageUtilization: number): Body => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  })
  return {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: metadata.name },
    minReplicas: spec.replicas?.min ?? 1,
    maxReplicas: spec.replicas?.max ?? 1,
    metrics: [utilization('memory', MEMORY_TARGET * 100), utilization('cpu', CPU_TARGET * 100)],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: MAX_UP, periodSeconds: 15 }] },
      scaleDown: {
        stabilizationWindowSeconds: DOWN_AFTER_MS / 1000,
        selectPolicy: isDrained ? 'Max' : 'Disabled',
        policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
      },
    },
  }
}

const gatewayObjects = (
  group: CollectorsGroup,
  settings: CollectorSettings,
  content: CollectorContent,
): KubeObject[] => {
  const { name } = group.metadata
  const objectOf = createObjectOf(group)
  return [
    objectOf({ apiVersion: 'v1', kind: 'Service' }, { spec: serviceSpec(name) }),
    ...shardServices(group, content.shards),
    gatewayWorkload(group, settings, content),
    objectOf(
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
      { spec: autoscalerSpec(group, content.isDrained) },
    ),
    objectOf(
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      { spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } } },
    ),
  ]
}

/** A StatefulSet never runs two, as a Deployment does while it replaces one. */
const clusterObjects: typeof gatewayObjects = (group, settings, content) => [gatewayWorkload(group, settings, content)]

const OBJECTS: Record<CollectorRole, typeof gatewayObjects> = {
  Node: nodeObjects,
  Gateway: gatewayObjects,
  Dedicated: gatewayObjects,
  Cluster: clusterObjects,
}

/** All objects of a group, in the order in which they are to be applied. */
export const collectorObjects = (
  group: CollectorsGroup,
  settings: CollectorSettings,
  content: CollectorContent,
): KubeObject[] => {
  const configMap = createObjectOf(group)(
    { apiVersion: 'v1', kind: 'ConfigMap', name: configMapName(group.metadata.name, content.config) },
    { immutable: true, data: { [CONFIG_FILE]: content.config } },
  )
  return [configMap, ...OBJECTS[group.spec.role](group, settings, content)].map(withHash)
}
