import type { Container, Volume, VolumeMount } from '../../api/kubernetes.ts'
import { AGENT_MOUNT_ROOT } from '../../api/names.ts'
import type { Agent } from '../../api/vocabulary.ts'
import { isSameImage } from '../pod/image-reference.ts'
import { freeName } from '../pod/free-name.ts'
import type { AgentSubject, FilesAgent } from '../agents/agent.ts'
import { initContainerResources } from '../resources/added-resources.ts'
import { restrictedContext } from './security.ts'
import type { ContainerSubject } from '../rule.ts'

/** Folder of the agent's files in its image, and where an init container puts them. */
const IMAGE_DIR = '/agent'
const TARGET_DIR = '/odigos-agent'

/** How the files of one agent reach the pod: what has to be added, if it is not there already. */
export interface Delivery {
  volume: Volume
  isVolumeThere: boolean
  /** Mount for an application container. */
  mount: VolumeMount
}

/** Where an agent's files appear in an application container. */
export const mountPathOf = (agent: Agent): string => `${AGENT_MOUNT_ROOT}/${agent}`

/** Volumes that can be ours: a volume of the user's can look the same, but ours is mounted where the agent belongs. */
const ownVolumes = ({ pod, container }: Pick<ContainerSubject, 'pod' | 'container'>, agent: Agent): string[] => {
  const path = mountPathOf(agent)
  const mounted = (container.volumeMounts ?? []).filter(({ mountPath }) => mountPath === path).map(({ name }) => name)
  const volumes = (pod.spec.volumes ?? []).filter(({ emptyDir, image }) => emptyDir ?? image)
  return volumes.map(({ name }) => name).filter((name) => mounted.includes(name))
}

type FilesSubject = AgentSubject<FilesAgent>

/** The volume with an agent's files: copied by an init container, or the agent's image itself. */
export const deliverFiles = ({ pod, container, agent, context, wasInjected }: FilesSubject): Delivery => {
  const { settings, images } = context
  const isImage = settings.agentDelivery === 'ImageVolume'
  const source: Omit<Volume, 'name'> = isImage
    ? { image: { reference: images.agent(agent.name), pullPolicy: images.pullPolicy } }
    : { emptyDir: { sizeLimit: `${agent.sizeMiB}Mi` } }
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]))
  // One of an older version stays as it is.
  const own = wasInjected ? ownVolumes({ pod, container }, agent.name) : []
  const name = freeName(`odigos-agent-${agent.name}`, new Set(volumes.keys()), (taken) => own.includes(taken))
  const volume = volumes.get(name) ?? { name, ...source }
  return {
    volume,
    isVolumeThere: volumes.has(name),
    mount: {
      name,
      mountPath: mountPathOf(agent.name),
      readOnly: true,
      ...(volume.emptyDir ? {} : { subPath: IMAGE_DIR.slice(1) }),
    },
  }
}

/** Whether an earlier admission put the agent there, which the annotation alone does not prove: it can be copied. */
export const carriesAgent = ({ pod, container, agent, context, wasInjected }: AgentSubject): boolean =>
  wasInjected &&
  (ownVolumes({ pod, container }, agent.name).length > 0 ||
    (pod.spec.initContainers ?? []).some(
      ({ image, restartPolicy }) => restartPolicy === 'Always' && isSameImage(image, context.images.agent(agent.name)),
    ))

/** The container that copies an agent's files into their volume. It uses what the container that it serves may use. */
export const copyContainer = (
  { pod, container: served, agent, context, wasInjected }: FilesSubject,
  delivery: Delivery,
): { container: Container; isThere: boolean } => {
  const image = context.images.agent(agent.name)
  const initContainers = pod.spec.initContainers ?? []
  const taken = new Set([...pod.spec.containers, ...initContainers].map(({ name }) => name))
  const copying = wasInjected ? initContainers.filter((each) => isSameImage(each.image, image)) : []
  const ours = new Set(copying.map(({ name }) => name))
  const name = freeName(`odigos-agent-${agent.name}`, taken, (other) => ours.has(other))
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
  return { container, isThere: ours.has(name) }
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
 * What a container mounts at, above or below the agent's folder: a mount inside a volume of the user's would write into
 * it, and fail where it is read-only.
 */
export const conflictingMount = (container: Container, delivery: Delivery): VolumeMount | undefined => {
  const ours = delivery.mount.mountPath
  return (container.volumeMounts ?? []).find((mount) => {
    if (delivery.isVolumeThere && mount.name === delivery.volume.name && mount.mountPath === ours) return false
    const theirs = normalised(mount.mountPath)
    return theirs === ours || theirs === '/' || ours.startsWith(`${theirs}/`) || theirs.startsWith(`${ours}/`)
  })
}
