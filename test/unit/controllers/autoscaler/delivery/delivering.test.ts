import assert from 'node:assert/strict'
import { findCondition } from '../../../../../src/api/conditions.ts'
import type { Destination } from '../../../../../src/api/kinds/destination.ts'
import { deliveryReport } from '../../../../../src/api/reports/delivery-report.ts'
import { rfc3339 } from '../../../../../src/api/time.ts'
import type { AssessedDestination } from '../../../../../src/controllers/autoscaler/acceptance.ts'
import { destinationActions } from '../../../../../src/controllers/autoscaler/delivery/destination-actions.ts'
import type { FlowView, SignalFlow } from '../../../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import { NOTHING_READ } from '../../../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import { deliveryReportOf } from '../../../../../src/controllers/autoscaler/delivery/flow/report.ts'
import { VERDICTS } from '../../../../../src/controllers/autoscaler/delivery/flow/verdict.ts'
import { renderDestination } from '../../../../../src/destinations/render.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')
const spec: Destination['spec'] = {
  type: 'otlphttp',
  signals: ['traces', 'logs'],
  fields: { endpoint: 'http://backend:4318' },
  disabled: false,
}
const rendered = renderDestination({ name: 'backend', uid: 'uid', spec }, [])
const exporter = rendered.exporters[0]?.id ?? ''

const assessed = (status?: Destination['status'], generation = 1): AssessedDestination => ({
  destination: {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Destination',
    metadata: { name: 'backend', namespace: 'odigos-system', uid: 'uid', generation },
    spec,
    ...(status ? { status } : {}),
  },
  rendered,
  condition: { type: 'Accepted', status: 'True', reason: 'Valid', message: 'valid', observedGeneration: generation },
})

const items = (sent: number, failed = 0, dropped = 0) => ({ sent, failed, dropped })
const flow = (verdict: SignalFlow['verdict'], more: Partial<SignalFlow> = {}): SignalFlow => ({
  exporter,
  signal: 'traces',
  verdict,
  counted: items(1_234),
  total: items(1_234),
  window: items(1_234),
  recent: items(100),
  latest: items(10),
  sizeBytes: 0,
  capacityBytes: 1_000,
  fill: 0,
  ...more,
})
const error = { exporter, signal: 'traces' as const, atMs: NOW_MS, cause: 'Credentials' as const, words: 'HTTP 401' }
const lastError = { ...error, isFinal: true, refusedOfAccepted: 0 }
const viewOf = (flows: SignalFlow[], more: Partial<FlowView> = {}): FlowView => ({
  atMs: NOW_MS,
  gateways: 2,
  unread: 0,
  isBlind: false,
  isSettled: true,
  signals: new Map(flows.map((each) => [`${each.signal} ${each.exporter}`, each])),
  ...more,
})

const QUEUES = { drops: [], isSettled: false, drained: new Set<string>(), empty: new Set<string>() }

const look = (object: AssessedDestination, view: FlowView) => {
  const actions = destinationActions(object, { queues: QUEUES, flow: view }, view.atMs)
  const written = actions.find((action) => action.do === 'status')?.object['status'] as Destination['status']
  const events = actions.flatMap((action) => (action.do === 'event' ? [`${action.type} ${action.reason}`] : []))
  const condition = written?.conditions?.find(({ type }) => type === 'Delivering')
  return { written, events, text: condition && `${condition.status} ${condition.reason}: ${condition.message}` }
}

/** The status after a look, and what is written at a later one. */
const later = (first: FlowView, second: FlowView) => {
  const { written } = look(assessed(), first)
  assert.ok(written)
  return look(assessed(written), second)
}

const TEXTS: [string, FlowView, string | undefined][] = [
  ['accepts', viewOf([flow('Delivering')]), 'True Delivering: traces: the backend accepts the data'],
  [
    'says the same of several signals once',
    viewOf([flow('Delivering'), flow('Delivering', { signal: 'logs' })]),
    'True Delivering: logs, traces: the backend accepts the data',
  ],
  [
    'rejects everything',
    viewOf([flow('AllDataRejected', { lastError, window: items(0, 3_712) })]),
    'False AllDataRejected: traces: the backend rejects everything: HTTP 401; about 3,700 spans were lost in the last 5 minutes',
  ],
  [
    'has one signal that is worse',
    viewOf([flow('Delivering'), flow('Throttled', { signal: 'logs', lastError })]),
    'False Throttled: logs: the backend limits the rate: HTTP 401',
  ],
  [
    'is not reached',
    viewOf([flow('Unreachable', { fill: 0.12, lastError })]),
    'False Unreachable: traces: the backend is not reached: HTTP 401; data waits in the queue, which is 12 % full',
  ],
  [
    'is not reached, and the queue is full',
    viewOf([flow('Unreachable', { fill: 1, window: items(0, 0, 99) })]),
    'False Unreachable: traces: the backend is not reached; the full queue dropped about 99 spans in the last 5 minutes',
  ],
  [
    'is slow',
    viewOf([flow('QueueFillingUp', { fill: 0.28, sizeBytes: 280, growth: 0.0001 })]),
    'False QueueFillingUp: traces: the queue is 28 % full, full in 2 h at this rate',
  ],
  [
    'has no traffic',
    viewOf([flow('NoTelemetryYet')]),
    'Unknown NoTelemetryYet: traces: no data has arrived for the destination yet',
  ],
  [
    'has traffic of one signal',
    viewOf([flow('NoTelemetryYet'), flow('Delivering', { signal: 'logs' })]),
    'True Delivering: logs: the backend accepts the data',
  ],
  [
    'is never green while a gateway is not read',
    viewOf([flow('Delivering')], { unread: 1 }),
    'Unknown DeliveryUnknown: 1 of 2 gateways could not be read; the others report no failure',
  ],
  [
    'is red while a gateway is not read',
    viewOf([flow('Throttled')], { unread: 1 }),
    'False Throttled: traces: the backend limits the rate; 1 of 2 gateways could not be read',
  ],
  ['has no gateways', viewOf([], { isBlind: true, gateways: 0 }), 'Unknown DeliveryUnknown: no gateway runs'],
  ['is new', viewOf([]), undefined],
  ['is not known by a new leader', { ...NOTHING_READ, atMs: NOW_MS }, undefined],
]

describe('the condition Delivering', () => {
  for (const [name, view, expected] of TEXTS)
    it(`of a backend that ${name}`, () => assert.equal(look(assessed(), view).text, expected))

  it('has its reasons in the order of severity', () =>
    assert.deepEqual(VERDICTS.slice(0, 6), [
      'AllDataRejected',
      'SomeDataRejected',
      'Unreachable',
      'QueueFillingUp',
      'Throttled',
      'Delivering',
    ]))

  it('is taken away with its figures when the Destination is refused', () => {
    const { written } = look(assessed(), viewOf([flow('Delivering')]))
    const refused = { ...assessed(written), condition: { ...assessed().condition, status: 'False' as const } }
    const { written: after } = look(refused, viewOf([flow('Delivering')]))
    assert.deepEqual([after?.conditions?.map(({ type }) => type), after?.delivery], [['Accepted'], undefined])
  })

  it('is kept by a new leader, and by gateways that start again, until something moves', () => {
    const first = viewOf([flow('AllDataRejected')])
    for (const view of [
      NOTHING_READ,
      viewOf([flow('NoTelemetryYet', { window: items(1_234) })]),
      viewOf([flow(undefined, { window: items(1_234) })]),
    ])
      assert.equal(later(first, view).written, undefined)
    const { written } = look(assessed(), first)
    const changed = look(assessed(written, 2), viewOf([flow('NoTelemetryYet')]))
    assert.match(changed.text ?? '', /^Unknown NoTelemetryYet/, 'another spec is another story')
  })

  it('is an Event when the reason is another one, except that it is unknown', () => {
    assert.deepEqual(look(assessed(), viewOf([flow('Unreachable')])).events.slice(1), ['Warning Unreachable'])
    const mended = later(viewOf([flow('Unreachable')]), viewOf([flow('Delivering')]))
    assert.deepEqual(mended.events, ['Normal Delivering'])
    assert.deepEqual(later(viewOf([flow('Delivering')]), viewOf([], { isBlind: true })).events, [])
  })
})

describe('the figures of a Destination', () => {
  const at = (ms: number, more: Partial<SignalFlow>): FlowView =>
    viewOf([flow('Delivering', more)], { atMs: NOW_MS + ms })
  const first = at(0, { lastSuccessMs: NOW_MS })

  it('have two digits, and times', () => {
    const { written } = look(assessed(), at(0, { lastError, lastSuccessMs: NOW_MS, window: items(1_234, 56, 789) }))
    assert.deepEqual(written?.delivery, {
      updatedTime: '2026-01-01T12:00:00Z',
      signals: [
        {
          signal: 'traces',
          sent: 1_200,
          failed: 56,
          dropped: 790,
          queuedBytes: 0,
          queueCapacityBytes: 1_000,
          lastSuccessTime: '2026-01-01T12:00:00Z',
          lastError: { time: '2026-01-01T12:00:00Z', cause: 'Credentials', message: 'HTTP 401' },
        },
      ],
    })
  })

  it('are not written again within a minute, nor where they are the same', () => {
    const grown = { lastSuccessMs: NOW_MS + 50_000, window: items(9_999) }
    assert.equal(later(first, at(59_000, grown)).written, undefined)
    assert.equal(later(first, at(60_000, grown)).written?.delivery?.signals[0]?.sent, 10_000)
    const same = { lastSuccessMs: NOW_MS + 540_000, window: items(1_239) }
    assert.equal(
      later(first, at(540_000, same)).written,
      undefined,
      'an hour of steady traffic is one write each ten minutes',
    )
  })

  it('are written at once with another reason', () => {
    const { written } = later(
      first,
      viewOf([flow('AllDataRejected', { window: items(0, 7) })], { atMs: NOW_MS + 1_000 }),
    )
    assert.equal(written?.delivery?.signals[0]?.failed, 7)
  })

  it('keep the last success and error that a new leader does not know', () => {
    const known = at(0, { lastSuccessMs: NOW_MS, lastError })
    const { written } = later(known, at(60_000, { window: items(5) }))
    const { lastSuccessTime, lastError: kept } = written?.delivery?.signals[0] ?? {}
    assert.deepEqual([lastSuccessTime, kept?.message], [rfc3339(NOW_MS), 'HTTP 401'])
  })

  it('do not change the time of a transition', () => {
    const { written } = later(first, at(60_000, { window: items(5) }))
    const condition = findCondition(written?.conditions, 'Delivering')
    assert.equal(condition?.lastTransitionTime, rfc3339(NOW_MS))
  })
})

describe('the report of the delivery', () => {
  it('has the exact figures by Destination', () => {
    const view = viewOf([
      flow('Unreachable', { lastError, growth: 0.0001, sizeBytes: 280, fill: 0.28 }),
      flow('Delivering', { exporter: 'otlp_grpc/gateway' }),
      flow('Delivering', { signal: 'logs', lastSuccessMs: NOW_MS, window: items(300) }),
    ])
    const report = deliveryReportOf(view)
    assert.deepEqual(deliveryReport.parse(report), report)
    assert.deepEqual([report.gateways, report.unreadGateways, report.destinations.length], [2, 0, 1])
    const { name, signals } = report.destinations[0]!
    assert.deepEqual([name, signals.map(({ signal }) => signal)], ['backend', ['logs', 'traces']])
    assert.deepEqual(
      [signals[0]?.sentPerSecond, signals[0]?.lastSuccessTime, signals[1]?.fullInSeconds, signals[1]?.lastError?.cause],
      [1, rfc3339(NOW_MS), 7_200, 'Credentials'],
    )
    assert.deepEqual(deliveryReportOf(NOTHING_READ).destinations, [])
  })
})
