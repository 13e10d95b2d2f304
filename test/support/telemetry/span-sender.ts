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

export interface SenderOptions {
  perRequest?: number
  intervalMs?: number
  /** Sends again what was refused, as an SDK does, before anything new; the default is not to. */
  isPatient?: boolean
}

/** Posts spans to OTLP/HTTP at `endpoint`, one request after the other. */
export const startSpanSender = (endpoint: string, options: SenderOptions = {}): SpanSender => {
  const { perRequest = 20, intervalMs = 10, isPatient = false } = options
  const accepted = new Set<number>()
  let next = 0
  let stopped = false

  const post = async (sequences: number[]): Promise<boolean> => {
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body(sequences),
    }).catch(() => undefined)
    await response?.arrayBuffer().catch(() => undefined)
    if (response?.ok) for (const sequence of sequences) accepted.add(sequence)
    return response?.ok ?? false
  }
  const send = async (): Promise<void> => {
    const sequences = Array.from({ length: perRequest }, () => next++)
    while (!(await post(sequences)) && isPatient && !stopped) await sleep(intervalMs)
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
