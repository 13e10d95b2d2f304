/** Which hosts a Destination sends to, and which of them the setting allows. */
import assert from 'node:assert/strict'
import { destinationsSchema } from '../../../src/api/kinds/destination-settings.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { addressesOf, hostProblems } from '../../../src/destinations/hosts.ts'
import type { RenderedDestination } from '../../../src/destinations/render.ts'
import { renderDestination } from '../../../src/destinations/render.ts'

const rendered = (type: string, fields: Record<string, string>, secretKeys: string[] = []): RenderedDestination => {
  const { signals = [], fields: known = [] } = catalogue.get(type) ?? {}
  const secretRef = secretKeys.length > 0 ? { secretRef: { name: 'token' } } : {}
  assert.ok(Object.keys(fields).every((name) => known.some((field) => field.name === name)))
  const found = renderDestination(
    { name: 'example', spec: destinationSpec.parse({ type, signals, fields, ...secretRef }) },
    secretKeys,
  )
  assert.deepEqual(found.problems, [])
  return found
}

const refused = (of: RenderedDestination, allowed?: readonly string[]): string =>
  hostProblems(of, allowed)
    .map(({ reason, message }) => `${reason}: ${message}`)
    .join('; ')

const http = (host: string): RenderedDestination => rendered('otlphttp', { endpoint: `http://${host}:4318/otlp` })

describe('hosts of Destinations', () => {
  const cases: [host: string, pattern: string, isAllowed: boolean][] = [
    ['otel.example.com', '*', true],
    ['otel.example.com', 'otel.example.com', true],
    ['OTEL.example.com.', 'otel.EXAMPLE.com', true],
    ['otel.example.com', '*.example.com', true],
    ['a.otel.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['badexample.com', '*.example.com', false],
    ['example.com.evil.org', '*.example.com', false],
    ['example.com', 'example', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.0/31', false],
    ['167838211', '10.1.2.3', true],
    ['0x0a.1.2.3', '10.0.0.0/8', true],
    ['[::ffff:10.1.2.3]', '10.0.0.0/8', true],
    ['[fd12::1]', 'fd12::/16', true],
    ['[fd13::1]', 'fd12::/16', false],
    ['[fd12:0:0:0:0:0:0:1]', 'fd12::1', true],
    ['10.1.2.3', 'fd12::/16', false],
    ['ten.example.com', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/99', false],
  ]
  for (const [host, pattern, isAllowed] of cases)
    it(`${pattern} ${isAllowed ? 'allows' : 'does not allow'} ${host}`, () => {
      // What an address looks like is checked before, by its field; here it counts where a collector would send to.
      const exporters = [{ ...http('x').exporters[0]!, config: { endpoint: `http://${host}:4318/otlp` } }]
      assert.equal(hostProblems({ exporters, extensions: {} }, [pattern]).length === 0, isAllowed)
    })

  it('are all allowed without the setting, and none with an empty one', () => {
    assert.equal(refused(http('otel.example.com')), '')
    assert.equal(
      refused(http('otel.example.com'), []),
      'HostNotAllowed: otel.example.com is not among the allowed hosts',
    )
  })

  it('are those of the rendered exporters, whatever fields they come from', () => {
    const allowed = ['*.example.com']
    const brokers = rendered('kafka', { brokers: 'a.example.com:9092, b.example.org:9092' })
    assert.match(refused(brokers, allowed), /^HostNotAllowed: b\.example\.org is not/)
    const clickhouse = rendered('clickhouse', { endpoint: 'tcp://c.example.org:9000', database: 'otel' })
    assert.match(refused(clickhouse, allowed), /c\.example\.org is not/)
    const fromRegion = rendered('splunk', { realm: 'us1' }, ['accessToken'])
    assert.match(refused(fromRegion, allowed), /ingest\.us1\.signalfx\.com is not/)
    assert.equal(refused(fromRegion, ['*.signalfx.com']), '')
    const derived = rendered('datadog', { site: 'datadoghq.eu' }, ['apiKey'])
    assert.match(refused(derived, allowed), /api\.datadoghq\.eu is not/)
    const grpc = rendered('otlp', { endpoint: 'otel.example.org:4317' })
    assert.match(refused(grpc, allowed), /otel\.example\.org is not/)
    assert.equal(refused(rendered('debug', {}), allowed), '')
  })

  it('in a Secret are not known, and only allowed where all are', () => {
    const secret = rendered('sumologic', {}, ['url'])
    assert.equal(refused(secret), '')
    assert.equal(refused(secret, ['*']), '')
    assert.match(refused(secret, ['*.sumologic.com']), /the address is in the Secret/)
  })

  for (const host of [
    '169.254.169.254',
    '2852039166',
    '[::ffff:a9fe:a9fe]',
    '[fd00:ec2::254]',
    'metadata.google.internal.',
  ])
    it(`do not include ${host}, unless it is listed as it is`, () => {
      const exporters = [{ ...http('x').exporters[0]!, config: { endpoint: `http://${host}/` } }]
      for (const allowed of [undefined, ['*'], ['169.254.0.0/16', 'fd00::/8', '*.google.internal']])
        assert.match(refused({ ...http('x'), exporters }, allowed), /is the metadata service of a cloud/)
      const listed = ['169.254.169.254', 'fd00:ec2::254', 'metadata.google.internal']
      assert.equal(refused({ ...http('x'), exporters }, listed), '')
    })

  it('include that of the token server, which gets the client secret', () => {
    const of = (tokenUrl: string): RenderedDestination =>
      rendered('otlphttp', { endpoint: 'http://a.example.com', oauth2: 'true', clientId: 'me', tokenUrl }, [
        'clientSecret',
      ])
    assert.equal(refused(of('https://login.example.com/token'), ['*.example.com']), '')
    assert.match(refused(of('https://evil.org/a.example.com'), ['*.example.com']), /^HostNotAllowed: evil\.org is not/)
    assert.match(refused(of('http://169.254.169.254/token')), /is the metadata service of a cloud/)
  })

  it('are known of each type of the catalogue', () => {
    for (const entry of catalogue.values())
      for (const test of entry.tests.filter(({ problems }) => !problems)) {
        const of = rendered(entry.id, test.fields, test.secretKeys)
        for (const exporter of of.exporters)
          assert.equal(addressesOf(exporter).length > 0, entry.id !== 'debug', `${entry.id}: ${test.name}`)
        assert.doesNotMatch(refused(of, ['*.example.org']), /is no host|are not known/, `${entry.id}: ${test.name}`)
      }
  })

  it('have patterns that the setting refuses where they mean nothing', () => {
    const isTaken = (pattern: string): boolean => destinationsSchema.safeParse({ allowedHosts: [pattern] }).success
    for (const pattern of ['*', '*.example.com', 'a_b.svc', '10.0.0.0/8', 'fd12::/16', '::1'])
      assert.ok(isTaken(pattern), pattern)
    for (const pattern of ['', 'a*.com', 'https://a', 'a:80', 'a/b', '*.', 'a b']) assert.ok(!isTaken(pattern), pattern)
  })
})
