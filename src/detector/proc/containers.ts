/** Finds the container that a process belongs to. Pure. */
import type { DetectorTarget } from '../../api/detector-protocol.ts'

const HEX_64 = /[0-9a-f]{64}/g
/** CRI-O's monitor has its container's ID in its own cgroup, but does not run in the container. */
const MONITOR = /crio-conmon-[0-9a-f]{64}/

/**
 * The runtime's ID (64 hexadecimal digits) in `cgroup`, in any format: version 1 or 2, systemd or cgroupfs, nested or
 * relative. The last ID of a line counts, because a node can itself run in a container.
 */
export const containerIdOf = (cgroup: string): string | undefined => {
  if (MONITOR.test(cgroup)) return undefined
  for (const line of cgroup.split('\n')) {
    const id = line.match(HEX_64)?.at(-1)
    if (id) return id
  }
  return undefined
}

const UID = /pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])/g
const withoutDashes = (uid: string): string => uid.replaceAll(/[-_]/g, '')

/** Whether a cgroup may belong to the pod: it names the pod or none. The last pod of a line counts, as with the ID. */
const mayBeOfPod = (cgroup: string, podUid: string): boolean =>
  cgroup.split('\n').every((line) => {
    const named = [...line.matchAll(UID)].at(-1)?.[1]
    return named === undefined || withoutDashes(named) === withoutDashes(podUid)
  })

/**
 * The mount in `mountinfo` that identifies a container: the kubelet mounts `…/pods/<uid>/containers/<name>/<hash>` into
 * each container, for its termination message. At other paths a container can mount a lookalike.
 */
const KUBELET_MOUNT =
  /^\S+ \S+ \S+ [^ ]*\/pods\/([0-9a-f-]{32,36})\/containers\/([a-z0-9.-]+)\/[0-9a-f]+ \/dev\/termination-log /m

/** The container that a process's `mountinfo` names, regardless of its cgroup. */
export const mountedContainerOf = (mountinfo: string): { podUid: string; name: string } | undefined => {
  const match = KUBELET_MOUNT.exec(mountinfo)
  return match?.[1] && match[2] ? { podUid: match[1], name: match[2] } : undefined
}

/** Returns the container of the targets that a process belongs to, as `<target>/<container>` positions. */
export const createContainerIndex = (targets: readonly DetectorTarget[]) => {
  const byId = new Map<string, string>()
  const byName = new Map<string, string>()
  targets.forEach(({ podUid, containers }, target) => {
    containers.forEach(({ name, containerId }, container) => {
      byId.set(containerId, `${target}/${container}`)
      byName.set(`${podUid}/${name}`, `${target}/${container}`)
    })
  })
  return {
    find: (cgroup: string, mountinfo: () => string): string | undefined => {
      if (MONITOR.test(cgroup)) return undefined
      const byRuntimeId = byId.get(containerIdOf(cgroup) ?? '')
      if (byRuntimeId !== undefined) return byRuntimeId
      // No ID, or that of a container that has restarted since the targets were chosen.
      const mounted = mountedContainerOf(mountinfo())
      if (!mounted || !mayBeOfPod(cgroup, mounted.podUid)) return undefined
      return byName.get(`${mounted.podUid}/${mounted.name}`)
    },
  }
}
