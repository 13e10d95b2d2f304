'use client'
/** How far the telemetry of a workload comes, and what mends it. */
import type { WorkloadView } from '../../../src/view/view.ts'
import type { WayStep } from '../../../src/view/why-not.ts'
import { STEP_TITLES, wayOf } from '../../../src/view/why-not.ts'
import type { Tone } from '../../../src/view/words.ts'
import { Command } from '../command.tsx'
import { useLive } from '../live.tsx'

const TONES: Record<WayStep['outcome'], Tone> = { passed: 'good', stopped: 'bad', waiting: 'busy', later: 'quiet' }
const WORDS: Record<WayStep['outcome'], string> = {
  passed: 'Passed',
  stopped: 'Stopped',
  waiting: 'Waiting',
  later: 'Not reached',
}

const Remedy = ({ text }: { text: string }) =>
  /^(?:kubectl|odigos) /.test(text) ? <Command text={text} /> : <p className="small">{text}</p>

const Step = ({ step: { step, outcome, reason, message, remedy } }: { step: WayStep }) => (
  <li className={`tone-${TONES[outcome]}`} data-step={step} data-outcome={outcome}>
    <span className="dot" />
    <div className="stack tight">
      <h3>
        {STEP_TITLES[step]} <span className="chip">{WORDS[outcome]}</span>{' '}
        {outcome !== 'passed' && <span className="muted">{reason}</span>}
      </h3>
      {message !== '' && <p className="small break">{message}</p>}
      {outcome !== 'passed' && remedy !== undefined && <Remedy text={remedy} />}
    </div>
  </li>
)

export const WayCard = ({ workload }: { workload: WorkloadView }) => (
  <section className="card" aria-label="How far it comes">
    <div className="card-head">
      <h2>How far it comes</h2>
    </div>
    <ol className="timeline">
      {wayOf(useLive().view, workload).map((step) => (
        <Step key={step.step} step={step} />
      ))}
    </ol>
  </section>
)
