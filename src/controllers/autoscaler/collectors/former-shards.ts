/** Services of shards that nothing is sent to any more, because the last Action that decides about whole traces is gone. Pure. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import { shardServiceName, SHARDS } from '../../../api/routing/shards.ts'
import { subjectOf } from '../../actions/action.ts'
import type { AutoscalerAction } from '../owned/action.ts'
import type { OwnedView } from '../owned/view.ts'
import type { Rendered } from './render.ts'

/** A group as it is to be, and how far it is. */
export interface PlannedGroup {
  group: CollectorsGroup
  rendered: Pick<Rendered, 'shards'>
  /** Whether all of its collectors run with that configuration. */
  isRolledOut: boolean
}

const NAMES: ReadonlySet<string> = new Set(SHARDS.map(shardServiceName))

/** Those that send to shards, if an Action demands it. */
const sends = ({ group }: PlannedGroup): boolean => group.spec.role === 'Gateway' || group.spec.role === 'Dedicated'

/**
 * A gateway with the configuration of before sends what waits in its queues to these Services, until it is replaced: they stay for as long,
 * also where a group does not get its configuration, or an Action is only being tried.
 */
export const formerShards = (
  plans: readonly PlannedGroup[],
  owned: ReadonlyMap<string, OwnedView>,
): AutoscalerAction[] => {
  const senders = plans.filter(sends)
  const about = senders.find(({ group }) => group.spec.role === 'Gateway')?.group
  const isInUse = ({ rendered, isRolledOut }: PlannedGroup): boolean => rendered.shards !== undefined || !isRolledOut
  if (!about || senders.some(isInUse)) return []
  return [...owned.values()]
    .filter(({ kind, metadata, isDeleting }) => kind === 'Service' && NAMES.has(metadata.name) && !isDeleting)
    .map((view) => ({ do: 'delete', object: subjectOf(view), about: subjectOf(about) }))
}
