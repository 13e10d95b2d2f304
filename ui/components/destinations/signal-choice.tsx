'use client'
/** Signals to send to a destination, of those that its type supports. */
import type { Signal } from '../../../src/api/vocabulary.ts'
import type { DestinationType } from '../../../src/view/destination-type.ts'

export const SignalChoice = ({
  type,
  chosen,
  problem,
  onChange,
}: {
  type: DestinationType
  chosen: readonly Signal[]
  problem?: string | undefined
  onChange: (signals: Signal[]) => void
}) => (
  <fieldset className="field">
    <legend className="label">Signals</legend>
    <div className="checks">
      {type.signals.map((signal) => (
        <label key={signal} className="check">
          <input
            type="checkbox"
            name="signals"
            value={signal}
            checked={chosen.includes(signal)}
            onChange={({ target }) =>
              onChange(type.signals.filter((each) => (each === signal ? target.checked : chosen.includes(each))))
            }
          />
          {signal}
        </label>
      ))}
    </div>
    {problem && (
      <p className="problem" role="alert">
        {problem}
      </p>
    )}
  </fieldset>
)
