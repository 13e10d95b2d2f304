'use client'
/** Conditions of an object, newest first, with meaning and remedy. */
import type { Condition } from '../../src/api/conditions.ts'
import { conditionTone } from '../../src/view/words.ts'
import { Ago } from './ago.tsx'
import { ReasonText } from './reason-text.tsx'

export const Conditions = ({
  conditions,
  title = 'Conditions',
}: {
  conditions: readonly Condition[]
  title?: string
}) => {
  if (conditions.length === 0) return null
  const newestFirst = conditions.toSorted((a, b) => b.lastTransitionTime.localeCompare(a.lastTransitionTime))
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <ul className="timeline">
        {newestFirst.map((condition) => (
          <li key={condition.type} className={`tone-${conditionTone(condition)}`} data-condition={condition.type}>
            <span className="dot" />
            <div className="stack tight">
              <h3>
                {condition.type} <span className="chip">{condition.status}</span>{' '}
                <span className="muted">{condition.reason}</span>
              </h3>
              <div>
                <ReasonText reason={condition.reason} message={condition.message} />
              </div>
            </div>
            <Ago time={condition.lastTransitionTime} />
          </li>
        ))}
      </ul>
    </section>
  )
}
