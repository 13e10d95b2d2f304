/** Where the lanes of node collectors lead, and how far collectors for single workloads are with serving theirs. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS } from '../../../api/kinds/collectors-group.ts'
import { LANES } from '../../../api/routing/lanes.ts'
import { GATEWAY_NAME } from '../../../api/names.ts'

/**
 * Connections of node collectors end within a minute of the change of a Service (`max_connection_age`); until then they deliver where they
 * did before.
 */
const SETTLED_MS = 120_000

const isTrue = ({ status }: CollectorsGroup, type: string): boolean =>
  findCondition(status?.conditions, type)?.status === 'True'

/** A lane moves to collectors that are ready, and stays with them: while they restart, node collectors keep what they have. */
const serves = (group: CollectorsGroup): boolean =>
  group.spec.dedicated !== undefined &&
  !group.spec.dedicated.draining &&
  (isTrue(group, COLLECTORS_CONDITIONS.ready) || isTrue(group, COLLECTORS_CONDITIONS.serving))

/** The name of the group that each lane leads to. */
export const laneTargets = (groups: readonly CollectorsGroup[]): string[] =>
  Array.from(
    { length: LANES },
    (_, lane) =>
      groups.find((group) => group.spec.dedicated?.lane === lane && serves(group))?.metadata.name ?? GATEWAY_NAME,
  )

interface Around {
  /** Groups of which no collector has anything in its queues. */
  empty: ReadonlySet<string>
  nowMs: number
}

/** What a group that is to go waits for. */
const drainCondition = (group: CollectorsGroup, { empty, nowMs }: Around): Omit<NewCondition, 'type'> => {
  const before = findCondition(group.status?.conditions, COLLECTORS_CONDITIONS.serving)
  const sinceMs = before?.status === 'False' ? Date.parse(before.lastTransitionTime) : nowMs
  const isDrained = empty.has(group.metadata.name) && nowMs - sinceMs >= SETTLED_MS
  return isDrained
    ? { status: 'False', reason: 'Drained', message: 'nothing is waiting in the queues' }
    : { status: 'False', reason: 'Draining', message: 'the queues are delivered before the collectors are removed' }
}

/** Whether node collectors send to a group for single workloads; undefined for others. */
export const servingCondition = (group: CollectorsGroup, around: Around): NewCondition | undefined => {
  const { dedicated } = group.spec
  const type = COLLECTORS_CONDITIONS.serving
  if (!dedicated) return undefined
  if (dedicated.draining) return { type, ...drainCondition(group, around) }
  const names = dedicated.workloads.map(({ namespace, kind, name }) => `${kind} ${namespace}/${name}`).join(', ')
  return serves(group)
    ? { type, status: 'True', reason: 'Serving', message: names }
    : { type, status: 'False', reason: 'CollectorsNotReady', message: `${names}: sent to the gateway until then` }
}
