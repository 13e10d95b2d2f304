/** The memory that a container uses, from its control group or else from its processes. Pure. */

const V2 = '/sys/fs/cgroup'
const V1 = '/sys/fs/cgroup/memory'

/** Files as a container sees its own control group: used bytes, statistics, and the name of the reclaimable part there. */
const GROUPS = [
  { procs: `${V2}/cgroup.procs`, used: `${V2}/memory.current`, stat: `${V2}/memory.stat`, field: 'inactive_file' },
  {
    procs: `${V1}/cgroup.procs`,
    used: `${V1}/memory.usage_in_bytes`,
    stat: `${V1}/memory.stat`,
    field: 'total_inactive_file',
  },
] as const

export const MEMORY_FILES: readonly string[] = GROUPS.flatMap(({ procs, used, stat }) => [procs, used, stat])

const MIB = 1024 * 1024

/** A container can see the groups of the whole node, with processes that are not its own. */
const isOf = (pids: ReadonlySet<number>, procs: string | undefined): boolean =>
  procs !== undefined &&
  procs
    .split('\n')
    .filter(Boolean)
    .every((pid) => pids.has(Number(pid)))

/** The working set as the kubelet counts it, in MiB: what the kernel cannot reclaim without effort. */
export const workingSetMiB = (
  files: Readonly<Record<string, string>>,
  pids: ReadonlySet<number>,
): number | undefined => {
  for (const { procs, used, stat, field } of GROUPS) {
    const bytes = Number.parseInt(files[used] ?? '', 10)
    if (!(bytes >= 0) || !isOf(pids, files[procs])) continue
    const inactive = Number(new RegExp(`^${field} (\\d+)$`, 'm').exec(files[stat] ?? '')?.[1] ?? 0)
    return Math.max(0, bytes - inactive) / MIB
  }
  return undefined
}
