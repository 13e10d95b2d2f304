'use client'
/** Flow of telemetry through the cluster, with the state of each part. */
import Link from 'next/link'
import { Fragment } from 'react'
import type { FlowStep } from '../../model/flow.ts'
import { flowOf } from '../../model/flow.ts'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'

const Connector = ({ on }: { on: boolean }) => (
  <svg className={on ? 'flow-link on' : 'flow-link'} width="36" height="16" viewBox="0 0 36 16" aria-hidden="true">
    <path className="moving" d="M2 8h28" stroke="currentColor" strokeWidth="2" fill="none" />
    <path
      d="m27 4 4 4-4 4"
      stroke="currentColor"
      strokeWidth="2"
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)

const Step = ({ step }: { step: FlowStep }) => (
  <Link className="flow-node" href={step.href} data-part={step.key}>
    <span className="name">
      <Icon name={step.icon} />
      {step.title}
      <span className={`dot tone-${step.tone}${step.tone === 'busy' ? ' pulse' : ''}`} />
    </span>
    <span className="figure">
      {step.of === 0 ? '–' : step.figure}
      {step.of > 0 && <small> / {step.of}</small>}
    </span>
    <span className="note">{step.note}</span>
  </Link>
)

export const Flow = () => {
  const { view } = useLive()
  const steps = flowOf(view)
  return (
    <section className="card" aria-label="Telemetry flow">
      <div className="flow">
        {steps.map((step, index) => (
          <Fragment key={step.key}>
            {index > 0 && <Connector on={steps.slice(0, index + 1).every(({ flows }) => flows)} />}
            <Step step={step} />
          </Fragment>
        ))}
      </div>
    </section>
  )
}
