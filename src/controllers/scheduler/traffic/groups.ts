/** The CollectorsGroups of workloads that have collectors of their own: one for each lane that has such a workload. Pure. */
import { findCondition } from '../../../api/conditions.ts'
import type { CollectorsGroup, CollectorsGroupSpec, Dedicated } from '../../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS, MAX_DEDICATED_WORKLOADS } from '../../../api/kinds/collectors-group.ts'
import type { LaneWorkload } from '../../../api/routing/lanes.ts'
import { dedicatedGroupName, laneOf } from '../../../api/routing/lanes.ts'

export const workloadId = ({ namespace, kind, name }: LaneWorkload): string => `${namespace}/${kind}/${name}`

/** The CollectorsGroup of each workload that has collectors of its own, by `workloadId`. */
export const dedicatedMembers = (groups: readonly Pick<CollectorsGroup, 'metadata' | 'spec'>[]): Map<string, string> =>
  new Map(
    groups.flatMap(({ metadata, spec }) =>
      spec.dedicated && !spec.dedicated.draining
        ? spec.dedicated.workloads.map((workload): [string, string] => [workloadId(workload), metadata.name])
        : [],
    ),
  )

/** Workloads in one order, and no more than a group can have; those that are members already come first. */
const chosen = (workloads: readonly LaneWorkload[], members: ReadonlyMap<string, string>): LaneWorkload[] => {
  const isNew = (workload: LaneWorkload): number => (members.has(workloadId(workload)) ? 0 : 1)
  return workloads
    .map(({ namespace, kind, name }) => ({ namespace, kind, name }))
    .toSorted((a, b) => isNew(a) - isNew(b) || (workloadId(a) < workloadId(b) ? -1 : 1))
    .slice(0, MAX_DEDICATED_WORKLOADS)
    .toSorted((a, b) => (workloadId(a) < workloadId(b) ? -1 : 1))
}

/** What was said of an earlier generation, which may have served others, does not count. */
const isDrained = ({ metadata, status }: CollectorsGroup): boolean => {
  const serving = findCondition(status?.conditions, COLLECTORS_CONDITIONS.serving)
  return serving?.reason === 'Drained' && serving.observedGeneration === metadata.generation
}

/**
 * What each group is to serve, by its name. A group whose workloads are to go stays, with the configuration that it has, until its
 * collectors have delivered what they have.
 */
export const desiredDedicated = (
  workloads: readonly LaneWorkload[],
  groups: readonly CollectorsGroup[],
): Map<string, Dedicated> => {
  const members = dedicatedMembers(groups)
  const served = [...Map.groupBy(workloads, laneOf)].map(([lane, of]): [string, Dedicated] => [
    dedicatedGroupName(lane),
    { lane, workloads: chosen(of, members) },
  ])
  const kept = groups.flatMap((group): [string, Dedicated][] => {
    const { dedicated } = group.spec
    return dedicated && !isDrained(group) ? [[group.metadata.name, { ...dedicated, draining: true }]] : []
  })
  return new Map([...kept, ...served].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The specification of a group of collectors for what it is to serve. */
export const dedicatedSpec = (
  common: Pick<CollectorsGroupSpec, 'signals' | 'resources' | 'replicas'>,
  dedicated: Dedicated,
): CollectorsGroupSpec => ({ role: 'Dedicated', ...common, dedicated })
