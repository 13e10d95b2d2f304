/** Sends numbered spans, and knows which of them were acknowledged. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface SpanSender {
  /** Sequence numbers that were acknowledged so far. */
  accepted: ReadonlySet<number>
  /** Ends the sending and waits for the last answer. */
  stop: () => Promise<void>
}

const span = (sequence: number) => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  name: 'numbered',
  kind: 1,
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000001000000000',
  attributes: [
    { key: 'sequence', value: { stringValue: String(sequence) } },
    { key: 'padding', value: { stringValue: 'x'.repeat(200) } },
  ],
})

const body = (sequences: number[]): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'sender' } }] },
        scopeSpans: [{ scope: { name: 'test' }, spans: sequences.map(span) }],
      },
    ],
  })

/** Posts `perRequest` spans to OTLP/HTTP at `endpoint` every `intervalMs`; what is refused is not sent again. */
export const startSpanSender = (endpoint: string, perRequest = 20, intervalMs = 10): SpanSender => {
  const accepted = new Set<number>()
  let next = 0
  let stopped = false

  const send = async (): Promise<void> => {
    const sequences = Array.from({ length: perRequest }, () => next++)
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body(sequences),
    }).catch(() => undefined)
    await response?.arrayBuffer().catch(() => undefined)
    if (response?.ok) for (const sequence of sequences) accepted.add(sequence)
  }

  const run = async (): Promise<void> => {
    while (!stopped) {
      await send()
      await sleep(intervalMs)
    }
  }
  const running = run()
  return {
    accepted,
    stop: async () => {
      stopped = true
      await running
    },
  }
}
