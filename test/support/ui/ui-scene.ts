/** A hand-written cluster for the UI: workloads of the shop in many states, destinations, collectors. */
import type { Condition } from '../../../src/api/conditions.ts'
import type { InstrumentationConfigStatus, KnownContainer } from '../../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { GATEWAY_NAME, NODE_COLLECTOR_NAME, OPT_LABEL, SYSTEM_NAMESPACE } from '../../../src/api/names.ts'
import { REASONS } from '../../../src/api/reasons.ts'
import type { Reason } from '../../../src/api/reasons.ts'
import { decisionOf, observationOf } from '../../../src/api/types/container.ts'
import { instrumentationConfigName } from '../../../src/api/workloads.ts'
import { apiVersionOf, RESOURCES, resourceOfKind } from '../../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../../src/kube/types.ts'

const FIELD_MANAGER = 'ui-scene'

export const condition = (type: string, status: Condition['status'], reason: Reason, message?: string): Condition => ({
  type,
  status,
  reason,
  message: message ?? REASONS[reason].meaning,
  lastTransitionTime: new Date(Date.now() - 90_000).toISOString().replace(/\.\d+/, ''),
})

const put = async (client: KubeClient, type: ResourceType, object: object): Promise<void> => {
  const { status, ...rest } = object as KubeObject & { status?: unknown }
  const full: KubeObject = { ...rest, apiVersion: apiVersionOf(type), kind: type.kind }
  await client.apply(type, full, { fieldManager: FIELD_MANAGER })
  if (status === undefined) return
  const withStatus: KubeObject = { ...full, status }
  await client.apply(type, withStatus, { fieldManager: FIELD_MANAGER, subresource: 'status' })
}

export const putNamespace = (client: KubeClient, name: string, labels: Record<string, string> = {}): Promise<void> =>
  put(client, RESOURCES.namespaces, { metadata: { name, labels } })

const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: `shop/${name}:1` }] },
})

export const putWorkload = (client: KubeClient, kind: string, namespace: string, name: string): Promise<void> => {
  const type = resourceOfKind(kind)
  if (!type) throw new Error(`unknown kind ${kind}`)
  const spec =
    kind === 'CronJob'
      ? {
          schedule: '0 3 * * *',
          jobTemplate: { spec: { template: { spec: { ...template(name).spec, restartPolicy: 'Never' } } } },
        }
      : {
          selector: { matchLabels: { app: name } },
          template: template(name),
          ...(kind === 'DaemonSet' ? {} : { replicas: 2 }),
          ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        }
  return put(client, type, { metadata: { namespace, name }, spec })
}

export interface Decision {
  kind?: string
  namespace: string
  name: string
  container: Omit<KnownContainer, 'name' | 'message'> & { message?: string }
  group?: string
  status: InstrumentationConfigStatus
}

/** Writes an InstrumentationConfig and its status, as instrumentor and scheduler do. */
export const putDecision = (client: KubeClient, decision: Decision): Promise<void> => {
  const { kind = 'Deployment', namespace, name, container, group, status } = decision
  const known: KnownContainer = { name, message: REASONS[container.reason].meaning, ...container }
  const observation = observationOf(known)
  return put(client, RESOURCES.instrumentationConfigs, {
    metadata: {
      namespace,
      name: instrumentationConfigName(kind, name),
      labels: { 'app.kubernetes.io/managed-by': 'odigos' },
    },
    spec: {
      workload: { apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1', kind, name },
      serviceName: name,
      containers: [decisionOf(known)],
      ...(group
        ? { pipeline: { collectorsGroup: group, endpoint: 'http://$(NODE_IP):4318', signals: ['traces', 'metrics'] } }
        : {}),
    },
    status: { ...status, ...(observation ? { containers: [observation] } : {}) },
  })
}

export const putCollectors = (
  client: KubeClient,
  name: string,
  role: 'Node' | 'Gateway',
  counts: { ready: number; desired: number },
): Promise<void> =>
  put(client, RESOURCES.collectorsGroups, {
    metadata: { namespace: SYSTEM_NAMESPACE, name },
    spec: {
      role,
      signals: ['traces', 'metrics'],
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
      ...(role === 'Node' ? {} : { replicas: { min: 1, max: 5 } }),
    },
    status: {
      readyReplicas: counts.ready,
      desiredReplicas: counts.desired,
      conditions: [
        counts.ready >= counts.desired
          ? condition('Ready', 'True', 'Deployed')
          : condition('Ready', 'False', 'RollingOut', `${counts.ready} of ${counts.desired} collectors are ready`),
      ],
    },
  })

export const putDestination = (
  client: KubeClient,
  name: string,
  spec: object,
  conditions: Condition[],
): Promise<void> =>
  put(client, RESOURCES.destinations, { metadata: { namespace: SYSTEM_NAMESPACE, name }, spec, status: { conditions } })

const pods = (total: number, instrumented: number, missed = 0) => ({
  pods: { total, instrumented, outdated: total - instrumented - missed, missed },
})

const SHOP: Decision[] = [
  {
    namespace: 'shop',
    name: 'storefront',
    group: 'node',
    container: {
      language: 'nodejs',
      runtimeVersion: '24.21.0',
      libc: 'glibc',
      confidence: 'high',
      agent: 'nodejs',
      reason: 'AgentSelected',
      evidence: ['exe /usr/local/bin/node', 'NODE_VERSION=24.21.0 in the environment', 'cmdline node server.js'],
      settings: [{ name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.5' }],
    },
    status: {
      state: 'Instrumented',
      ...pods(2, 2),
      conditions: [
        condition('Detected', 'True', 'Detected'),
        condition('PipelineAssigned', 'True', 'PipelineAssigned'),
        condition('RestartRequired', 'False', 'UpToDate'),
        condition('Instrumented', 'True', 'TelemetryArrives'),
      ],
      lastSeen: { traces: '2026-11-23T10:00:00Z' },
      agents: [
        {
          name: 'storefront',
          agent: 'nodejs',
          version: '1.2.3',
          outcome: 'Loaded',
          reason: 'AgentLoaded',
          loaded: 2,
          stoodBack: 1,
          time: '2026-11-23T09:00:00Z',
        },
      ],
    },
  },
  {
    namespace: 'shop',
    name: 'cart',
    group: 'node',
    container: {
      language: 'python',
      runtimeVersion: '3.13.1',
      libc: 'glibc',
      confidence: 'high',
      agent: 'python',
      reason: 'AgentSelected',
      evidence: ['exe /usr/bin/python3.13', 'libpython3.13.so.1.0 mapped', 'cmdline gunicorn cart:app'],
    },
    status: {
      state: 'RestartRequired',
      ...pods(2, 0),
      conditions: [
        condition('Detected', 'True', 'Detected'),
        condition('RestartRequired', 'True', 'RestartRequired'),
        condition('Instrumented', 'False', 'RestartRequired', '0 of 2 pods carry the agent'),
      ],
    },
  },
  {
    namespace: 'shop',
    name: 'catalogue',
    group: 'node',
    container: {
      language: 'java',
      runtimeVersion: '17.0.13',
      libc: 'glibc',
      confidence: 'high',
      agent: 'java',
      reason: 'AgentSelected',
      evidence: ['exe /usr/lib/jvm/java-17/bin/java', 'libjvm.so mapped'],
    },
    status: {
      state: 'RestartRequired',
      ...pods(2, 1),
      conditions: [condition('RestartRequired', 'True', 'RestartRequired')],
    },
  },
  {
    namespace: 'shop',
    name: 'pricing',
    group: 'node',
    container: {
      language: 'go',
      runtimeVersion: '1.26.2',
      libc: 'none',
      confidence: 'high',
      agent: 'go-ebpf',
      reason: 'AgentSelected',
      executable: '/app/pricing',
      evidence: ['.go.buildinfo in /app/pricing: go1.26.2'],
    },
    status: {
      state: 'NothingArrives',
      ...pods(1, 1),
      cause: 'AgentStoodBack',
      agents: [
        {
          name: 'pricing',
          agent: 'go-ebpf',
          outcome: 'Failed',
          reason: 'AgentFailed',
          message: 'no permission to load a probe',
          failed: 1,
          time: '2026-11-23T09:00:00Z',
        },
      ],
      conditions: [condition('Instrumented', 'False', 'NothingArrives')],
    },
  },
  {
    kind: 'StatefulSet',
    namespace: 'shop',
    name: 'postgres',
    container: {
      language: 'infrastructure',
      confidence: 'high',
      reason: 'Infrastructure',
      evidence: ['exe /usr/lib/postgresql/17/bin/postgres'],
    },
    status: {
      state: 'NotInstrumented',
      ...pods(1, 0),
      conditions: [condition('Instrumented', 'False', 'NothingToInstrument')],
    },
  },
  {
    namespace: 'shop',
    name: 'reviews',
    container: { language: 'ruby', runtimeVersion: '3.4.1', confidence: 'high', reason: 'NotSupported' },
    status: { state: 'NotInstrumented', ...pods(2, 0), conditions: [condition('Detected', 'True', 'Detected')] },
  },
  {
    kind: 'CronJob',
    namespace: 'shop',
    name: 'invoices',
    container: { reason: 'NoRunningPods' },
    status: { state: 'Detecting', conditions: [condition('Detected', 'Unknown', 'NoRunningPods')] },
  },
]

const OTHERS: [namespace: string, kind: string, name: string][] = [
  ['payments', 'Deployment', 'checkout'],
  ['payments', 'Deployment', 'ledger'],
  ['payments', 'StatefulSet', 'ledger-store'],
  ['kube-system', 'Deployment', 'coredns'],
  ['kube-system', 'DaemonSet', 'kube-proxy'],
]

/** Workloads only, none opted in: a new cluster. */
export const putFirstDay = async (client: KubeClient): Promise<void> => {
  for (const name of ['shop', 'payments', SYSTEM_NAMESPACE]) await putNamespace(client, name)
  for (const { kind = 'Deployment', namespace, name } of SHOP) await putWorkload(client, kind, namespace, name)
  for (const [namespace, kind, name] of OTHERS) await putWorkload(client, kind, namespace, name)
}

/** The shop in use: instrumented, waiting for restarts, not instrumented; one valid and one invalid destination. */
export const putShopInUse = async (client: KubeClient): Promise<void> => {
  await putFirstDay(client)
  await putNamespace(client, 'shop', { [OPT_LABEL]: 'enabled' })
  for (const decision of SHOP) await putDecision(client, decision)
  await putCollectors(client, NODE_COLLECTOR_NAME, 'Node', { ready: 3, desired: 3 })
  await putCollectors(client, GATEWAY_NAME, 'Gateway', { ready: 1, desired: 2 })
  await putDestination(
    client,
    'tempo',
    { type: 'otlp', displayName: 'Tempo', signals: ['traces'], fields: { endpoint: 'tempo.observability:4317' } },
    [condition('Accepted', 'True', 'Valid'), condition('Ready', 'True', 'Deployed')],
  )
  await putDestination(
    client,
    'events',
    { type: 'kafka', displayName: 'Event bus', signals: ['traces', 'logs'], fields: { mechanism: 'PLAIN' } },
    [condition('Accepted', 'False', 'MissingField', 'Brokers (brokers) is empty')],
  )
}
