import assert from 'node:assert/strict'
import type { CollectorPodView } from '../../../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { createHandOn, handingOnCondition } from '../../../../../src/controllers/autoscaler/delivery/hand-on/hand-on.ts'
import type { QueueReading } from '../../../../../src/controllers/autoscaler/delivery/queue-metrics.ts'

const NODES = 'odigos-node-collector'

const pod = (name: string, group = NODES): CollectorPodView => ({
  metadata: { namespace: 'odigos-system', name, uid: name },
  group,
  damaged: [],
})

const reading = (sizeBytes: number, sent: number, exporter = 'otlp_grpc/lane-1'): QueueReading => ({
  exporter,
  signal: 'traces',
  fill: 0,
  sizeBytes,
  capacityBytes: 1000,
  sent,
  failed: 0,
  dropped: 0,
})

describe('what collectors of nodes hand on', () => {
  const stuckAfter = (...rounds: [atMs: number, readings: QueueReading[]][]): string[] => {
    const handOn = createHandOn()
    for (const [atMs, readings] of rounds) handOn.read(pod('a'), readings, atMs)
    return handOn.stuck(rounds.at(-1)?.[0] ?? 0).map((each) => `${each.pod} since ${each.sinceMs}`)
  }

  it('is stuck where something waits and nothing leaves for a minute', () => {
    assert.deepEqual(stuckAfter([0, [reading(7, 5)]], [59_000, [reading(7, 5)]]), [])
    assert.deepEqual(stuckAfter([0, [reading(7, 5)]], [60_000, [reading(9, 5)]]), ['a since 0'])
  })

  it('is not where something leaves, or nothing waits, or the collector has started again', () => {
    assert.deepEqual(stuckAfter([0, [reading(7, 5)]], [60_000, [reading(7, 6)]]), [])
    assert.deepEqual(stuckAfter([0, [reading(7, 5)]], [30_000, [reading(0, 5)]], [60_000, [reading(7, 5)]]), [])
    assert.deepEqual(stuckAfter([0, [reading(7, 5)]], [60_000, [reading(7, 0)]]), [])
    assert.deepEqual(stuckAfter([0, []], [60_000, []]), [])
  })

  it('is judged by queue: one lane can be stuck while the others are not', () => {
    const other = (sent: number) => reading(7, sent, 'otlp_grpc/lane-2')
    assert.deepEqual(stuckAfter([0, [reading(7, 5), other(1)]], [60_000, [reading(7, 5), other(2)]]), ['a since 0'])
  })

  it('is forgotten with the collector', () => {
    const handOn = createHandOn()
    handOn.read(pod('a'), [reading(7, 5)], 0)
    handOn.keep(new Set())
    assert.deepEqual(handOn.stuck(100_000), [])
  })

  it('is told with names, time and words', () => {
    const stuck = ['a', 'b', 'c', 'd'].map((name) => ({ pod: name, group: NODES, sinceMs: Date.UTC(2026, 0, 1) }))
    const words = new Map([[NODES, 'connection refused']])
    assert.deepEqual(handingOnCondition(NODES, { stuck, words }), {
      type: 'HandingOn',
      status: 'False',
      reason: 'GatewayNotReached',
      message: 'no gateway takes what waits in a, b, c and 1 more, since 2026-01-01T00:00:00Z: connection refused',
    })
    assert.equal(handingOnCondition('odigos-cluster-collector', { stuck, words }).status, 'True')
  })
})
