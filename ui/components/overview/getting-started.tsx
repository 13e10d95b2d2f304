'use client'
/** The three steps to the first trace; hidden once all are done. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import { firstSteps } from '../../model/first-steps.ts'
import { isReading } from '../../../src/view/view.ts'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'

const ACTIONS: Record<string, ReactNode> = {
  choose: (
    <Link className="button small" href="/workloads">
      Choose a namespace
    </Link>
  ),
  destination: (
    <Link className="button small" href="/destinations/new">
      Add destination
    </Link>
  ),
  restart: null,
}

export const GettingStarted = () => {
  const { view } = useLive()
  const steps = firstSteps(view)
  if (steps.every(({ isDone }) => isDone)) return null
  // The cluster may seem new only because its lists have not been loaded yet.
  if (isReading(view) && !steps.some(({ isDone }) => isDone)) return null
  const now = steps.find(({ isDone }) => !isDone)
  return (
    <section className="card" aria-labelledby="first-steps">
      <div className="card-head">
        <h2 id="first-steps">Three steps to the first trace</h2>
      </div>
      <ol className="steps">
        {steps.map((step, index) => (
          <li key={step.key} className={step.isDone ? 'done' : step === now ? 'now' : ''}>
            <span className="mark">{step.isDone ? <Icon name="check" size={14} /> : index + 1}</span>
            <div>
              <h3>
                {step.title}
                {step.isDone && <span className="visually-hidden"> (done)</span>}
              </h3>
              {!step.isDone && <p className="muted small">{step.hint}</p>}
            </div>
            {!step.isDone && ACTIONS[step.key]}
          </li>
        ))}
      </ol>
    </section>
  )
}
