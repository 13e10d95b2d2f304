/** What a test says of the answers that exporters return, and what it does not. */
import assert from 'node:assert/strict'
import { destinationSpec } from '../../../../../src/api/kinds/destination.ts'
import { errorIn } from '../../../../../src/controllers/autoscaler/connection/ask.ts'
import { judge } from '../../../../../src/controllers/autoscaler/connection/judge.ts'
import type { Prepared } from '../../../../../src/controllers/autoscaler/connection/prepare.ts'
import type { DeliveryError } from '../../../../../src/controllers/autoscaler/delivery/flow/error-lines.ts'
import { deliveryErrors } from '../../../../../src/controllers/autoscaler/delivery/flow/error-lines.ts'
import { renderDestination } from '../../../../../src/destinations/render.ts'

const prepared = (type: string, fields: Record<string, string>, more: Partial<Prepared> = {}): Prepared => {
  const spec = destinationSpec.parse({ type, signals: ['traces'], fields, secretRef: { name: 'token' } })
  return { rendered: renderDestination({ name: 'x', spec }, ['secretHeaderValue', 'apiKey']), values: [], ...more }
}
const OTLP = prepared('otlphttp', { endpoint: 'https://a', secretHeader: 'x-key' })

const said = (error: string | undefined, of = OTLP, logged: DeliveryError[] = []): string => {
  const answer = { signal: 'traces' as const, isAccepted: error === undefined, error: error ?? '', afterMs: 1_234 }
  const { outcome, reason, message, remedy = '' } = judge({ answer, logged }, of)
  return `${outcome} ${reason}: ${message} | ${remedy}`
}

const http = (status: number): string =>
  `Permanent error: rpc error: code = Unknown desc = error exporting items, request to https://a/v1/traces responded with HTTP Status Code ${status}, Message=, Details=[]`

describe('the result of a test', () => {
  const cases: [error: string, expected: RegExp][] = [
    [http(403), /^Stopped AllDataRejected: the backend refuses the credentials: HTTP 403 Forbidden/],
    [http(405), /^Stopped AllDataRejected: the backend has nothing at this address/],
    [http(308), /^Stopped AllDataRejected: the backend redirects to another address: HTTP 308/],
    [http(422), /^Stopped AllDataRejected: the backend rejects a probe: HTTP 422/],
    [http(415), /^Stopped Unreachable: the backend does not speak the protocol/],
    ['something new', /^Stopped Unreachable: a probe does not reach the backend: something new/],
    ['Permanent error: something new', /^Stopped AllDataRejected: the backend rejects a probe: something new/],
    [
      'rpc error: code = Unavailable desc = no children to pick from',
      /^Stopped Unreachable: the name of the host is not found/,
    ],
    [
      'failed to make an HTTP request: Post "https://a": x509: certificate is valid for b, not a',
      /: the certificate of the backend is for other names: /,
    ],
    [
      'failed to make an HTTP request: Post "https://a": remote error: tls: handshake failure',
      /^Stopped Unreachable: the backend refuses the handshake of TLS: /,
    ],
    [
      'failed to make an HTTP request: Post "https://a": failed to get security token from token endpoint; oauth2: "invalid_client"',
      /^Stopped Unreachable: the token server gives no token: /,
    ],
    ['timeout: no answer within 10 seconds', /^Stopped Unreachable: the backend does not answer: /],
  ]
  for (const [error, expected] of cases) it(`of ${error.slice(0, 60)}…`, () => assert.match(said(error), expected))

  it('of what was accepted', () => {
    assert.equal(said(undefined), 'Passed Delivering: the backend accepted a probe after 1.2 s | ')
    const later = prepared('datadog', { site: 'datadoghq.eu' })
    assert.match(said(undefined, later), /^Unknown AnswerNotSeen: /)
    // What it says all the same counts.
    assert.match(
      said('dial tcp 10.0.0.1:443: connect: connection refused', later),
      /^Stopped Unreachable: nothing listens/,
    )
  })

  it('has no value of a Secret, whoever quotes it', () => {
    const of = { ...OTLP, values: ['plainword'] }
    assert.match(said('the key plainword is unknown', of), /the key \*{4} is unknown/)
    const [logged] = deliveryErrors(
      JSON.stringify({
        ts: '2026-01-01T00:00:00Z',
        msg: 'failed to send WriteRequest to remote endpoint',
        'otelcol.component.id': 'prometheus_remote_write/x',
        'otelcol.component.kind': 'exporter',
        'otelcol.signal': 'traces',
        status: '401 Unauthorized',
        error: 'the key plainword is unknown',
      }),
    )
    assert.ok(logged)
    assert.match(said('remote write request failed', of, [logged]), /: HTTP 401 Unauthorized: the key \*{4} is unknown/)
    const partial = { ...logged, refusedOfAccepted: 1, words: 'plainword?' }
    assert.match(said(undefined, of, [partial]), /^Stopped AllDataRejected: .*: \*{4}\? \| $/)
  })

  it('names what to check where credentials are refused', () => {
    assert.match(said(http(401), { ...OTLP, secret: 'token' }), / \| check key secretHeaderValue of Secret token$/)
    assert.match(said(http(401)), / \| check the values that were entered$/)
    const none = prepared('otlphttp', { endpoint: 'https://a' })
    assert.match(
      said(http(401), { ...none, rendered: { ...none.rendered, env: [] } }),
      / \| the Destination uses no Secret$/,
    )
  })

  it('restores what the receiver takes off an error of gRPC', () => {
    const body = JSON.stringify({ code: 16, message: 'no token' })
    assert.match(said(errorIn(body, true)), /the backend refuses the credentials: gRPC Unauthenticated: no token/)
    assert.equal(errorIn(body, false), 'no token')
    const whole = 'Permanent error: rpc error: code = NotFound desc = x'
    assert.equal(errorIn(JSON.stringify({ code: 14, message: whole }), true), whole)
    assert.equal(errorIn('<html>', true), '<html>')
  })
})
