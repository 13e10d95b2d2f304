import assert from 'node:assert/strict'
import { queueReadings } from '../../../../../src/controllers/autoscaler/delivery/queue-metrics.ts'
import { createQueues, DROPS_MS } from '../../../../../src/controllers/autoscaler/delivery/queues.ts'
import { collectorPodView } from '../../../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { encodeQueueReport } from '../../../../../src/api/reports/queue-report.ts'
import { parseSamples } from '../../../../../src/prometheus/text.ts'

const METRICS = `
# TYPE otelcol_exporter_queue_size gauge
otelcol_exporter_queue_size{data_type="traces",exporter="otlp_http/a-1"} 50
otelcol_exporter_queue_capacity{data_type="traces",exporter="otlp_http/a-1"} 200
otelcol_exporter_enqueue_failed_spans_total{exporter="otlp_http/a-1"} 7
otelcol_exporter_enqueue_failed_log_records_total{exporter="otlp_http/b-2"} 3
otelcol_exporter_sent_spans{exporter="otlp_http/a-1",server_address="a",url_path="/v1/traces"} 10
otelcol_exporter_sent_spans{exporter="otlp_http/a-1",server_address="b",url_path="/v1/traces"} 20
otelcol_exporter_send_failed_spans__spans__total{exporter="otlp_http/a-1"} 4
otelcol_receiver_accepted_spans_total{receiver="otlp"} 9
`
const NOTHING = { sizeBytes: 0, capacityBytes: 0, sent: 0, failed: 0, dropped: 0 }
const pod = { uid: 'a', group: 'odigos-gateway' }
const reading = (fill: number, dropped: number, exporter = 'otlp_http/a-1') => ({
  exporter,
  signal: 'traces' as const,
  fill,
  ...NOTHING,
  dropped,
})

describe('queues of gateways', () => {
  it('are read from the metrics of a collector', () => {
    const traces = { exporter: 'otlp_http/a-1', signal: 'traces' as const }
    assert.deepEqual(queueReadings(parseSamples(METRICS)), [
      { ...NOTHING, ...traces, fill: 0.25, sizeBytes: 50, capacityBytes: 200, sent: 30, failed: 4, dropped: 7 },
      { ...NOTHING, exporter: 'otlp_http/b-2', signal: 'logs', fill: 0, dropped: 3 },
    ])
  })

  it('have dropped what their counters grew by, across restarts and pods', () => {
    const queues = createQueues(0)
    const read = (uid: string, dropped: number, nowMs: number): void =>
      queues.read({ ...pod, uid }, [reading(0, dropped)], nowMs)
    read('a', 100, 1_000)
    assert.deepEqual(queues.view(1_000).drops, [], 'the first total is of an unknown time')
    read('a', 110, 2_000)
    read('b', 0, 2_000)
    read('b', 5, 3_000)
    read('a', 4, 4_000)
    const drop = { exporter: 'otlp_http/a-1', signal: 'traces', items: 19, sinceMs: 2_000, lastMs: 4_000 }
    assert.deepEqual(queues.view(5_000).drops, [drop])
    assert.deepEqual(queues.view(4_000 + DROPS_MS).drops, [])
    assert.equal(queues.view(DROPS_MS - 1).isSettled, false)
    assert.equal(queues.view(DROPS_MS).isSettled, true)
  })

  it('are drained only when all of a group have been empty for a while', () => {
    const queues = createQueues(0)
    const other = { uid: 'b', group: 'odigos-gateway' }
    queues.read(pod, [reading(0, 0)], 0)
    queues.read(other, [reading(0, 0)], 0)
    assert.deepEqual([...queues.view(60_000).drained], [])
    queues.read(other, [reading(0.5, 0)], 60_000)
    assert.deepEqual([...queues.view(121_000).drained], [])
    assert.deepEqual([...queues.view(180_000).drained], ['odigos-gateway'])
    queues.unreadable(pod, 190_000)
    assert.deepEqual([...queues.view(200_000).drained], [])
    queues.keep(new Set(['b']))
    assert.deepEqual([...queues.view(200_000).drained], ['odigos-gateway'])
  })
})

describe('collectors that are to be removed', () => {
  it('are empty only when nothing at all has been in their queues for a while', () => {
    const queues = createQueues(0)
    queues.read(pod, [reading(0.001, 0)], 0)
    queues.read(pod, [reading(0.001, 0)], 100_000)
    assert.deepEqual([...queues.view(130_000).drained], ['odigos-gateway'])
    assert.deepEqual([...queues.view(130_000).empty], [])
    queues.read(pod, [reading(0, 0)], 130_000)
    assert.deepEqual([...queues.view(219_999).empty], [])
    assert.deepEqual([...queues.view(220_000).empty], ['odigos-gateway'])
    queues.unreadable(pod, 230_000)
    assert.deepEqual([...queues.view(240_000).empty], [])
  })
})

describe('pods of collectors', () => {
  it('have an address once they are ready, and the report of the queue keeper', () => {
    const damaged = [{ exporter: 'otlp_http/a-1', signal: 'traces', recovered: 3, expected: 4 }]
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'g-0', namespace: 'odigos-system', uid: 'u', labels: { 'odigos.io/component': 'gateway' } },
      spec: { nodeName: 'this-node' },
      status: {
        podIP: 'fd00::1',
        containerStatuses: [{ name: 'collector', ready: true }],
        initContainerStatuses: [
          { name: 'queue-keeper', state: { terminated: { exitCode: 0, message: encodeQueueReport(damaged) } } },
        ],
      },
    }
    assert.deepEqual(collectorPodView(object), {
      metadata: { namespace: 'odigos-system', name: 'g-0', uid: 'u' },
      group: 'odigos-gateway',
      address: '[fd00::1]:8888',
      otlpAddress: '[fd00::1]:4318',
      seenAddress: '[fd00::1]:8889',
      node: 'this-node',
      damaged,
    })
    const leaving = (metadata: object, status: object) =>
      collectorPodView({ ...object, metadata: { ...object.metadata, ...metadata }, status }).isLeaving
    assert.equal(leaving({ deletionTimestamp: '2026-01-01T00:00:00Z' }, {}), true)
    assert.equal(leaving({}, { phase: 'Failed' }), true)
    assert.equal(leaving({}, { phase: 'Running' }), undefined)
    const { address, damaged: none } = collectorPodView({ ...object, status: {} })
    assert.deepEqual([address, none], [undefined, []])
  })

  it('report as much as a termination message holds', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ exporter: `e/${index}`, signal: 'logs', recovered: 0 }))
    assert.ok(encodeQueueReport(many).length <= 4096)
  })
})
