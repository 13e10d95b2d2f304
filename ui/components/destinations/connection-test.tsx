'use client'
/** Sends a probe to the backend of the form as it is, and shows what became of it, before anything is saved. */
import type { SignalResult } from '../../../src/api/reports/connection-test.ts'
import { connectionTestCommand } from '../../../src/view/commands.ts'
import type { Tone } from '../../../src/view/words.ts'
import { sentence } from '../../../src/view/words.ts'
import { Badge } from '../badge.tsx'
import { Command } from '../command.tsx'
import { useLive } from '../live.tsx'
import { ReasonText } from '../reason-text.tsx'
import type { ConnectionTestState } from './use-connection-test.ts'

const TONES: Record<SignalResult['outcome'], Tone> = { Passed: 'good', Stopped: 'bad', Unknown: 'warn' }
const LABELS: Record<SignalResult['outcome'], string> = { Passed: 'accepted', Stopped: 'failed', Unknown: 'not known' }

/** With a remedy of its own, that of the reason says nothing more. */
const Result = ({ result: { signal, outcome, reason, message, remedy } }: { result: SignalResult }) => (
  <div className="stack tight" data-tested={signal} data-outcome={outcome}>
    <h3>
      <span className="chip">{signal}</span> <Badge tone={TONES[outcome]}>{LABELS[outcome]}</Badge>
    </h3>
    {outcome === 'Passed' || remedy ? (
      <p className="small break">{sentence(message)}</p>
    ) : (
      <ReasonText reason={reason} message={message} />
    )}
    {remedy && (
      <p className="small">
        <strong>Remedy: </strong>
        {sentence(remedy)}
      </p>
    )}
  </div>
)

export const ConnectionTest = ({ test: { begin, busy, report } }: { test: ConnectionTestState }) => {
  const { systemNamespace } = useLive().view.status
  return (
    <section className="stack" aria-label="Connection test">
      <div className="row">
        <button className="button" type="button" disabled={busy} onClick={() => void begin()}>
          {busy ? 'Testing the connection…' : 'Test connection'}
        </button>
        <p className="muted small grow">
          A collector in the cluster sends a probe of each signal to the backend. It takes up to 30 seconds, and saves
          nothing.
        </p>
      </div>
      <div className="stack" aria-live="polite">
        {report?.signals.map((result) => (
          <Result key={result.signal} result={result} />
        ))}
      </div>
      <Command text={connectionTestCommand(systemNamespace)} />
    </section>
  )
}
