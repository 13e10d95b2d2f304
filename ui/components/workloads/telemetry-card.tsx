/** When each signal of a workload last arrived, and the most likely cause where nothing does. */
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import type { WorkloadView } from '../../../src/view/view.ts'
import { Ago } from '../ago.tsx'
import { ReasonText } from '../reason-text.tsx'

export const TelemetryCard = ({ workload: { pipeline, lastSeen, cause, state } }: { workload: WorkloadView }) => {
  if (!pipeline) return null
  const signals = SIGNALS.filter((signal) => pipeline.signals.includes(signal) || lastSeen?.[signal] !== undefined)
  return (
    <section className="card" aria-label="Telemetry">
      <div className="card-head">
        <h2>Telemetry</h2>
      </div>
      <div className="card-body stack">
        <dl className="facts">
          {signals.map((signal) => {
            const time = lastSeen?.[signal]
            return (
              <div key={signal} data-signal={signal}>
                <dt>Last {signal}</dt>
                <dd>{time === undefined ? 'none yet' : <Ago time={time} />}</dd>
              </div>
            )
          })}
        </dl>
        {cause && (
          <div className={`reason tone-${state === 'NothingArrives' ? 'warn' : 'busy'}`} data-cause={cause}>
            <span className="word">{cause}</span>
            <ReasonText reason={cause} />
          </div>
        )}
      </div>
    </section>
  )
}
