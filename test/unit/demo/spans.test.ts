import assert from 'node:assert/strict'
import type { Span } from '../../../deploy/demo/spans.ts'
import { drawTrace, parseSpans, spansByService, wholeTrace } from '../../../deploy/demo/spans.ts'

const span = (service: string, spanId: string, parentSpanId: string, over: Partial<Span> = {}): Span => ({
  traceId: 't1',
  spanId,
  parentSpanId,
  name: `GET /${service}`,
  kind: 2,
  startMs: 0,
  durationMs: 1.25,
  service,
  resource: { 'telemetry.sdk.language': 'go' },
  attributes: {},
  ...over,
})

describe('spans of the demo', () => {
  it('are read from OTLP JSON, with the attributes of their resource', () => {
    const attribute = (key: string, value: object) => ({ key, value })
    const raw = {
      traceId: 'aa',
      spanId: 'bb',
      name: 'GET /',
      kind: 3,
      startTimeUnixNano: '1764000000000000000',
      endTimeUnixNano: '1764000000001500000',
      attributes: [attribute('http.response.status_code', { intValue: '200' }), attribute('empty', {})],
    }
    const resource = { attributes: [attribute('service.name', { stringValue: 'cart' })] }
    const line = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [raw] }, {}] }] })
    const [read, ...rest] = parseSpans([line, '{}'])
    assert.deepEqual(rest, [])
    assert.deepEqual(
      [read?.service, read?.parentSpanId, read?.kind, read?.startMs, read?.durationMs, read?.attributes],
      ['cart', '', 3, 1_764_000_000_000, 1.5, { 'http.response.status_code': '200', empty: '' }],
    )
    assert.throws(() => parseSpans(['not JSON']))
  })

  it('without a service are of the service unknown', () => {
    const raw = { traceId: 'a', spanId: 'b', name: 'x', startTimeUnixNano: '0', endTimeUnixNano: '0' }
    assert.equal(
      parseSpans([JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [raw] }] }] })])[0]?.service,
      'unknown',
    )
  })
})

describe('a whole trace', () => {
  const whole = [span('storefront', '1', ''), span('cart', '2', '1')]
  const services = ['storefront', 'cart']

  it('has every service, one root, and a parent for every other span', () => {
    assert.deepEqual(wholeTrace(whole, services), whole)
    assert.equal(wholeTrace(whole, [...services, 'pricing']), undefined)
    assert.equal(wholeTrace([...whole, span('cart', '3', '')], services), undefined, 'two roots')
    assert.equal(wholeTrace([...whole, span('cart', '3', 'lost')], services), undefined, 'a parent is missing')
    assert.equal(wholeTrace([], services), undefined)
  })

  it('is found among others, and not put together from two', () => {
    const other = [span('storefront', '9', '', { traceId: 't0' })]
    assert.deepEqual(wholeTrace([...other, ...whole], services), whole)
    assert.equal(
      wholeTrace([span('storefront', '1', ''), span('cart', '2', '', { traceId: 't2' })], services),
      undefined,
    )
  })
})

describe('the drawing of a trace', () => {
  it('puts each span under its parent, in order of time', () => {
    const trace = [
      span('storefront', '1', '', { durationMs: 10 }),
      span('late', '4', '1', { startMs: 5 }),
      span('cart', '2', '1', { kind: 3, startMs: 1 }),
      span('redis', '3', '2', { kind: 9 }),
    ]
    assert.deepEqual(drawTrace(trace), [
      'storefront · GET /storefront (server)  10.0 ms',
      '├─ cart · GET /cart (client)  1.3 ms',
      '│  └─ redis · GET /redis (9)  1.3 ms',
      '└─ late · GET /late (server)  1.3 ms',
    ])
  })

  it('the table counts spans of each service', () => {
    const spans = [span('b', '1', ''), span('a', '2', '1', { resource: {} }), span('b', '3', '1')]
    assert.deepEqual(spansByService(spans), [
      { service: 'a', language: '?', spans: 1 },
      { service: 'b', language: 'go', spans: 2 },
    ])
  })
})
