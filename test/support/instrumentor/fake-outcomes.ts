/** In place of kubelets and the controller of Jobs: pods with and without an agent, and what becomes of them. */
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'

const NAMESPACE = 'shop'
const BY_TEST = { fieldManager: 'test' }

interface ContainerOutcome {
  state?: object
  lastState?: object
  restartCount?: number
  ready?: boolean
}

export interface PodOutcome {
  phase?: string
  isInjected?: boolean
  isShared?: boolean
  app?: ContainerOutcome
  neighbour?: ContainerOutcome
  /** Whether the neighbour has an agent as well. */
  hasTwoAgents?: boolean
  copy?: ContainerOutcome
  sidecar?: ContainerOutcome
}

const INJECTED = {
  'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}',
  'odigos.io/injection-hash': 'test',
}

const BOTH_INJECTED = {
  ...INJECTED,
  'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"},"side":{"agent":"nodejs","reason":"Injected"}}',
}

const statusOf = (name: string, outcome: ContainerOutcome): object => ({
  name,
  image: 'x',
  imageID: 'sha256:x',
  ready: true,
  restartCount: 0,
  ...(outcome.state && !('waiting' in outcome.state) ? { containerID: `containerd://${'1'.repeat(64)}` } : {}),
  ...outcome,
})

const statusesOf = (outcomes: Record<string, ContainerOutcome | undefined>): object[] =>
  Object.entries(outcomes).flatMap(([name, outcome]) => (outcome ? [statusOf(name, outcome)] : []))

const container = (name: string, more: object = {}): object => ({ name, image: `${name}:1`, ...more })

const specOf = ({ isShared, neighbour, copy, sidecar }: PodOutcome, restartPolicy: string): object => ({
  nodeName: 'node-1',
  terminationGracePeriodSeconds: 0,
  restartPolicy,
  ...(isShared ? { shareProcessNamespace: true } : {}),
  containers: [container('app'), ...(neighbour ? [container('side')] : [])],
  initContainers: [
    ...(copy ? [container('odigos-agent-nodejs', { image: 'odigos.local/agent-nodejs:dev' })] : []),
    ...(sidecar
      ? [container('odigos-go-ebpf', { image: 'odigos.local/agent-go-ebpf:dev', restartPolicy: 'Always' })]
      : []),
  ],
})

export const createOutcomes = (client: KubeClient) => {
  let pods = 0
  const create = async (
    metadata: object & { name: string },
    outcome: PodOutcome,
    restartPolicy: string,
  ): Promise<string> => {
    const spec = specOf(outcome, restartPolicy)
    await client.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec }, BY_TEST)
    const { app = {}, neighbour, copy, sidecar, phase = 'Running' } = outcome
    const status = {
      phase,
      containerStatuses: statusesOf({ app, side: neighbour }),
      initContainerStatuses: statusesOf({ 'odigos-agent-nodejs': copy, 'odigos-go-ebpf': sidecar }),
    }
    const ref = { type: RESOURCES.pods, namespace: NAMESPACE, name: metadata.name }
    await client.mergePatch(ref, { status }, { fieldManager: 'kubelet', subresource: 'status' })
    return metadata.name
  }

  const template = { spec: { restartPolicy: 'Never', containers: [container('app')] } }
  return {
    /** A pod of a Deployment, with an agent. */
    pod: (name: string, outcome: PodOutcome): Promise<string> => {
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-new`, uid: 'u', controller: true }
      const metadata = {
        name: `${name}-new-${(pods += 1)}`,
        namespace: NAMESPACE,
        labels: { app: name, 'pod-template-hash': 'new' },
        annotations: outcome.hasTwoAgents ? BOTH_INJECTED : INJECTED,
        ownerReferences: [owner],
      }
      return create(metadata, outcome, 'Always')
    },
    /** A StatefulSet with a pod. */
    statefulSet: async (name: string): Promise<void> => {
      const labels = { app: name }
      const spec = {
        serviceName: name,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container('app')] } },
      }
      const metadata = { name, namespace: NAMESPACE }
      const set: KubeObject = await client.create(
        RESOURCES.statefulSets,
        { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec },
        BY_TEST,
      )
      const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: set.metadata.uid ?? '', controller: true }
      const state = { running: { startedAt: new Date().toISOString() } }
      await create(
        { name: `${name}-0`, namespace: NAMESPACE, labels, ownerReferences: [owner] } as { name: string },
        { app: { state } },
        'Always',
      )
    },
    /** An Event of a controller that cannot create a pod. */
    event: ({ kind, name, message }: { kind: string; name: string; message: string }): Promise<unknown> => {
      const now = new Date().toISOString()
      const involvedObject = { apiVersion: 'apps/v1', kind, name, namespace: NAMESPACE }
      const metadata = { name: `${name}.refused`, namespace: NAMESPACE }
      const times = { firstTimestamp: now, lastTimestamp: now }
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata,
        involvedObject,
        reason: 'FailedCreate',
        message,
        type: 'Warning',
        ...times,
      }
      return client.create(RESOURCES.events, event, BY_TEST)
    },
    cronJob: (name: string): Promise<unknown> =>
      client.create(
        RESOURCES.cronJobs,
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: { name, namespace: NAMESPACE },
          spec: { schedule: '* * * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template } } },
        },
        BY_TEST,
      ),
    /** A Job of a CronJob with its pod. */
    run: async (cronJob: string, suffix: string, outcome: PodOutcome): Promise<string> => {
      const name = `${cronJob}-${suffix}`
      const parent = await client.get<KubeObject>({ type: RESOURCES.cronJobs, namespace: NAMESPACE, name: cronJob })
      const uid = parent?.metadata.uid ?? ''
      const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob, uid, controller: true }]
      const job = (await client.create(
        RESOURCES.jobs,
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name, namespace: NAMESPACE, ownerReferences },
          spec: { template },
        },
        BY_TEST,
      )) as KubeObject
      const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid: job.metadata.uid ?? '', controller: true }
      const metadata = {
        name: `${name}-x${(pods += 1)}`,
        namespace: NAMESPACE,
        annotations: outcome.isInjected ? INJECTED : {},
        ownerReferences: [owner],
      }
      return create(metadata, outcome, 'Never')
    },
  }
}
