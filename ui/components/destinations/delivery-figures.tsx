'use client'
/** Figures of the delivery to a destination, by signal, and the last error in the backend's words. */
import type { Delivery, SignalDelivery } from '../../../src/api/kinds/delivery.ts'
import { bytesText } from '../../../src/view/bytes.ts'
import { Ago } from '../ago.tsx'
import type { Fact } from '../facts.tsx'
import { Facts } from '../facts.tsx'

const count = (items: number): string => items.toLocaleString('en-US')

const queueText = ({ queuedBytes, queueCapacityBytes }: SignalDelivery): string | undefined =>
  queuedBytes === undefined || queueCapacityBytes === undefined
    ? undefined
    : `${bytesText(queuedBytes)} of ${bytesText(queueCapacityBytes)}`

const factsOf = (figures: SignalDelivery): Fact[] => [
  ['Accepted by the backend', count(figures.sent)],
  ['Rejected by the backend', count(figures.failed)],
  ['Dropped by a full queue', count(figures.dropped)],
  ['Waiting in the queue', queueText(figures)],
]

const SignalFigures = ({ figures }: { figures: SignalDelivery }) => {
  const { signal, lastSuccessTime, lastError } = figures
  return (
    <div className="stack tight" data-delivery={signal}>
      <h3>
        <span className="chip">{signal}</span>
      </h3>
      <Facts facts={factsOf(figures)} />
      {lastSuccessTime && (
        <p className="muted small">
          Last accepted <Ago time={lastSuccessTime} />
        </p>
      )}
      {lastError && (
        <p className="small break">
          Last error <Ago time={lastError.time} />: {lastError.message}
        </p>
      )}
    </div>
  )
}

export const DeliveryFigures = ({ delivery }: { delivery: Delivery }) => (
  <section className="card" aria-label="Delivery">
    <div className="card-head">
      <h2>Delivery in the last five minutes</h2>
      <span className="muted small">
        as of <Ago time={delivery.updatedTime} />
      </span>
    </div>
    <div className="card-body stack">
      {delivery.signals.map((figures) => (
        <SignalFigures key={figures.signal} figures={figures} />
      ))}
    </div>
  </section>
)
