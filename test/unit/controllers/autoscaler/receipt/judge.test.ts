import assert from 'node:assert/strict'
import type { Destination } from '../../../../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../../../../src/api/kinds/destination.ts'
import type { DeliveryError } from '../../../../../src/controllers/autoscaler/delivery/flow/error-lines.ts'
import type { QueueReading } from '../../../../../src/controllers/autoscaler/delivery/queue-metrics.ts'
import type { DestinationFacts, QueueFigures } from '../../../../../src/controllers/autoscaler/receipt/judge.ts'
import { judge } from '../../../../../src/controllers/autoscaler/receipt/judge.ts'

const SENT_MS = 1_000_000

const destination = (spec: object = {}): Destination => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name: 'backend', namespace: 'odigos-system' },
  spec: destinationSpec.parse({ type: 'otlphttp', signals: ['traces'], fields: { endpoint: 'http://b' }, ...spec }),
})

const reading = (more: Partial<QueueReading> = {}, handed?: number): QueueFigures => ({
  handed,
  reading: {
    exporter: 'otlp_http/backend-0123456789',
    signal: 'traces',
    fill: 0,
    sizeBytes: 0,
    capacityBytes: 1000,
    sent: 10,
    failed: 5,
    dropped: 2,
    ...more,
  },
})

const NOTHING: QueueFigures = { reading: undefined, handed: undefined }

const error = (more: Partial<DeliveryError> = {}): DeliveryError => ({
  exporter: 'otlp_http/backend-0123456789',
  signal: 'traces',
  atMs: SENT_MS + 1_500,
  isFinal: false,
  refusedOfAccepted: 0,
  cause: 'Other',
  words: 'words',
  ...more,
})

const facts = (more: Partial<DestinationFacts> = {}): DestinationFacts => ({
  destination: destination(),
  signal: 'traces',
  left: { pod: 'odigos-gateway-0', afterMs: 500 },
  before: reading(),
  now: reading(),
  handed: undefined,
  wasEmpty: false,
  errors: [],
  sentMs: SENT_MS,
  nowMs: SENT_MS + 2_000,
  ...more,
})

const outcome = (more: Partial<DestinationFacts>): string => {
  const { isFinal, hops } = judge(facts(more))
  const last = hops.at(-1)
  return `${isFinal ? 'final' : 'open'} ${last?.hop} ${last?.outcome} ${last?.reason}: ${last?.message}`
}

describe('the receipt of a probe in a queue', () => {
  const cases: [string, Partial<DestinationFacts>, RegExp][] = [
    ['sent, and nothing waits', { now: reading({ sent: 11 }), wasEmpty: true }, /^final Destination Passed Delivering/],
    [
      'others were sent, and the queue is not empty',
      { now: reading({ sent: 11, sizeBytes: 70 }) },
      /^open Destination Unknown WaitsInQueue: .*70 bytes/,
    ],
    ['the queue ran empty, and nothing was counted yet', { wasEmpty: true }, /^open Destination Stopped Unreachable/],
    [
      'all that was handed on before it has left',
      { before: reading({}, 17), handed: 20, now: reading({ sent: 13, sizeBytes: 70 }, 30) },
      /^final Destination Passed Delivering/,
    ],
    [
      'some that was handed on before it has not left',
      { before: reading({}, 17), handed: 20, now: reading({ sent: 12, sizeBytes: 70 }, 30) },
      /^open Destination Unknown WaitsInQueue/,
    ],
    [
      'what waited when the gateway started has left as well',
      { before: reading({}, 7), handed: 9, now: reading({ sent: 11, sizeBytes: 70 }, 30) },
      /^open Destination Unknown WaitsInQueue/,
    ],
    [
      'there was no room',
      { now: reading({ dropped: 3 }) },
      /^final Queue Stopped QueueFull: the queue of odigos-gateway-0 does not take it$/,
    ],
    [
      'the disk was full',
      {
        now: reading({ dropped: 3 }),
        errors: [
          error({ isFinal: true, isOfQueue: true, words: 'no space left on device' }),
          error({ words: 'refused' }),
        ],
      },
      /^final Queue Stopped QueueFull: .*: no space left on device$/,
    ],
    [
      'rejected, with words',
      {
        now: reading({ failed: 6 }),
        wasEmpty: true,
        errors: [error({ isFinal: true, words: 'HTTP 400 Bad Request' })],
      },
      /^final Destination Stopped AllDataRejected: the backend rejects it: HTTP 400 Bad Request$/,
    ],
    [
      'rejected, and the log is late',
      { now: reading({ failed: 6 }), wasEmpty: true },
      /^open Destination Stopped AllDataRejected/,
    ],
    [
      'rejected, and the log says nothing',
      { now: reading({ failed: 6 }), nowMs: SENT_MS + 6_000 },
      /^final Destination Stopped AllDataRejected: the backend rejects it$/,
    ],
    [
      'rejected in the past only',
      { errors: [error({ isFinal: true, atMs: SENT_MS - 5_000 })] },
      /^open Destination Stopped Unreachable: the backend has not answered within 2 seconds/,
    ],
    [
      'some were accepted, others not',
      { now: reading({ sent: 12, failed: 6 }), errors: [error({ isFinal: true })] },
      /^final Destination Unknown SomeDataRejected/,
    ],
    [
      'accepted in part',
      { now: reading({ sent: 11 }), errors: [error({ isFinal: true, refusedOfAccepted: 1 })] },
      /^final Destination Unknown SomeDataRejected/,
    ],
    ['limited', { errors: [error({ cause: 'Throttled' })] }, /^final Destination Stopped Throttled/],
    ['not reached', { errors: [error({ cause: 'Dns' })] }, /^final Destination Stopped Unreachable: .*: words$/],
    [
      'not reached before the probe',
      { errors: [error({ atMs: SENT_MS - 20_000 })] },
      /^open Destination Stopped Unreachable/,
    ],
    [
      'not reached before the probe, for long',
      { errors: [error({ atMs: SENT_MS - 20_000 })], nowMs: SENT_MS + 9_000 },
      /^final Destination Stopped Unreachable/,
    ],
    [
      'a gateway that started again',
      { now: reading({ sent: 1, failed: 0, dropped: 0 }), wasEmpty: true },
      /^final Destination Passed Delivering/,
    ],
    ['unknown figures', { before: NOTHING, now: NOTHING }, /^open Destination Stopped Unreachable/],
  ]
  for (const [name, more, expected] of cases) it(name, () => assert.match(outcome(more), expected))

  it('tells what to do about TLS', () => {
    const words =
      'gRPC Unavailable: connection error: desc = "error reading server preface: remote error: tls: certificate required"'
    const found = outcome({ errors: [error({ isFinal: false, cause: 'Tls', words })] })
    assert.match(
      found,
      /Stopped Unreachable: it waits in the queue: .*certificate required"; put one into the Secret .*clientKey/,
    )
  })

  it('names the keys of the Secret that the Destination uses, and no others', () => {
    const refused = (spec: object): string =>
      outcome({
        destination: destination(spec),
        now: reading({ failed: 6 }),
        errors: [error({ isFinal: true, cause: 'Credentials', words: 'HTTP 401 Unauthorized' })],
      })
    const endpoint = 'http://b'
    const secretRef = { name: 'token' }
    assert.match(refused({}), /HTTP 401 Unauthorized; the Destination uses no Secret$/)
    assert.match(
      refused({ fields: { endpoint, secretHeader: 'x' }, secretRef }),
      /; check key secretHeaderValue of Secret token$/,
    )
    assert.match(
      refused({ fields: { endpoint, secretHeader: 'x', username: 'me' }, secretRef }),
      /; check keys secretHeaderValue, password of Secret token$/,
    )
  })
})
