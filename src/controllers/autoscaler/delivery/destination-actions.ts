/** What is written and reported about a Destination. Pure. */
import type { Condition, NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type { Delivery } from '../../../api/kinds/delivery.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../api/kinds/destination.ts'
import { subjectOf } from '../../actions/action.ts'
import type { AssessedDestination } from '../acceptance.ts'
import { acceptanceActions, summaryOf } from '../acceptance.ts'
import type { AutoscalerAction } from '../owned/action.ts'
import { certificatesCondition } from '../certificates/expiry.ts'
import { queueCondition } from './conditions.ts'
import type { Delivering } from './flow/delivering.ts'
import { deliveringOf } from './flow/delivering.ts'
import type { FlowView } from './flow/flow.ts'
import type { QueueView } from './queues.ts'

/** What is known from the gateways. */
export interface DeliveryViews {
  queues: QueueView
  flow: FlowView
}

const event = (
  about: Destination,
  type: 'Normal' | 'Warning',
  { reason, message }: NewCondition,
): AutoscalerAction => ({
  do: 'event',
  about: subjectOf(about),
  type,
  reason,
  message,
})

/** An Event when a queue begins to drop, or a certificate to be of no use; what follows is in the status. */
const failureEvents = (
  destination: Destination,
  next: NewCondition | undefined,
  before: Condition | undefined,
): AutoscalerAction[] =>
  next?.status === 'False' && (before?.status !== 'False' || before.reason !== next.reason)
    ? [event(destination, 'Warning', next)]
    : []

/** An Event when the reason becomes another one, except that nothing is known. */
const deliveringEvents = (
  destination: Destination,
  next: NewCondition,
  before: Condition | undefined,
): AutoscalerAction[] => {
  if (before?.reason === next.reason || next.status === 'Unknown') return []
  return [event(destination, next.status === 'False' ? 'Warning' : 'Normal', next)]
}

const figuresOf = (delivering: Delivering | undefined): { delivery?: Delivery } =>
  delivering?.delivery ? { delivery: delivering.delivery } : {}

export const destinationActions = (
  { destination, rendered, condition, sources, certificates = [], refusedHash }: AssessedDestination,
  { queues, flow }: DeliveryViews,
  nowMs: number,
): AutoscalerAction[] => {
  const { conditions } = destination.status ?? {}
  const queueBefore = findCondition(conditions, DESTINATION_CONDITIONS.queueHasRoom)
  const deliveringBefore = findCondition(conditions, DESTINATION_CONDITIONS.delivering)
  const valid = certificatesCondition(destination, certificates, nowMs)
  // What is not known yet, by a new leader for example, stays as it was.
  const queue = queueCondition(destination, rendered, queues) ?? queueBefore
  // While it is tried, the collectors in use go on.
  const isServed = condition.status !== 'False'
  const delivering = isServed ? deliveringOf(destination, rendered, flow) : undefined
  const extra = {
    ...summaryOf(destination.spec.signals),
    ...(refusedHash === undefined ? {} : { refusedHash }),
    ...figuresOf(delivering),
  }
  const others = [delivering?.condition, queue, valid, isServed ? sources : undefined].filter(
    (each) => each !== undefined,
  )
  return [
    ...acceptanceActions(destination, [condition, ...others], nowMs, extra),
    ...failureEvents(destination, queue, queueBefore),
    ...failureEvents(destination, valid, findCondition(conditions, DESTINATION_CONDITIONS.certificatesValid)),
    ...(delivering ? deliveringEvents(destination, delivering.condition, deliveringBefore) : []),
  ]
}
