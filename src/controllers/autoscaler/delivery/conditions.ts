/** Conditions about queues. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../api/kinds/destination.ts'
import { COLLECTORS_CONDITIONS } from '../../../api/kinds/collectors-group.ts'
import type { DamagedQueue } from '../../../api/reports/queue-report.ts'
import { rfc3339 } from '../../../api/time.ts'
import type { RenderedDestination } from '../../../destinations/render.ts'
import type { CollectorPodView } from './collector-pod-view.ts'
import { aboutItems } from './items.ts'
import type { Drops, QueueView } from './queues.ts'

const describeDrops = ({ signal, items, sinceMs }: Drops): string =>
  `${aboutItems(items, signal)} since ${rfc3339(sinceMs)}`

/** Whether the queues of a Destination have taken what came; undefined while that is not known. */
export const queueCondition = (
  { metadata }: Pick<Destination, 'metadata'>,
  { exporters }: RenderedDestination,
  { drops, isSettled }: QueueView,
): NewCondition | undefined => {
  const ids = new Set(exporters.filter(({ queue }) => queue).map(({ id }) => id))
  const own = drops.filter(({ exporter }) => ids.has(exporter))
  if (ids.size === 0 || (own.length === 0 && !isSettled)) return undefined
  const { generation } = metadata
  const condition = {
    type: DESTINATION_CONDITIONS.queueHasRoom,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  if (own.length === 0) return { ...condition, status: 'True', reason: 'QueueHasRoom', message: 'nothing was dropped' }
  const message = `a full queue dropped ${own.map(describeDrops).join(', ')}; other destinations are not affected`
  return { ...condition, status: 'False', reason: 'QueueFull', message }
}

const describeDamage = (pod: string, { exporter, signal, recovered, expected }: DamagedQueue): string =>
  `${pod}: of the queue of ${exporter} (${signal}), ${recovered}${expected === undefined ? '' : ` of ${expected}`} requests were recovered`

/** Whether the queues of a group were in order when its collectors started. */
export const intactCondition = (pods: readonly CollectorPodView[]): NewCondition => {
  const type = COLLECTORS_CONDITIONS.queuesIntact
  const damage = pods.flatMap(({ metadata, damaged }) => damaged.map((queue) => describeDamage(metadata.name, queue)))
  return damage.length === 0
    ? { type, status: 'True', reason: 'QueuesIntact', message: 'no queue was damaged' }
    : { type, status: 'False', reason: 'QueuesDamaged', message: damage.toSorted().join('; ') }
}
