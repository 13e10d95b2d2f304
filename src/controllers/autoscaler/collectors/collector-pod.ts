import type { Container, EnvVar, PodTemplate, Probe, Resources, Volume, VolumeMount } from '../../../api/kubernetes.ts'
import { QUEUE_KEEPER } from '../../../api/reports/queue-report.ts'
import { COLLECTOR_CONTAINER, OTLP_GRPC_PORT, OTLP_HTTP_PORT } from '../../../api/names.ts'
import type { CollectorResources } from '../../../api/types/resources.ts'
import { memoryLimitMiB } from '../../../api/types/resources.ts'
import { IN_A_POD } from '../../../collector/config.ts'
import { NODE_IP_VARIABLE } from '../../../collector/infrastructure/metrics.ts'
import { goVariables } from '../../../collector/memory.ts'

/** Where the queues are: a folder of the node, which only root may write to, or a volume of the pod's own. */
export type Storage = { kind: 'node'; path: string; perPod: boolean } | { kind: 'claim' }

/** What differs between the pods of two groups. */
export interface CollectorPod {
  serviceAccount: string
  image: string
  /** Image with the queue keeper. */
  keeperImage: string
  pullPolicy: string
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Name of the ConfigMap with the configuration. */
  configMap: string
  env: EnvVar[]
  resources: CollectorResources
  storage: Storage
  /** Whether it also runs on nodes with taints. */
  everyNode: boolean
  /** Whether it reads the logs of containers from the node. */
  readsLogs: boolean
  /** Whether it needs a token, for the API server or the kubelet. */
  asksCluster: boolean
}

/** The parent of the queues' folder in the image. */
const STORAGE_MOUNT = '/var/lib/otelcol'
const CONFIG_MOUNT = '/etc/odigos-collector'
export const CONFIG_FILE = 'config.yaml'

/** Name of the claim in a volumeClaimTemplate, and of the volume that it provides. */
export const STORAGE_VOLUME = 'queue'

/** User of the collector's image, as upstream's has none by that number but needs none either. */
const COLLECTOR_USER = 65_532

const probe = (timing: { periodSeconds: number; failureThreshold: number }): Probe => ({
  httpGet: { path: '/', port: 'health' },
  timeoutSeconds: 3,
  ...timing,
})

/** Volume with the logs of containers. */
export const LOGS_VOLUME = 'container-logs'

const podEnv = ({ env, resources, asksCluster }: CollectorPod): EnvVar[] => [
  ...Object.entries(goVariables(memoryLimitMiB(resources))).map(([name, value]) => ({ name, value })),
  { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ...(asksCluster ? [{ name: NODE_IP_VARIABLE, valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }] : []),
  ...env,
]

const volumes = ({ storage, configMap, readsLogs }: CollectorPod): Volume[] => [
  { name: 'config', configMap: { name: configMap } },
  ...(storage.kind === 'node'
    ? [{ name: STORAGE_VOLUME, hostPath: { path: storage.path, type: 'DirectoryOrCreate' } }]
    : []),
  ...(readsLogs ? [{ name: LOGS_VOLUME, hostPath: { path: IN_A_POD.logDirectory, type: 'Directory' } }] : []),
]

const volumeMounts = ({ storage }: CollectorPod): VolumeMount[] => [
  { name: 'config', mountPath: CONFIG_MOUNT, readOnly: true },
  {
    name: STORAGE_VOLUME,
    mountPath: STORAGE_MOUNT,
    // Two gateways on one node must not open the same queue.
    ...(storage.kind === 'node' && storage.perPod ? { subPathExpr: '$(POD_NAME)' } : {}),
  },
]

/** Files of the kubelet belong to root, as the collector's process does on a node. */
const logMounts = ({ readsLogs }: CollectorPod): VolumeMount[] =>
  readsLogs ? [{ name: LOGS_VOLUME, mountPath: IN_A_POD.logDirectory, readOnly: true }] : []

/** A folder that the kubelet creates belongs to root; without capabilities root is an owner like any other. */
const user = ({ storage }: CollectorPod): Record<string, unknown> =>
  storage.kind === 'node'
    ? { runAsUser: 0, runAsGroup: 0 }
    : {
        runAsNonRoot: true,
        runAsUser: COLLECTOR_USER,
        runAsGroup: COLLECTOR_USER,
        fsGroup: COLLECTOR_USER,
        fsGroupChangePolicy: 'OnRootMismatch',
      }

const asTexts = (amounts: CollectorResources['limits'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, quantity]) => [name, String(quantity)]))

const resourcesOf = ({ requests, limits }: CollectorResources): Resources => ({
  requests: asTexts(requests),
  limits: asTexts(limits),
})

const UNPRIVILEGED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** Puts the queues in order before the collector opens them. */
const queueKeeper = (pod: CollectorPod): Container => ({
  name: QUEUE_KEEPER,
  image: pod.keeperImage,
  imagePullPolicy: pod.pullPolicy,
  command: ['/usr/local/bin/node', '--max-old-space-size=192', '/app/queue-keeper.js'],
  env: [
    { name: 'COLLECTOR_CONFIG_FILE', value: `${CONFIG_MOUNT}/${CONFIG_FILE}` },
    { name: 'QUEUE_DIRECTORY', value: IN_A_POD.queueDirectory },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '448Mi' } },
  securityContext: UNPRIVILEGED,
  volumeMounts: volumeMounts(pod),
})

/** Gateways on several nodes, where there are several. */
const spread = (labels: Record<string, string>) => ({
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: labels },
})

/** Template of a collector's pod. */
export const collectorPodTemplate = (pod: CollectorPod): PodTemplate => ({
  metadata: { labels: pod.labels, annotations: pod.annotations },
  spec: {
    serviceAccountName: pod.serviceAccount,
    automountServiceAccountToken: pod.asksCluster,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: { ...user(pod), seccompProfile: { type: 'RuntimeDefault' } },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    ...(pod.everyNode
      ? { tolerations: [{ operator: 'Exists' }] }
      : { topologySpreadConstraints: [spread(pod.labels)] }),
    initContainers: [queueKeeper(pod)],
    containers: [
      {
        name: COLLECTOR_CONTAINER,
        image: pod.image,
        imagePullPolicy: pod.pullPolicy,
        args: [`--config=${CONFIG_MOUNT}/${CONFIG_FILE}`],
        env: podEnv(pod),
        ports: [
          { name: 'otlp-grpc', containerPort: OTLP_GRPC_PORT },
          { name: 'otlp-http', containerPort: OTLP_HTTP_PORT },
          { name: 'health', containerPort: IN_A_POD.healthPort },
          { name: 'metrics', containerPort: IN_A_POD.metricsPort },
          ...(pod.everyNode ? [{ name: 'seen', containerPort: IN_A_POD.seenPort }] : []),
        ],
        // A long queue is compacted before the first response.
        startupProbe: probe({ periodSeconds: 1, failureThreshold: 120 }),
        readinessProbe: probe({ periodSeconds: 5, failureThreshold: 2 }),
        livenessProbe: probe({ periodSeconds: 10, failureThreshold: 6 }),
        resources: resourcesOf(pod.resources),
        securityContext: UNPRIVILEGED,
        volumeMounts: [...volumeMounts(pod), ...logMounts(pod)],
      },
    ],
    volumes: volumes(pod),
  },
})
