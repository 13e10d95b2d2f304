/** Gateways need queues for traces that wait for a decision; without room for them, the Actions that decide are refused. Pure. */
import { SHARDS } from '../../../api/routing/shards.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import type { Disk } from '../../../collector/delivery/disk.ts'
import { maxQueues } from '../../../collector/delivery/disk.ts'
import { queuesOf } from '../../../destinations/render.ts'
import { acceptedCondition } from '../../accepted-status.ts'
import type { AssessedDestination } from '../acceptance.ts'
import type { AssessedAction } from '../actions/acceptance.ts'

/** Of dedicated collectors, for what they hand on. */
const OTHERS: number = SIGNALS.length

const decides = ({ action, condition }: AssessedAction): boolean =>
  action.spec.tailSampleTraces !== undefined && condition.status === 'True'

/** Destinations have room first: they were promised it. */
export const refuseWithoutShards = (
  actions: readonly AssessedAction[],
  destinations: readonly AssessedDestination[],
  disk: Disk,
): AssessedAction[] => {
  const taken = destinations
    .filter(({ condition }) => condition.status === 'True')
    .reduce((sum, { rendered }) => sum + queuesOf(rendered), OTHERS)
  if (taken + SHARDS.length <= maxQueues(disk)) return [...actions]
  const message = `the queue volume has room for ${maxQueues(disk)} queues; others use ${taken}, and tailSampleTraces needs ${SHARDS.length}`
  return actions.map((each) =>
    decides(each)
      ? { action: each.action, condition: acceptedCondition(each.action, { reason: 'NoQueueSpace', message }) }
      : each,
  )
}
