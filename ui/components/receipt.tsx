'use client'
/** Sends a probe on the way of the telemetry, on demand, and shows how far it came. */
import { useState } from 'react'
import type { Hop, Receipt, ReceiptPath } from '../../src/api/reports/receipt.ts'
import type { ReceiptTarget } from '../../src/view/commands.ts'
import { receiptCommand } from '../../src/view/commands.ts'
import type { Tone } from '../../src/view/words.ts'
import { Badge } from './badge.tsx'
import { Command } from './command.tsx'
import { useLive } from './live.tsx'
import { ReasonText } from './reason-text.tsx'
import { ask } from './send.ts'
import { useAction } from './use-action.ts'

const TONES: Record<Hop['outcome'], Tone> = { Passed: 'good', Stopped: 'warn', Unknown: 'busy' }

const HopBadges = ({ hops }: { hops: readonly Hop[] }) => (
  <div className="row wrap">
    {hops.map(({ hop, outcome, message }) => (
      <Badge key={hop} tone={TONES[outcome]} title={`${outcome}: ${message}`}>
        {hop}
      </Badge>
    ))}
  </div>
)

const Way = ({ path: { signal, destination, hops, line, isDelivered } }: { path: ReceiptPath }) => {
  const reason = hops.at(-1)?.reason
  return (
    <div className="stack tight" data-receipt={signal} data-delivered={isDelivered}>
      <h3>
        <span className="chip">{signal}</span> {destination}
      </h3>
      <HopBadges hops={hops} />
      {!isDelivered && reason ? <ReasonText reason={reason} message={line} /> : <p className="small break">{line}</p>}
    </div>
  )
}

const Result = ({ receipt: { probe, durationMs, agent, warnings, paths } }: { receipt: Receipt }) => (
  <>
    <p className="muted small">
      Probe {probe}, followed for {Math.round(durationMs / 1000)} seconds. Backends have it with the attribute
      odigos.probe.
    </p>
    {agent && (
      <p className="small break">
        <Badge tone={TONES[agent.outcome]}>{agent.hop}</Badge> {agent.message}
      </p>
    )}
    {warnings.map(({ reason, message }) => (
      <ReasonText key={message} reason={reason} message={message} />
    ))}
    {paths.map((path) => (
      <Way key={`${path.signal} ${path.destination}`} path={path} />
    ))}
  </>
)

export const ReceiptCard = ({ target }: { target: ReceiptTarget }) => {
  const { systemNamespace } = useLive().view.status
  const { run, busy, error } = useAction()
  const [receipt, setReceipt] = useState<Receipt>()
  const begin = (): void =>
    void run({
      work: async () => {
        const { result, error: failed } = await ask<Receipt>('POST', '/api/receipt', target)
        setReceipt(result)
        return failed
      },
      onDone: () => undefined,
    })
  return (
    <section className="card" aria-label="Delivery receipt">
      <div className="card-head">
        <h2 className="grow">Delivery receipt</h2>
        <button className="button small" type="button" disabled={busy} onClick={begin}>
          {busy ? 'Following the probe…' : 'Send a probe'}
        </button>
      </div>
      <div className="card-body stack" aria-live="polite">
        {!receipt && (
          <p className="muted small">
            A probe of each signal follows the way of the telemetry, from a node collector to the backend. It takes up
            to 30 seconds, and changes nothing.
          </p>
        )}
        {error && (
          <p className="small">
            {error.message} {error.remedy}
          </p>
        )}
        {receipt && <Result receipt={receipt} />}
        <Command text={receiptCommand(target, systemNamespace)} />
      </div>
    </section>
  )
}
