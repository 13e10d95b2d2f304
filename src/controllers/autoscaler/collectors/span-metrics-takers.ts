/** Metrics of spans need a Destination that takes metrics, and one that takes traces, without which none reach the gateways. Pure. */
import type { Signal } from '../../../api/vocabulary.ts'
import { acceptedCondition } from '../../accepted-status.ts'
import type { AssessedDestination } from '../acceptance.ts'
import type { AssessedAction } from '../actions/acceptance.ts'

const MESSAGES: Partial<Record<Signal, string>> = {
  traces: 'no accepted Destination takes traces, without which spans do not reach the gateways that count them',
  metrics: 'no accepted Destination takes metrics, which spanMetrics makes of spans',
}

const takes = ({ condition, rendered }: AssessedDestination, signal: Signal): boolean =>
  condition.status === 'True' && rendered.exporters.some(({ signals }) => signals.includes(signal))

export const refuseWithoutTakers = (
  actions: readonly AssessedAction[],
  destinations: readonly AssessedDestination[],
): AssessedAction[] => {
  const [message] = (['traces', 'metrics'] as const)
    .filter((signal) => !destinations.some((each) => takes(each, signal)))
    .flatMap((signal) => MESSAGES[signal] ?? [])
  if (message === undefined) return [...actions]
  return actions.map((each) =>
    each.action.spec.spanMetrics && each.condition.status === 'True'
      ? { action: each.action, condition: acceptedCondition(each.action, { reason: 'NoDestination', message }) }
      : each,
  )
}
