import type { Container, Volume, VolumeMount } from '../../api/kubernetes.ts'
import { AGENT_MOUNT_ROOT, SDK_VARIABLES } from '../../api/names.ts'
import type { Agent } from '../../api/vocabulary.ts'
import { isSameImage } from '../pod/image-reference.ts'
import { freeName } from '../pod/free-name.ts'
import type { AgentSubject, FilesAgent } from '../agents/agent.ts'
import { initContainerResources } from '../resources/added-resources.ts'
import { restrictedContext } from './security.ts'
import type { ContainerSubject } from '../rule.ts'

/** Folder of the agent's files in its image, and the folder that the init container copies them to. */
const IMAGE_DIR = '/agent'
const TARGET_DIR = '/odigos-agent'
/** Names of the init containers and volumes begin with it. */
export const COPY_PREFIX = 'odigos-agent-'

/** How the files of one agent reach the pod: what is added unless it exists. */
export interface Delivery {
  volume: Volume
  volumeExists: boolean
  /** Mount for an application container. */
  mount: VolumeMount
}

/** Path of an agent's files in an application container. */
export const mountPathOf = (agent: Agent): string => `${AGENT_MOUNT_ROOT}/${agent}`

/** Volumes that may be ours: a user's volume can look the same, but ours is mounted at the agent's path. */
const ownVolumes = ({ pod, container }: Pick<ContainerSubject, 'pod' | 'container'>, agent: Agent): string[] => {
  const path = mountPathOf(agent)
  const mounted = (container.volumeMounts ?? []).filter(({ mountPath }) => mountPath === path).map(({ name }) => name)
  const volumes = (pod.spec.volumes ?? []).filter(({ emptyDir, image }) => emptyDir ?? image)
  return volumes.map(({ name }) => name).filter((name) => mounted.includes(name))
}

type FilesSubject = AgentSubject<FilesAgent>

/** The volume with an agent's files: filled by an init container, or the agent's image itself. */
export const deliverFiles = ({ pod, container, agent, context, wasInjected }: FilesSubject): Delivery => {
  const { settings, images } = context
  const isImage = settings.agentDelivery === 'ImageVolume'
  const source: Omit<Volume, 'name'> = isImage
    ? { image: { reference: images.agent(agent.name), pullPolicy: images.pullPolicy } }
    : { emptyDir: { sizeLimit: `${agent.sizeMiB}Mi` } }
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]))
  // A volume from an older version stays unchanged.
  const own = wasInjected ? ownVolumes({ pod, container }, agent.name) : []
  const name = freeName(`${COPY_PREFIX}${agent.name}`, new Set(volumes.keys()), (taken) => own.includes(taken))
  const volume = volumes.get(name) ?? { name, ...source }
  return {
    volume,
    volumeExists: volumes.has(name),
    mount: {
      name,
      mountPath: mountPathOf(agent.name),
      readOnly: true,
      ...(volume.emptyDir ? {} : { subPath: IMAGE_DIR.slice(1) }),
    },
  }
}

const isConfigured = ({ container, agent, spec }: AgentSubject): boolean =>
  agent.delivery === 'configuration' &&
  (container.env ?? []).some(({ name, value }) => name === SDK_VARIABLES.endpoint && value === spec.pipeline?.endpoint)

/** Whether an earlier admission injected the agent. The annotation alone is no proof: it can be copied. */
export const carriesAgent = (subject: AgentSubject): boolean => {
  const { pod, container, agent, context, wasInjected } = subject
  if (!wasInjected) return false
  return (
    isConfigured(subject) ||
    ownVolumes({ pod, container }, agent.name).length > 0 ||
    (pod.spec.initContainers ?? []).some(
      ({ image, restartPolicy }) => restartPolicy === 'Always' && isSameImage(image, context.images.agent(agent.name)),
    )
  )
}

/** The container that copies an agent's files into their volume, with the resources of the container that it serves. */
export const copyContainer = (
  { pod, container: served, agent, context, wasInjected }: FilesSubject,
  delivery: Delivery,
): { container: Container; exists: boolean } => {
  const image = context.images.agent(agent.name)
  const initContainers = pod.spec.initContainers ?? []
  const taken = new Set([...pod.spec.containers, ...initContainers].map(({ name }) => name))
  const copying = wasInjected ? initContainers.filter((each) => isSameImage(each.image, image)) : []
  const ours = new Set(copying.map(({ name }) => name))
  const name = freeName(`${COPY_PREFIX}${agent.name}`, taken, (other) => ours.has(other))
  const resources = initContainerResources(served)
  const container: Container = {
    name,
    image,
    imagePullPolicy: context.images.pullPolicy,
    command: ['/bin/cp', '-r', `${IMAGE_DIR}/.`, `${TARGET_DIR}/`],
    volumeMounts: [{ name: delivery.volume.name, mountPath: TARGET_DIR }],
    ...(resources ? { resources } : {}),
    securityContext: restrictedContext(served, pod.spec),
  }
  return { container, exists: ours.has(name) }
}

const normalised = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/**
 * The container's mount at, above or below the agent's folder, if any: a mount inside a user's volume would write to that
 * volume, and fail if it is read-only.
 */
export const conflictingMount = (container: Container, delivery: Delivery): VolumeMount | undefined => {
  const ours = delivery.mount.mountPath
  return (container.volumeMounts ?? []).find((mount) => {
    if (delivery.volumeExists && mount.name === delivery.volume.name && mount.mountPath === ours) return false
    const theirs = normalised(mount.mountPath)
    return theirs === ours || theirs === '/' || ours.startsWith(`${theirs}/`) || theirs.startsWith(`${ours}/`)
  })
}
