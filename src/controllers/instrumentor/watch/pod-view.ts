import type { ContainerStatus, KubeObject, Metadata, Pod } from '../../../api/kubernetes.ts'
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
  /** How it ended, now or before its last restart. */
  ended?: Ending
  /** When it started, where it runs. */
  startedAt?: string
}

/** How a container ended. */
export interface Ending {
  exitCode: number
  reason: string | undefined
  at: string | undefined
  /** Whether it has not been started again. */
  isCurrent: boolean
  /** How it ended the time before, where that is still known. */
  reasonBefore?: string
}

/** A container, or volume, that the webhook added. */
export interface AddedView {
  name: string
  waitingReason: string | undefined
  isSidecar?: boolean
  isRunning?: boolean
  restartCount?: number
  ended?: Ending
}

/** What the instrumentor keeps of a pod. */
export interface PodView extends Cached {
  metadata: Metadata & { name: string; namespace: string }
  nodeName: string | undefined
  podIP?: string
  phase: string
  containers: ContainerView[]
  /** Containers that the webhook added before those of the user: what copies an agent, and eBPF sidecars. */
  added: AddedView[]
  /** Images of the agents that the webhook added; absent where there are none. */
  agentImages?: string[]
  /** Since when the kubelet of its node has it. */
  startTime?: string
  /** Since when all of its containers are ready, or are not. */
  readiness?: { isReady: boolean; since: string }
  /** Why the pod itself failed, whatever its containers did: it was evicted, or its node ended. */
  failure?: string
  /** Whether its containers see each other's processes. */
  sharesProcesses?: true
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

const endingOf = ({ state, lastState }: ContainerStatus): { ended?: Ending } => {
  const [now, before] = [state?.terminated, lastState?.terminated]
  const ended = now ?? before
  if (!ended) return {}
  const { exitCode, reason, finishedAt: at } = ended
  const reasonBefore = now && before?.reason
  return { ended: { exitCode, reason, at, isCurrent: now !== undefined, ...(reasonBefore ? { reasonBefore } : {}) } }
}

/** What the webhook added to the pod, and what became of it. */
const addedOf = ({ spec, status }: Pod): AddedView[] => {
  const isSidecar = (name: string): boolean =>
    spec.initContainers?.some((each) => each.name === name && each.restartPolicy === 'Always') === true
  return (status?.initContainerStatuses ?? [])
    .filter(({ name }) => name.startsWith(ADDED_PREFIX))
    .map((each) => ({
      name: each.name,
      waitingReason: each.state?.waiting?.reason,
      ...(isSidecar(each.name) ? { isSidecar: true } : {}),
      ...(each.state?.running ? { isRunning: true } : {}),
      ...(each.restartCount > 0 ? { restartCount: each.restartCount } : {}),
      ...endingOf(each),
    }))
}

/** Volumes with an agent's image that cannot be pulled: the containers that mount them wait in their place. */
const stuckVolumes = ({ spec, status }: Pod): AddedView[] => {
  const waiting = (status?.containerStatuses ?? []).flatMap(({ state }) => (state?.waiting ? [state.waiting] : []))
  return (spec.volumes ?? []).flatMap(({ name, image }) => {
    const reference = name.startsWith(ADDED_PREFIX) ? image?.reference : undefined
    const stuck = reference && waiting.find(({ message }) => message?.includes(reference))
    return stuck ? [{ name, waitingReason: stuck.reason }] : []
  })
}

const outcomeOf = ({ spec, status }: Pod): Pick<PodView, 'readiness' | 'failure' | 'sharesProcesses'> => {
  const ready = status?.conditions?.find(({ type }) => type === 'ContainersReady')
  const since = ready?.lastTransitionTime
  return {
    ...(ready && since ? { readiness: { isReady: ready.status === 'True', since } } : {}),
    ...(status?.reason ? { failure: status.reason } : {}),
    ...(spec.shareProcessNamespace ? { sharesProcesses: true } : {}),
  }
}

const addressOf = ({ status: { podIP, startTime } = {} }: Pod): Pick<PodView, 'podIP' | 'startTime'> => ({
  ...(podIP ? { podIP } : {}),
  ...(startTime ? { startTime } : {}),
})

export const podView = (object: KubeObject): PodView => {
  const pod = object as unknown as Pod
  const metadata = keptMetadata(object.metadata)
  const injected = injectedContainers({ metadata })
  return {
    metadata,
    nodeName: pod.spec.nodeName,
    ...addressOf(pod),
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
      ...endingOf(status),
      ...(status.state?.running?.startedAt ? { startedAt: status.state.running.startedAt } : {}),
    })),
    added: [...addedOf(pod), ...stuckVolumes(pod)],
    ...agentImagesOf(pod),
    ...outcomeOf(pod),
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

/** When the pod was created (ms); the beginning of time where that is not known. */
export const createdMs = ({ metadata }: PodView): number => Date.parse(metadata.creationTimestamp ?? '') || 0

/** Whether the pod runs or is about to. */
export const isAlive = (pod: PodView): boolean =>
  !pod.metadata.deletionTimestamp && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
