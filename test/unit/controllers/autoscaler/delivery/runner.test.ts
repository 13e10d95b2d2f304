import assert from 'node:assert/strict'
import type { CollectorPodView } from '../../../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { createDeliveryRunner } from '../../../../../src/controllers/autoscaler/delivery/runner.ts'
import type { Sample } from '../../../../../src/prometheus/text.ts'
import { createLog } from '../../../../../src/process/log.ts'
import { createMetrics } from '../../../../../src/process/metrics.ts'

const EXPORTER = 'otlp_http/a-0123456789'
const KEY = `traces ${EXPORTER}`
const START_MS = Date.parse('2026-01-01T12:00:00Z')

const pod = (name: string, address = '10.0.0.1:8888'): CollectorPodView => ({
  metadata: { namespace: 'odigos-system', name, uid: `uid-${name}` },
  group: 'odigos-gateway',
  ...(address === '' ? {} : { address }),
  damaged: [],
})

interface Counted {
  sent?: number
  failed?: number
  queue?: number
}

const samples = ({ sent = 0, failed = 0, queue = 0 }: Counted): Sample[] => [
  { name: 'otelcol_exporter_sent_spans_total', labels: { exporter: EXPORTER }, value: sent },
  { name: 'otelcol_exporter_send_failed_spans_total', labels: { exporter: EXPORTER }, value: failed },
  { name: 'otelcol_exporter_queue_size', labels: { exporter: EXPORTER, data_type: 'traces' }, value: queue },
  { name: 'otelcol_exporter_queue_capacity', labels: { exporter: EXPORTER, data_type: 'traces' }, value: 1_000 },
]

const lineAt = (atMs: number, error: string): string =>
  JSON.stringify({
    ts: new Date(atMs).toISOString(),
    msg: 'Exporting failed. Dropping data.',
    'otelcol.component.id': EXPORTER,
    'otelcol.component.kind': 'exporter',
    'otelcol.signal': 'traces',
    error,
  })

const scene = () => {
  let nowMs = START_MS
  let counted: Counted | Error = {}
  let log: string | Error = ''
  let news = 0
  const paths: URL[] = []
  const pods = [pod('g-0')]
  const metrics = createMetrics()
  const runner = createDeliveryRunner({
    pods: () => pods,
    client: {
      request: <T>(_method: string, path: string) => {
        paths.push(new URL(path, 'http://api'))
        return log instanceof Error ? Promise.reject(log) : Promise.resolve(log as T)
      },
    },
    log: createLog('test', 'silent'),
    metrics,
    signal: new AbortController().signal,
    nowMs: () => nowMs,
    onNews: () => (news += 1),
    pull: () => (counted instanceof Error ? Promise.reject(counted) : Promise.resolve(samples(counted))),
  })
  return {
    runner,
    pods,
    metrics,
    now: () => nowMs,
    news: () => news,
    /** Reads once, 15 seconds later; returns how often a log was read for that. */
    read: async (next: Counted | Error, text: string | Error = ''): Promise<number> => {
      nowMs += 15_000
      counted = next
      log = text
      const before = paths.length
      await runner.readAll()
      return paths.length - before
    },
    lastPath: () => paths.at(-1),
    flow: () => runner.flow().signals.get(KEY),
  }
}

describe('the reading of gateways', () => {
  it('takes words from the log only once a minute while everything arrives', async () => {
    const { read } = scene()
    const reads: number[] = []
    for (let index = 1; index <= 9; index += 1) reads.push(await read({ sent: index }))
    assert.deepEqual(reads, [1, 0, 0, 0, 1, 0, 0, 0, 1])
  })

  it('takes them each time while something is rejected or waits, from the last one on, and each once', async () => {
    const { read, lastPath, flow, now } = scene()
    await read({ sent: 1 })
    assert.equal(await read({ sent: 1, failed: 5 }, lineAt(START_MS + 20_000, 'first')), 1)
    assert.equal(flow()?.lastError?.words, 'first')
    assert.equal(await read({ sent: 1, failed: 5, queue: 5 }, lineAt(START_MS + 20_000, 'first')), 1)
    const { pathname, searchParams } = lastPath()!
    assert.equal(pathname, '/api/v1/namespaces/odigos-system/pods/g-0/log')
    assert.equal(searchParams.get('sinceTime'), '2026-01-01T12:00:20Z')
    assert.equal(searchParams.get('container'), 'collector')
    assert.ok(Number(searchParams.get('tailLines')) <= 500 && Number(searchParams.get('limitBytes')) <= 2 ** 19)
    assert.equal(await read({ sent: 2, failed: 5 }), 0)
    assert.equal(flow()?.lastError?.atMs, START_MS + 20_000)
    assert.equal(flow()?.lastSuccessMs, now())
  })

  it('knows the reason without the words where logs cannot be read', async () => {
    const { read, flow } = scene()
    await read({}, new Error('forbidden'))
    await read({ failed: 5 }, new Error('forbidden'))
    assert.deepEqual([flow()?.verdict, flow()?.lastError], ['AllDataRejected', undefined])
  })

  it('counts a gateway that is not ready, or cannot be read, as unread after a minute', async () => {
    const { runner, read, pods } = scene()
    pods.push(pod('g-1', ''))
    for (let index = 0; index < 6; index += 1) await read({ sent: index })
    const { gateways, unread, isBlind } = runner.flow()
    assert.deepEqual([gateways, unread, isBlind], [2, 1, false])
    for (let index = 0; index < 5; index += 1) await read(new Error('refused'))
    assert.deepEqual([runner.flow().unread, runner.flow().isBlind], [2, true])
  })

  it('does not wait for a gateway that is going', async () => {
    const { runner, read, pods } = scene()
    pods.push({ ...pod('g-1', ''), isLeaving: true })
    for (let index = 0; index < 6; index += 1) await read({ sent: index })
    assert.deepEqual([runner.flow().gateways, runner.flow().unread], [1, 0])
  })

  it('tells news at once, and figures once a minute', async () => {
    const { read, news } = scene()
    const told: number[] = []
    for (const next of [
      {},
      {},
      { sent: 1 },
      { sent: 2 },
      { sent: 3 },
      { sent: 4 },
      { sent: 5 },
      { sent: 5, failed: 1 },
    ]) {
      const before = news()
      await read(next)
      told.push(news() - before)
    }
    assert.deepEqual(told, [1, 1, 1, 0, 0, 0, 1, 1])
  })

  it('counts in metrics what the gateways count', async () => {
    const { read, metrics } = scene()
    await read({ sent: 100 })
    await read({ sent: 110, failed: 2, queue: 30 })
    await read({ sent: 4, failed: 2, queue: 30 })
    const lines = (await metrics.metrics()).split('\n')
    const of = 'destination="a",signal="traces"'
    for (const line of [
      `odigos_destination_items_total{${of},outcome="sent"} 14`,
      `odigos_destination_items_total{${of},outcome="failed"} 2`,
      `odigos_destination_queued_bytes{${of}} 30`,
      `odigos_destination_queue_capacity_bytes{${of}} 1000`,
      `odigos_destination_delivering{${of},reason="SomeDataRejected"} 0`,
      'odigos_gateways_unread 0',
    ])
      assert.ok(lines.includes(line), line)
  })
})
