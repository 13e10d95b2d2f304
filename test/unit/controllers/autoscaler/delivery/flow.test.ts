import assert from 'node:assert/strict'
import type { DeliveryError } from '../../../../../src/controllers/autoscaler/delivery/flow/error-lines.ts'
import type { FlowView } from '../../../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import { createFlow } from '../../../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import { isFlowNews } from '../../../../../src/controllers/autoscaler/delivery/flow/news.ts'
import { fullInMs } from '../../../../../src/controllers/autoscaler/delivery/flow/verdict.ts'

const EXPORTER = 'otlp_http/a-0123456789'
const KEY = `traces ${EXPORTER}`
const STEP_MS = 15_000
const of = { exporter: EXPORTER, signal: 'traces' as const }

/** Totals of one gateway. */
interface Counted {
  sent?: number
  failed?: number
  dropped?: number
  /** Bytes of the queue, which holds 1,000. */
  queue?: number
}
type Round = Record<string, Counted | 'unreadable'>

const reading = ({ sent = 0, failed = 0, dropped = 0, queue = 0 }: Counted) => ({
  ...of,
  sent,
  failed,
  dropped,
  sizeBytes: queue,
  capacityBytes: 1_000,
  fill: queue / 1_000,
})

const errorAt = (atMs: number, cause: DeliveryError['cause']): DeliveryError => ({
  ...of,
  atMs,
  cause,
  words: 'words',
  isFinal: false,
  refusedOfAccepted: 0,
})

/** Gateways that are read every 15 seconds, round by round. */
const createRounds = () => {
  const flow = createFlow()
  let nowMs = 0
  const round = (gateways: Round, error?: DeliveryError['cause']): FlowView => {
    nowMs += STEP_MS
    flow.list(new Set(Object.keys(gateways)), nowMs)
    for (const [uid, counted] of Object.entries(gateways))
      if (counted !== 'unreadable') flow.read(uid, [reading(counted)], nowMs)
    if (error) flow.errors([errorAt(nowMs, error)])
    return flow.look(nowMs)
  }
  /** Returns the reason after each of the rounds. */
  const verdicts = (count: number, gateways: (index: number) => Round, error?: DeliveryError['cause']) =>
    Array.from({ length: count }, (_, index) => round(gateways(index), error).signals.get(KEY)?.verdict)
  return { flow, round, verdicts, nowMs: () => nowMs }
}

const steady = (index: number, more: Counted = {}): Round => ({ a: { sent: 10 * (index + 1), ...more } })

describe('the flow to a backend', () => {
  it('is what the counters of all gateways grew by, over restarts of containers and pods', () => {
    const { round } = createRounds()
    const total = (gateways: Round) => round(gateways).signals.get(KEY)?.total.sent
    assert.equal(total({ a: { sent: 1_000 } }), 0, 'what was before is of an unknown time')
    assert.equal(total({ a: { sent: 1_010 } }), 10)
    assert.equal(total({ a: { sent: 4 } }), 14, 'a container that started again')
    assert.equal(total({ a: { sent: 5 }, b: { sent: 100 } }), 115, 'a new pod')
    assert.equal(total({ b: { sent: 110 } }), 125, 'a pod that is gone takes nothing away')
    assert.equal(total({ b: 'unreadable' }), 125)
    assert.equal(total({ b: { sent: 130 } }), 145)
  })

  it('does not count what a gateway did before it could be read for the first time', () => {
    const { round } = createRounds()
    round({ a: 'unreadable', b: {} })
    assert.equal(round({ a: { sent: 500 }, b: {} }).signals.get(KEY)?.total.sent, 0)
  })

  it('sums what waits, and knows the fullest queue', () => {
    const { round } = createRounds()
    const { sizeBytes, capacityBytes, fill } = round({ a: { queue: 900 }, b: { queue: 100 } }).signals.get(KEY)!
    assert.deepEqual([sizeBytes, capacityBytes, fill], [1_000, 2_000, 0.9])
  })

  it('moves what is refused of an accepted request from sent to failed', () => {
    const { flow, round } = createRounds()
    round({ a: {} })
    flow.errors([{ ...errorAt(1, 'Other'), isFinal: true, refusedOfAccepted: 4 }])
    const { total, verdict } = round({ a: { sent: 10 } }).signals.get(KEY)!
    assert.deepEqual([total, verdict], [{ sent: 6, failed: 4, dropped: 0 }, 'SomeDataRejected'])
  })

  it('keeps the cause that was told shortly before a timeout', () => {
    const { flow, round } = createRounds()
    const lastCause = (...errors: [number, DeliveryError['cause']][]) => {
      flow.errors(errors.map(([atMs, cause]) => errorAt(atMs, cause)))
      return round({ a: { queue: 5 } }).signals.get(KEY)?.lastError?.cause
    }
    assert.equal(lastCause([1_000, 'Dns'], [9_000, 'Timeout']), 'Dns')
    assert.equal(lastCause([99_000, 'Timeout']), 'Timeout')
    assert.equal(lastCause([98_000, 'Refused']), 'Timeout', 'from the log of another gateway, and older')
    assert.equal(lastCause([100_000, 'Tls']), 'Tls')
  })
  it('is of a state that is unknown where gateways cannot be read for a minute', () => {
    const { round } = createRounds()
    const states = Array.from({ length: 7 }, () => round({ a: {}, b: 'unreadable' })).map(({ unread }) => unread)
    assert.deepEqual(states, [0, 0, 0, 0, 0, 1, 1])
    const blind = Array.from({ length: 6 }, () => round({})).map(({ isBlind }) => isBlind)
    assert.deepEqual(blind, [false, false, false, false, true, true])
  })
})

describe('the reason of a flow', () => {
  it('is that nothing has arrived yet, and the first success at once', () => {
    const { verdicts } = createRounds()
    assert.deepEqual(
      verdicts(2, () => ({ a: {} })),
      ['NoTelemetryYet', 'NoTelemetryYet'],
    )
    assert.deepEqual(verdicts(1, steady), ['Delivering'])
  })

  it('is that all or some is rejected, at once, until it was accepted for a while', () => {
    const { verdicts } = createRounds()
    verdicts(3, steady)
    assert.deepEqual(
      verdicts(1, () => steady(2, { failed: 5 })),
      ['SomeDataRejected'],
    )
    const failing = verdicts(9, (index) => steady(2, { failed: 10 + index }))
    assert.deepEqual([failing[0], failing.at(-1)], ['SomeDataRejected', 'AllDataRejected'])
    const silent = verdicts(40, () => steady(2, { failed: 18 }))
    assert.deepEqual(new Set(silent), new Set(['AllDataRejected']), 'silence is no success')
    const mended = verdicts(8, (index) => steady(3 + index, { failed: 18 }))
    assert.deepEqual([mended[0], mended.at(-1)], ['AllDataRejected', 'Delivering'])
  })

  it('does not flap when a rejection comes back within its time', () => {
    const { verdicts } = createRounds()
    verdicts(2, steady)
    const seen = verdicts(60, (index) => steady(index + 2, { failed: 1 + Math.floor(index / 10) }))
    assert.deepEqual(new Set(seen), new Set(['SomeDataRejected']))
  })

  it('is by what was counted before, for a new leader that sees nothing move', () => {
    const first = (counted: Counted) =>
      createRounds()
        .verdicts(3, () => ({ a: counted }))
        .at(-1)
    assert.equal(first({ failed: 7 }), 'AllDataRejected')
    assert.equal(first({ sent: 7 }), 'Delivering')
    assert.equal(first({ sent: 7, failed: 7 }), undefined)
    assert.equal(first({ sent: 7, queue: 7 }), undefined)
  })

  it('is that the backend is not reached when something waits and an error says so, or for two minutes without', () => {
    const told = createRounds()
    told.verdicts(3, steady)
    const waiting = told.verdicts(4, () => steady(2, { queue: 5 }), 'Refused')
    assert.deepEqual(waiting, ['Delivering', 'Delivering', 'Unreachable', 'Unreachable'])
    const untold = createRounds()
    untold.verdicts(3, steady)
    const silent = untold.verdicts(10, () => steady(2, { queue: 5 }))
    assert.deepEqual([silent.indexOf('Unreachable'), silent.at(-1)], [8, 'Unreachable'])
  })

  it('is not that, while data gets through', () => {
    const { verdicts } = createRounds()
    assert.ok(!verdicts(20, (index) => steady(index, { queue: 5 }), 'Timeout').includes('Unreachable'))
  })

  it('is that requests are limited, until two minutes after the last time, and a minute more', () => {
    const { verdicts } = createRounds()
    verdicts(3, steady)
    assert.deepEqual(
      verdicts(2, (index) => steady(index + 3), 'Throttled'),
      ['Throttled', 'Throttled'],
    )
    const after = verdicts(14, (index) => steady(index + 5))
    assert.deepEqual([after[7], after[11], after[12]], ['Throttled', 'Throttled', 'Delivering'])
  })

  it('is that the queue fills up, with the time until it is full', () => {
    const { round, verdicts } = createRounds()
    const growing = verdicts(10, (index) => steady(index, { queue: 20 + index }))
    assert.deepEqual([growing[1], growing.at(-1)], ['Delivering', 'QueueFillingUp'])
    const facts = round(steady(10, { queue: 30 })).signals.get(KEY)!
    assert.equal(fullInMs(facts), 970 * STEP_MS)
    const other = createRounds()
    other.verdicts(2, steady)
    assert.deepEqual(
      other.verdicts(1, () => steady(3, { queue: 990, dropped: 3 })),
      ['QueueFillingUp'],
    )
  })

  it('is not that for what is on its way, nor for a queue that empties', () => {
    const { verdicts } = createRounds()
    assert.ok(!verdicts(20, (index) => steady(index, { queue: index })).includes('QueueFillingUp'))
    const other = createRounds()
    assert.ok(!other.verdicts(20, (index) => steady(index, { queue: 700 - index })).includes('QueueFillingUp'))
  })

  it('stays that data is delivered when the gateways are replaced and nothing arrives', () => {
    const { verdicts } = createRounds()
    verdicts(3, steady)
    assert.deepEqual(new Set(verdicts(20, () => ({ b: {} }))), new Set(['Delivering']))
  })
})

describe('a view of all flows', () => {
  it('is news when a reason changes, and for figures once a minute', () => {
    const { round } = createRounds()
    round(steady(0))
    const told = round(steady(1))
    const news = [2, 3, 4, 5].map((index) => isFlowNews(told, round(steady(index))))
    assert.deepEqual(news, [false, false, false, true])
    assert.equal(isFlowNews(told, round(steady(5, { failed: 1 }))), true)
  })
})
