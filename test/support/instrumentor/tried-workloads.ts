/** Workloads of all kinds with a running pod, in place of their controllers and of the kubelet. */
import type { KubeObject, OwnerReference, PodTemplate } from '../../../src/api/kubernetes.ts'
import { podTemplateOf } from '../../../src/api/workload-kinds.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../../src/kube/types.ts'

const BY_TEST = { fieldManager: 'test' }
const TYPES = {
  Deployment: RESOURCES.deployments,
  StatefulSet: RESOURCES.statefulSets,
  DaemonSet: RESOURCES.daemonSets,
  CronJob: RESOURCES.cronJobs,
  Job: RESOURCES.jobs,
} as const satisfies Record<string, ResourceType>

export interface TriedWorkload {
  kind: keyof typeof TYPES
  namespace: string
  name: string
  template?: { metadata?: PodTemplate['metadata']; spec?: object }
  /** Of the workload, beside the template. */
  spec?: object
}

const workloadOf = ({ kind, namespace, name, template, spec }: TriedWorkload): KubeObject => {
  const isRun = kind === 'Job' || kind === 'CronJob'
  const pod = {
    metadata: { labels: { app: name }, ...template?.metadata },
    spec: {
      ...(isRun ? { restartPolicy: 'Never' } : {}),
      containers: [{ name: 'app', image: 'app:1' }],
      ...template?.spec,
    },
  }
  const ofApps = { selector: { matchLabels: { app: name } }, template: pod, ...spec }
  const ofCronJob = { schedule: '0 * * * *', jobTemplate: { spec: { template: pod } }, ...spec }
  const specs = {
    Deployment: ofApps,
    StatefulSet: ofApps,
    DaemonSet: ofApps,
    CronJob: ofCronJob,
    Job: { template: pod, ...spec },
  }
  const apiVersion = isRun ? 'batch/v1' : 'apps/v1'
  return { apiVersion, kind, metadata: { name, namespace }, spec: specs[kind] }
}

const controllerOf = (kind: string, name: string, uid: string): OwnerReference => {
  if (kind === 'Deployment')
    return { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-abc`, uid, controller: true }
  if (kind === 'CronJob')
    return { apiVersion: 'batch/v1', kind: 'Job', name: `${name}-29000001`, uid, controller: true }
  return { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name, uid, controller: true }
}

const running = (name: string, image: string) => ({
  name,
  image,
  imageID: `sha256:${image}`,
  containerID: `containerd://${'1'.repeat(64)}`,
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: new Date().toISOString() } },
})

const HEALTHY = { replicas: 1, readyReplicas: 1, updatedReplicas: 1, observedGeneration: 100 }
const STATUSES: Record<TriedWorkload['kind'], object> = {
  Deployment: HEALTHY,
  StatefulSet: HEALTHY,
  DaemonSet: {
    desiredNumberScheduled: 1,
    currentNumberScheduled: 1,
    updatedNumberScheduled: 1,
    numberReady: 1,
    numberMisscheduled: 0,
    observedGeneration: 100,
  },
  CronJob: {},
  Job: {},
}

/** Creates a workload that is healthy, and a pod of it that runs, from before anything was instrumented. */
export const createTried = async (client: KubeClient, tried: TriedWorkload): Promise<void> => {
  const { kind, namespace, name } = tried
  const type = TYPES[kind]
  const object = await client.create<KubeObject>(type, workloadOf(tried), BY_TEST)
  const { metadata, spec } = podTemplateOf({ ...object, kind }) ?? { spec: { containers: [] } }
  const labels = { ...metadata?.labels, ...(kind === 'Deployment' ? { 'pod-template-hash': 'abc' } : {}) }
  const ownerReferences = [controllerOf(kind, name, object.metadata.uid ?? '')]
  // Claims of a StatefulSet are no volumes of its template.
  const containers = spec.containers.map(({ volumeMounts: _mounts, ...container }) => container)
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-running`, namespace, labels, ownerReferences },
    spec: { ...spec, containers, nodeName: 'node-1', terminationGracePeriodSeconds: 0 },
  }
  await client.create(RESOURCES.pods, pod, BY_TEST)
  const containerStatuses = containers.map(({ name: container, image = '' }) => running(container, image))
  await client.mergePatch(
    { type: RESOURCES.pods, namespace, name: pod.metadata.name },
    { status: { phase: 'Running', containerStatuses } },
    { fieldManager: 'kubelet', subresource: 'status' },
  )
  await client.mergePatch({ type, namespace, name }, { status: STATUSES[kind] }, { ...BY_TEST, subresource: 'status' })
}

/** When the instrumentor restarted the workload; undefined where it did not. */
export const restartedAt = async (
  client: KubeClient,
  { kind, namespace, name }: TriedWorkload,
): Promise<string | undefined> => {
  const object = await client.get<KubeObject>({ type: TYPES[kind], namespace, name })
  return object && podTemplateOf({ ...object, kind })?.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt']
}
