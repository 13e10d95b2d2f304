import type { KubeObject, Metadata, OwnerReference, Pod, PodTemplate } from '../../../api/kubernetes.ts'
import { INJECTION_ANNOTATION, INJECTION_HASH_ANNOTATION } from '../../../api/names.ts'
import type { Cached } from '../../../kube/types.ts'
import type { Print } from './fingerprint.ts'
import { entryOf, environmentOf } from './fingerprint.ts'
import { ownVariables, readsSecret } from './runtime-env.ts'
import type { UpdateStrategy } from './update-strategy.ts'
import { updateStrategyOf } from './update-strategy.ts'

/** What the instrumentor keeps of a workload: no more than its decisions need. */
export interface WorkloadView extends Cached {
  apiVersion: string
  kind: string
  metadata: Metadata & { name: string; namespace: string }
  containers: {
    name: string
    image: string
    /** See `entryOf`. */
    entry: string
    /** See `ownVariables`. */
    variables: string[]
  }[]
  /**
   * Pods that are wanted, ready, of the current revision, and all that there are; `isObserved` where these numbers are
   * about the latest change. Absent for kinds that have none.
   */
  replicas?: { desired: number; ready: number; updated: number; total: number; isObserved: boolean }
  paused: boolean
  /** `Rolling` where absent. */
  strategy?: UpdateStrategy
}

export interface ContainerView extends Print {
  name: string
  /** Image as the pod names it. */
  imageReference: string
  /** See `ownVariables`. */
  variables: string[]
  readsSecret: boolean
  containerId: string | undefined
  isRunning: boolean
  isReady: boolean
  restartCount: number
  waitingReason: string | undefined
}

/** What the instrumentor keeps of a pod. */
export interface PodView extends Cached {
  metadata: Metadata & { name: string; namespace: string }
  nodeName: string | undefined
  phase: string
  containers: ContainerView[]
  /** Containers that the webhook added before those of the user: what copies an agent, and eBPF sidecars. */
  added: { name: string; waitingReason: string | undefined }[]
}

type Fields = Record<string, unknown>
const asFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Names of all containers that the webhook adds begin so. */
const ADDED_PREFIX = 'odigos-'

/** Annotations that decisions look at; the rest can be large and is not kept. */
const ownAnnotations = (annotations: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => name.includes('odigos.io/')))

const keptMetadata = (metadata: Metadata & { name: string }): Metadata & { name: string; namespace: string } => ({
  name: metadata.name,
  namespace: metadata.namespace ?? '',
  ...(metadata.uid ? { uid: metadata.uid } : {}),
  ...(metadata.generation === undefined ? {} : { generation: metadata.generation }),
  ...(metadata.creationTimestamp ? { creationTimestamp: metadata.creationTimestamp } : {}),
  ...(metadata.deletionTimestamp ? { deletionTimestamp: metadata.deletionTimestamp } : {}),
  labels: metadata.labels ?? {},
  annotations: ownAnnotations(metadata.annotations),
  ownerReferences: (metadata.ownerReferences ?? []).map(
    ({ apiVersion, kind, name, uid, controller }): OwnerReference => ({
      apiVersion,
      kind,
      name,
      uid,
      controller: controller ?? false,
    }),
  ),
})

const templateOf = (object: KubeObject): PodTemplate | undefined => {
  const spec = asFields(object['spec'])
  const jobSpec = object.kind === 'CronJob' ? asFields(asFields(spec['jobTemplate'])['spec']) : spec
  return jobSpec['template'] as PodTemplate | undefined
}

/** Replica counts, by the names that each kind uses for them. */
const replicasOf = (object: KubeObject): WorkloadView['replicas'] => {
  const spec = asFields(object['spec'])
  const status = asFields(object['status'])
  const isObserved = asNumber(status['observedGeneration']) >= (object.metadata.generation ?? 0)
  if (object.kind === 'DaemonSet') {
    return {
      desired: asNumber(status['desiredNumberScheduled']),
      ready: asNumber(status['numberReady']),
      updated: asNumber(status['updatedNumberScheduled']),
      total: asNumber(status['currentNumberScheduled']),
      isObserved,
    }
  }
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return undefined
  return {
    desired: typeof spec['replicas'] === 'number' ? spec['replicas'] : 1,
    ready: asNumber(status['readyReplicas']),
    updated: asNumber(status['updatedReplicas']),
    total: asNumber(status['replicas']),
    isObserved,
  }
}

export const workloadView = (object: KubeObject): WorkloadView => {
  const replicas = replicasOf(object)
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: keptMetadata(object.metadata),
    containers: (templateOf(object)?.spec.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      entry: entryOf(container),
      variables: ownVariables(container),
    })),
    ...(replicas ? { replicas } : {}),
    paused: asFields(object['spec'])['paused'] === true,
    strategy: updateStrategyOf(object),
  }
}

const specOf = (
  pod: Pod,
  name: string,
  isInjected: boolean,
): Pick<ContainerView, 'imageReference' | 'entry' | 'environment' | 'variables' | 'readsSecret'> => {
  const container = pod.spec.containers.find((each) => each.name === name) ?? { name }
  return {
    imageReference: container.image ?? '',
    entry: entryOf(container),
    environment: isInjected ? '' : environmentOf(container),
    variables: ownVariables(container),
    readsSecret: readsSecret(container),
  }
}

/** What the webhook wrote for each container; empty where it wrote nothing or something that is not understood. */
export const injectedContainers = (
  pod: Pick<PodView, 'metadata'>,
): Record<string, { agent?: string; reason?: string }> => {
  try {
    return asFields(JSON.parse(pod.metadata.annotations?.[INJECTION_ANNOTATION] ?? '{}')) as never
  } catch {
    return {}
  }
}

export const podView = (object: KubeObject): PodView => {
  const pod = object as unknown as Pod
  const metadata = keptMetadata(object.metadata)
  const injected = injectedContainers({ metadata })
  return {
    metadata,
    nodeName: pod.spec.nodeName,
    phase: pod.status?.phase ?? 'Unknown',
    containers: (pod.status?.containerStatuses ?? []).map((status) => ({
      name: status.name,
      image: status.imageID,
      ...specOf(pod, status.name, injected[status.name]?.agent !== undefined),
      containerId: status.containerID?.replace(/^.*:\/\//, ''),
      isRunning: status.state?.running !== undefined,
      isReady: status.ready,
      restartCount: status.restartCount,
      waitingReason: status.state?.waiting?.reason,
    })),
    added: (pod.status?.initContainerStatuses ?? [])
      .filter(({ name }) => name.startsWith(ADDED_PREFIX))
      .map(({ name, state }) => ({ name, waitingReason: state?.waiting?.reason })),
  }
}

/** Hash of the decision that the pod carries, written by the webhook. */
export const injectedHash = (pod: PodView): string | undefined => pod.metadata.annotations?.[INJECTION_HASH_ANNOTATION]

export const hasAgent = (pod: PodView): boolean => Object.values(injectedContainers(pod)).some(({ agent }) => agent)

/** Whether the pod runs or is about to. */
export const isAlive = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
