import type { KubeObject, Metadata, Pod } from '../../../api/kubernetes.ts'
import type { InjectionEntry } from '../../../api/agents/injection-annotation.ts'
import { parseInjection } from '../../../api/agents/injection-annotation.ts'
import { INJECTION_HASH_ANNOTATION } from '../../../api/names.ts'
import type { Cached } from '../../../kube/types.ts'
import type { Print } from './container-facts.ts'
import { entryOf, environmentOf, ownVariables, readsSecret } from './container-facts.ts'
import { keptMetadata } from './kept-metadata.ts'

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
  /** Images of the agents that the webhook added; absent where there are none. */
  agentImages?: string[]
}

/** Prefix of the names of all containers that the webhook adds. */
const ADDED_PREFIX = 'odigos-'

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

/** Whichever way the agent is delivered: by a container that copies it, as a sidecar, or as a volume. */
const agentImagesOf = ({ spec }: Pod): Pick<PodView, 'agentImages'> => {
  const agentImages = [
    ...(spec.initContainers ?? []).map(({ name, image }) => ({ name, image })),
    ...(spec.volumes ?? []).map(({ name, image }) => ({ name, image: image?.reference })),
  ].flatMap(({ name, image }) => (name.startsWith(ADDED_PREFIX) && image ? [image] : []))
  return agentImages.length > 0 ? { agentImages } : {}
}

/** What the webhook wrote for each container; empty where there is nothing or it is malformed. */
export const injectedContainers = ({ metadata }: Pick<PodView, 'metadata'>): ReadonlyMap<string, InjectionEntry> =>
  parseInjection(metadata.annotations)

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
      ...specOf(pod, status.name, injected.get(status.name)?.agent !== undefined),
      containerId: status.containerID?.replace(/^.*:\/\//, ''),
      isRunning: status.state?.running !== undefined,
      isReady: status.ready,
      restartCount: status.restartCount,
      waitingReason: status.state?.waiting?.reason,
    })),
    added: (pod.status?.initContainerStatuses ?? [])
      .filter(({ name }) => name.startsWith(ADDED_PREFIX))
      .map(({ name, state }) => ({ name, waitingReason: state?.waiting?.reason })),
    ...agentImagesOf(pod),
  }
}

/** Hash of the decision that the pod carries, written by the webhook. */
export const injectedHash = (pod: PodView): string | undefined => pod.metadata.annotations?.[INJECTION_HASH_ANNOTATION]

export const hasAgent = (pod: PodView): boolean => [...injectedContainers(pod).values()].some(({ agent }) => agent)

/** Whether every container with an agent has been started, even if it crashed since. */
export const hasStarted = (pod: PodView): boolean => {
  const injected = injectedContainers(pod)
  const started = new Set(pod.containers.flatMap(({ name, containerId }) => (containerId ? [name] : [])))
  return [...injected].every(([name, { agent }]) => !agent || started.has(name))
}

/** Whether the pod runs or is about to. */
export const isAlive = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
