/** The figures of a Destination's status. Pure. */
import type { Delivery, SignalDelivery } from '../../../../api/kinds/delivery.ts'
import { rfc3339 } from '../../../../api/time.ts'
import { rounded } from '../items.ts'
import type { SignalFlow } from './flow.ts'

/** While data is delivered, the time of the last success is renewed only after this long. */
const SUCCESS_EXACT_MS = 600_000

const successOf = (
  { lastSuccessMs, verdict }: SignalFlow,
  before: SignalDelivery | undefined,
): { lastSuccessTime?: string } => {
  const known = before?.lastSuccessTime
  if (lastSuccessMs === undefined) return known === undefined ? {} : { lastSuccessTime: known }
  const isNew = known === undefined || lastSuccessMs - Date.parse(known) >= SUCCESS_EXACT_MS
  return { lastSuccessTime: isNew || verdict !== 'Delivering' ? rfc3339(lastSuccessMs) : known }
}

/** The last error; the same one is renewed no more often than figures. */
const errorOf = ({ lastError }: SignalFlow, before: SignalDelivery | undefined): Pick<SignalDelivery, 'lastError'> => {
  if (!lastError) return before?.lastError ? { lastError: before.lastError } : {}
  const { atMs, cause, words } = lastError
  return { lastError: { time: rfc3339(atMs), cause, message: words } }
}

/** Figures of one signal; `before` are those of the status, of which a new leader keeps what it cannot know. */
export const figuresOf = (flow: SignalFlow, before: SignalDelivery | undefined): SignalDelivery => {
  const { signal, window, sizeBytes, capacityBytes } = flow
  return {
    signal,
    sent: rounded(window.sent),
    failed: rounded(window.failed),
    dropped: rounded(window.dropped),
    ...(capacityBytes > 0 ? { queuedBytes: rounded(sizeBytes), queueCapacityBytes: capacityBytes } : {}),
    ...successOf(flow, before),
    ...errorOf(flow, before),
  }
}

/** Figures of a Destination, of the signals in the order of their names. */
export const deliveryOf = (flows: readonly SignalFlow[], before: Delivery | undefined, nowMs: number): Delivery => ({
  updatedTime: rfc3339(nowMs),
  signals: flows
    .toSorted((a, b) => (a.signal < b.signal ? -1 : 1))
    .map((flow) =>
      figuresOf(
        flow,
        before?.signals.find(({ signal }) => signal === flow.signal),
      ),
    ),
})
