/** Finds the container that a process belongs to. Pure. */
import type { DetectorTarget } from '../api/detector-protocol.ts'

const HEX_64 = /[0-9a-f]{64}/g
/** CRI-O's monitor of a container has the container's id in its own cgroup, but is not in it. */
const MONITOR = /crio-conmon-[0-9a-f]{64}/

/**
 * The runtime's id (64 hexadecimal digits) in `cgroup`, of any shape: version 1 or 2, systemd or cgroupfs, nested or
 * relative. The last id of a line counts, because a node can itself run in a container.
 */
export const containerIdOf = (cgroup: string): string | undefined => {
  if (MONITOR.test(cgroup)) return undefined
  for (const line of cgroup.split('\n')) {
    const id = line.match(HEX_64)?.at(-1)
    if (id) return id
  }
  return undefined
}

/** What `mountinfo` tells: the kubelet mounts a file from `…/pods/<uid>/containers/<name>/<hash>` into each container. */
export const mountedContainerOf = (mountinfo: string): { podUid: string; name: string } | undefined => {
  const match = /\/pods\/([0-9a-f-]{32,36})\/containers\/([a-z0-9.-]+)\//.exec(mountinfo)
  return match?.[1] && match[2] ? { podUid: match[1], name: match[2] } : undefined
}

/** Answers which container of the targets a process belongs to, as `<target>/<container>` positions. */
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
      // No id in sight, or that of a container which has been started again since the targets were chosen.
      const mounted = mountedContainerOf(mountinfo())
      return mounted && byName.get(`${mounted.podUid}/${mounted.name}`)
    },
  }
}
