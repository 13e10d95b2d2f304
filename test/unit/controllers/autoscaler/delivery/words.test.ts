import assert from 'node:assert/strict'
import { deliveryErrors } from '../../../../../src/controllers/autoscaler/delivery/flow/error-lines.ts'
import { wordsOf } from '../../../../../src/controllers/autoscaler/delivery/flow/words.ts'

const HTTP = 'error exporting items, request to http://a.example/v1/traces?key=s3cret responded with HTTP Status Code'

/** What the exporters of version 0.155 log, and what is made of it. */
const CASES: [string, string, string][] = [
  [
    `not retryable error: Permanent error: rpc error: code = Unauthenticated desc = ${HTTP} 401`,
    'Credentials',
    'HTTP 401 Unauthorized',
  ],
  [
    `not retryable error: Permanent error: rpc error: code = Unknown desc = ${HTTP} 413`,
    'TooLarge',
    'HTTP 413 Content Too Large',
  ],
  [
    `Throttle (5s), error: rpc error: code = ResourceExhausted desc = ${HTTP} 429`,
    'Throttled',
    'HTTP 429 Too Many Requests',
  ],
  [`rpc error: code = Unavailable desc = ${HTTP} 503`, 'Unavailable', 'HTTP 503 Service Unavailable'],
  [`rpc error: code = Unknown desc = ${HTTP} 418`, 'Other', 'HTTP 418'],
  [
    `rpc error: code = PermissionDenied desc = ${HTTP} 403, Message=no such team, Details=[]`,
    'Credentials',
    'HTTP 403 Forbidden: no such team',
  ],
  [
    'failed to make an HTTP request: Post "http://a.b:4318/v1/traces": dial tcp: lookup a.b on 10.0.0.10:53: no such host',
    'Dns',
    'dial tcp: lookup a.b on 10.0.0.10:53: no such host',
  ],
  [
    'failed to make an HTTP request: Post "https://a/v1/traces": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'Tls',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'failed to make an HTTP request: Post "https://a/v1/traces": http: server gave HTTP response to HTTPS client',
    'Tls',
    'http: server gave HTTP response to HTTPS client',
  ],
  [
    'failed to make an HTTP request: Post "http://a/v1/traces": dial tcp 10.1.2.3:4318: connect: connection refused',
    'Refused',
    'dial tcp 10.1.2.3:4318: connect: connection refused',
  ],
  [
    'failed to make an HTTP request: Post "http://a/v1/traces": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'Timeout',
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.1.2.3:4317: connect: connection refused"',
    'Refused',
    'gRPC Unavailable: connection error: desc = "transport: Error while dialing: dial tcp 10.1.2.3:4317: connect: connection refused"',
  ],
  [
    'not retryable error: Permanent error: rpc error: code = Unauthenticated desc = bad token',
    'Credentials',
    'gRPC Unauthenticated: bad token',
  ],
  [
    'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5 vs. 4)',
    'TooLarge',
    'gRPC ResourceExhausted: grpc: received message larger than max (5 vs. 4)',
  ],
  [
    'rpc error: code = Unavailable desc = no children to pick from',
    'Dns',
    'gRPC Unavailable: no children to pick from (the name of the endpoint has no address)',
  ],
]

/** Texts that hold a credential, and what of them may not be told. */
const SECRETS: [string, string][] = [
  ['the key 0123456789abcdef0123 is unknown', '0123456789abcdef0123'],
  ['bad header Authorization: Bearer abc1', 'abc1'],
  ['token=hunter2 is wrong', 'hunter2'],
  ['"api_key": "hunter2"', 'hunter2'],
  ['password: "hun ter2"', 'ter2'],
  ['see https://user:hunter2@a.example/v1/hunter2?k=hunter2 for details', 'hunter2'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U', 'eyJ'],
]

const line = (fields: object): string =>
  JSON.stringify({
    level: 'info',
    ts: '2026-11-27T14:42:09.779Z',
    'otelcol.component.id': 'otlp_http/a-0123456789',
    'otelcol.component.kind': 'exporter',
    'otelcol.signal': 'logs',
    ...fields,
  })

describe('errors of exporters', () => {
  for (const [error, cause, words] of CASES) it(words, () => assert.deepEqual(wordsOf(error), { cause, words }))

  for (const [text, secret] of SECRETS)
    it(`do not tell the credential of: ${text.slice(0, 30)}`, () => {
      for (const error of [text, `rpc error: code = Unauthenticated desc = ${text}`]) {
        const { words } = wordsOf(error)
        assert.ok(!words.includes(secret), words)
      }
    })

  it('are one line of a limited length', () => {
    const { words } = wordsOf(`a\nb ${'c '.repeat(1_000)}`)
    assert.ok(words.length <= 300 && !words.includes('\n'))
  })

  it('are found among the lines of a log', () => {
    const log = [
      'not JSON',
      '{"half":',
      line({ msg: 'Exporting failed. Rejecting data.', error: 'sending queue is full' }),
      line({ msg: 'Everything is ready.' }),
      line({ msg: 'Exporting failed. Dropping data.', error: 'gone', 'otelcol.component.kind': 'processor' }),
      line({ msg: 'Exporting failed. Dropping data.', error: 'gone', dropped_items: 3 }),
      line({ msg: 'Exporting failed. Will retry the request after interval.', error: 'later' }),
      line({ msg: 'Partial success response', message: 'over quota', dropped_log_records: 7 }),
      line({ msg: 'Partial success response', message: 'a warning', dropped_log_records: 0 }),
      line({ msg: 'unable to open connection to broker', err: 'unable to dial: connection refused' }),
    ].join('\n')
    const of = { exporter: 'otlp_http/a-0123456789', signal: 'logs', atMs: Date.parse('2026-11-27T14:42:09.779Z') }
    assert.deepEqual(deliveryErrors(log), [
      { ...of, cause: 'Other', words: 'sending queue is full', isFinal: true, isOfQueue: true, refusedOfAccepted: 0 },
      { ...of, cause: 'Other', words: 'gone', isFinal: true, refusedOfAccepted: 0 },
      { ...of, cause: 'Other', words: 'later', isFinal: false, refusedOfAccepted: 0 },
      { ...of, cause: 'Other', words: 'over quota', isFinal: true, refusedOfAccepted: 7 },
      { ...of, cause: 'Refused', words: 'unable to dial: connection refused', isFinal: false, refusedOfAccepted: 0 },
    ])
  })
})
