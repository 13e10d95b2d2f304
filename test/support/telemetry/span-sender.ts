/** Sends numbered spans, and records which of them were acknowledged. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface SpanSender {
  /** Sequence numbers acknowledged so far. */
  accepted: ReadonlySet<number>
  /** Number of spans sent so far, each once. */
  sent: () => number
  /** Stops sending and waits for the last response. */
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

const attributesOf = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const body = (sequences: number[], resource: Record<string, string>): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'sender', ...resource }) },
        scopeSpans: [{ scope: { name: 'test' }, spans: sequences.map(span) }],
      },
    ],
  })

export interface SenderOptions {
  perRequest?: number
  intervalMs?: number
  /** Retries refused spans before new ones, as an SDK does. Default: false. */
  isPatient?: boolean
  /** Number of the first span. Default: 0. */
  first?: number
  /** Attributes of the resource. */
  resource?: Record<string, string>
}

/** Posts spans to OTLP/HTTP at `endpoint`, one request after another. */
export const startSpanSender = (endpoint: string, options: SenderOptions = {}): SpanSender => {
  const { perRequest = 20, intervalMs = 10, isPatient = false, first = 0, resource = {} } = options
  const accepted = new Set<number>()
  let next = first
  let stopped = false

  const post = async (sequences: number[]): Promise<boolean> => {
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body(sequences, resource),
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
    sent: () => next - first,
    stop: async () => {
      stopped = true
      await running
    },
  }
}
