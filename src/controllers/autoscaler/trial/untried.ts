/** Destinations and Actions that no collector was seen to start with yet are not called accepted. Pure. */
import type { NewCondition } from '../../../api/conditions.ts'
import type { Accountable } from '../../accepted-status.ts'
import { acceptedBefore } from '../../accepted-status.ts'
import type { Configured, Unconfigured } from '../group-status.ts'
import type { Assessed } from './leave-out.ts'

/** Of a Destination that is the first, until the scheduler has made a group for it. */
const NO_GROUP: Unconfigured = { reason: 'BeingTried', message: 'no collector has been started with it yet' }

const UNTRIED: ReadonlySet<string> = new Set<Unconfigured['reason']>([
  'BeingTried',
  'TrialNotRun',
  'ConfigurationRejected',
])

/** Whether it was accepted as it is now. */
const wasAccepted = (object: Accountable): boolean => {
  const accepted = acceptedBefore(object)
  return accepted?.status === 'True' && accepted.observedGeneration === object.metadata.generation
}

const pending = (condition: NewCondition, { reason, message }: Unconfigured): NewCondition => ({
  ...condition,
  status: 'Unknown',
  reason,
  message,
})

/**
 * `Accepted` is Unknown for what is new or changed while the gateways wait for the configuration that contains it. `configured` is
 * absent while there is no gateway; what is new then has not been tried, either.
 */
export const markUntried = (assessed: Assessed, configured: Configured | undefined): Assessed => {
  const why = configured ?? NO_GROUP
  if ('hash' in why || !UNTRIED.has(why.reason)) return assessed
  const isUntried = (object: Accountable, { status }: NewCondition): boolean =>
    status === 'True' && !wasAccepted(object)
  const { destinations, actions } = assessed
  return {
    destinations: destinations.map((each) =>
      isUntried(each.destination, each.condition) ? { ...each, condition: pending(each.condition, why) } : each,
    ),
    // An Action that selects nothing is in no configuration.
    actions: actions.map((each) =>
      configured && each.selected && isUntried(each.action, each.condition)
        ? { ...each, condition: pending(each.condition, why) }
        : each,
    ),
  }
}
