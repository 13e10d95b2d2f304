/** Everything on the cluster that one CollectorsGroup stands for. */
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { EnvVar, KubeObject, OwnerReference, PodTemplate } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL, OTLP_GRPC_PORT, OTLP_HTTP_PORT } from '../../api/names.ts'
import { configHash } from '../../collector/config.ts'
import type { Storage } from './collector-pod.ts'
import { CONFIG_FILE, STORAGE_VOLUME, collectorPodTemplate } from './collector-pod.ts'

export interface CollectorSettings {
  image: string
  pullPolicy: string
  /** StorageClass of the gateways' volumes; a folder of the node where absent. */
  storageClass?: string | undefined
}

export interface CollectorContent {
  /** The configuration as YAML. */
  config: string
  env: EnvVar[]
  /** Changes when a Secret does that `env` refers to, so that pods take the new value. */
  secretsHash: string
}

/** On each object: hash of what was applied, so that nothing is written twice. */
export const APPLIED_HASH_ANNOTATION = 'odigos.io/applied-hash'
const SECRETS_HASH_ANNOTATION = 'odigos.io/secrets-hash'

const APP_LABEL = 'app.kubernetes.io/name'
const NODE_STORAGE = '/var/lib/odigos'
const CLAIM_SIZE = '10Gi'

/** `odigos-gateway` → `gateway`. */
const componentOf = (name: string): string => name.replace(/^odigos-/, '')
const selectorOf = (name: string): Record<string, string> => ({
  [APP_LABEL]: 'odigos',
  [COMPONENT_LABEL]: componentOf(name),
})
export const labelsOf = (name: string): Record<string, string> => ({
  ...selectorOf(name),
  [MANAGED_BY_LABEL]: MANAGED_BY,
})

/** A ConfigMap is never changed: a pod that restarts while another configuration is rolled out keeps its own. */
export const configMapName = (group: string, config: string): string => `${group}-${configHash(config)}`

const ownerOf = ({ apiVersion, kind, metadata }: CollectorsGroup): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

type Body = Record<string, unknown>

const createObjectOf =
  (group: CollectorsGroup) =>
  (type: { apiVersion: string; kind: string; name?: string }, body: Body): KubeObject => ({
    apiVersion: type.apiVersion,
    kind: type.kind,
    metadata: {
      name: type.name ?? group.metadata.name,
      namespace: group.metadata.namespace,
      labels: labelsOf(group.metadata.name),
      ownerReferences: [ownerOf(group)],
    },
    ...body,
  })

const OTLP_PORTS = [
  { name: 'otlp-grpc', port: OTLP_GRPC_PORT, targetPort: 'otlp-grpc', protocol: 'TCP', appProtocol: 'grpc' },
  { name: 'otlp-http', port: OTLP_HTTP_PORT, targetPort: 'otlp-http', protocol: 'TCP', appProtocol: 'http' },
]

const serviceSpec = (name: string): Body => ({ type: 'ClusterIP', selector: selectorOf(name), ports: OTLP_PORTS })

const template = (
  group: CollectorsGroup,
  settings: CollectorSettings,
  content: CollectorContent,
  storage: Storage,
): PodTemplate =>
  collectorPodTemplate({
    serviceAccount: group.spec.role === 'node' ? 'odigos-node-collector' : 'odigos-gateway',
    image: settings.image,
    pullPolicy: settings.pullPolicy,
    labels: labelsOf(group.metadata.name),
    annotations: { [SECRETS_HASH_ANNOTATION]: content.secretsHash },
    configMap: configMapName(group.metadata.name, content.config),
    env: content.env,
    size: group.spec.size,
    storage,
    everyNode: group.spec.role === 'node',
  })

const nodeObjects = (group: CollectorsGroup, settings: CollectorSettings, content: CollectorContent): KubeObject[] => {
  const { name } = group.metadata
  const objectOf = createObjectOf(group)
  const storage: Storage = { kind: 'node', path: `${NODE_STORAGE}/${componentOf(name)}`, perPod: false }
  return [
    objectOf({ apiVersion: 'v1', kind: 'Service' }, { spec: { ...serviceSpec(name), internalTrafficPolicy: 'Local' } }),
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
      resources: { requests: { storage: CLAIM_SIZE } },
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

/** Scales on memory, which the limiter would run into, and on CPU; down slowly, because a queue goes with its pod. */
const autoscalerSpec = ({ metadata, spec }: CollectorsGroup): Body => {
  const utilization = (name: string, averageUtilization: number): Body => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  })
  return {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: metadata.name },
    minReplicas: spec.replicas?.min ?? 1,
    maxReplicas: spec.replicas?.max ?? 1,
    metrics: [utilization('memory', 70), utilization('cpu', 300)],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
      scaleDown: { stabilizationWindowSeconds: 900, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
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
    gatewayWorkload(group, settings, content),
    objectOf({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }, { spec: autoscalerSpec(group) }),
    objectOf(
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      { spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } } },
    ),
  ]
}

/** The object with the hash of itself as an annotation. */
const withHash = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [APPLIED_HASH_ANNOTATION]: configHash(object) } },
})

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
  const rest = group.spec.role === 'node' ? nodeObjects : gatewayObjects
  return [configMap, ...rest(group, settings, content)].map(withHash)
}
