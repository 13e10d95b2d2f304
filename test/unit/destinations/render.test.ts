import assert from 'node:assert/strict'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { renderDestination, secretVariable } from '../../../src/destinations/render.ts'
import { tlsFixture } from '../../support/destinations/pem-inputs.ts'
import { authority } from '../../support/admission/test-certificate.ts'

const spec = (changes: Partial<DestinationSpec> = {}): DestinationSpec => ({
  type: 'otlphttp',
  signals: ['traces'],
  fields: { endpoint: 'http://backend:4318' },
  disabled: false,
  ...changes,
})
const render = (changes: Partial<DestinationSpec>, keys: string[] | undefined = []) =>
  renderDestination({ name: 'a', spec: spec(changes) }, keys)
const reasons = (changes: Partial<DestinationSpec>, keys?: string[]): string[] =>
  render(changes, keys).problems.map(({ reason }) => reason)

describe('renderDestination', () => {
  const cases: [string, Partial<DestinationSpec>, string[]][] = [
    ['nothing wrong', {}, []],
    ['an unknown type', { type: 'nowhere' }, ['UnknownType']],
    ['a disabled one, whatever else is wrong', { disabled: true, fields: {} }, ['Disabled']],
    ['an empty required field', { fields: { endpoint: ' ' } }, ['MissingField']],
    ['a required field with white space of Go', { fields: { endpoint: '\u0085' } }, ['MissingField']],
    ['a value that the pattern refuses', { fields: { endpoint: 'backend' } }, ['InvalidField']],
    ['a boolean that is none', { fields: { endpoint: 'http://b', skipVerify: 'yes' } }, ['InvalidField']],
    ['pairs without =', { fields: { endpoint: 'http://b', headers: 'novalue' } }, ['InvalidField']],
    ['brackets without an IPv6 address', { fields: { endpoint: 'http://[1.2.3.4]' } }, ['InvalidField']],
    ['an IPv6 address', { fields: { endpoint: 'http://[fd00::1]:4318' } }, []],
    [
      'a header whose name is too long for a key of YAML',
      { fields: { endpoint: 'http://b', headers: `${'a'.repeat(300)}=b` } },
      ['InvalidField'],
    ],
    ...['http://b:0', 'http://b:65536/x', 'http://[fd00::1]:99999'].map(
      (endpoint): [string, Partial<DestinationSpec>, string[]] => [
        `no port: ${endpoint}`,
        { fields: { endpoint } },
        ['InvalidField'],
      ],
    ),
    ['the last port', { type: 'otlp', fields: { endpoint: 'b:65535' } }, []],
    ['no port of gRPC', { type: 'otlp', fields: { endpoint: 'b:65536' } }, ['InvalidField']],
    ['no port of a broker', { type: 'kafka', fields: { brokers: 'a:90920 , b:9092 ' } }, ['InvalidField']],
    [
      'a client ID that is too long',
      { type: 'kafka', fields: { brokers: 'a:9092', clientId: 'a'.repeat(257) } },
      ['InvalidField'],
    ],
    ['a header twice', { fields: { endpoint: 'http://b', headers: 'x-team=a\nX-Team=b' } }, ['InvalidField']],
    ['a header with a control character', { fields: { endpoint: 'http://b', headers: 'a=b\u0001' } }, ['InvalidField']],
    ['a header with what is no ASCII', { fields: { endpoint: 'http://b', headers: 'a=é' } }, []],
    [
      'a header with what is no ASCII, which gRPC cannot send',
      { type: 'otlp', fields: { endpoint: 'b:4317', headers: 'a=é' } },
      ['InvalidField'],
    ],
    ...['a=', 'a= ', 'a=\ufeff', 'a=1\nb='].map((headers): [string, Partial<DestinationSpec>, string[]] => [
      `pairs without a value: ${JSON.stringify(headers)}`,
      { fields: { endpoint: 'http://b', headers } },
      ['InvalidField'],
    ]),
    ['a field that the type does not have', { fields: { endpoint: 'http://b', endpiont: '' } }, ['InvalidField']],
    ['a secret among the fields', { fields: { endpoint: 'http://b', password: 'x' } }, ['InvalidField']],
  ]
  for (const [name, changes, expected] of cases) it(name, () => assert.deepEqual(reasons(changes), expected))

  /** Users paste addresses with the path that is appended anyway, as a vendor documents it. */
  const addresses: [type: string, endpoint: string, expected: string][] = [
    ['otlphttp', 'http://b:4318/', 'http://b:4318'],
    ['otlphttp', 'http://b:4318//', 'http://b:4318'],
    ['otlphttp', 'http://b:4318/v1/traces', 'http://b:4318'],
    ['otlphttp', ' http://b/otlp/v1/logs/ ', 'http://b/otlp'],
    ['otlphttp', 'http://b/v1/traces/x', 'http://b/v1/traces/x'],
    ['otlphttp', 'http://[fd00::1]:4318/v1/metrics', 'http://[fd00::1]:4318'],
    ['seq', 'http://seq/ingest/otlp', 'http://seq/ingest/otlp'],
    ['seq', 'http://seq/', 'http://seq/ingest/otlp'],
    ['seq', 'http://seq/ingest/otlp/v1/traces', 'http://seq/ingest/otlp'],
    ['victoriatraces', 'http://v:10428/insert/opentelemetry/v1/traces', 'http://v:10428/insert/opentelemetry'],
    ['victoriatraces', 'http://v:10428/', 'http://v:10428/insert/opentelemetry'],
    ['bonree', 'https://bonree.example.com/v1/traces', 'https://bonree.example.com'],
  ]
  for (const [type, endpoint, expected] of addresses)
    it(`${type} at ${endpoint} is sent to ${expected}`, () => {
      const { exporters } = render({ type, fields: { endpoint } }, ['accountId'])
      assert.equal(exporters[0]?.config['endpoint'], expected)
    })

  it('an address to which nothing is appended stays as it is', () => {
    const fields = { endpoint: 'http://p/api/v1/write/' }
    const { exporters } = render({ type: 'prometheus', signals: ['metrics'], fields })
    assert.equal(exporters[0]?.config['endpoint'], fields.endpoint)
  })

  const pem = authority.trim().replaceAll('\r\n', '\n')
  const certificates: [string, string, string[]][] = [
    ['one certificate', pem, []],
    ['several, with comments', `# first\n${pem}\n\n# second\n${pem}\n`, []],
    ['line ends of Windows', pem.replaceAll('\n', '\r\n'), []],
    ['two without a line end between them', `${pem}${pem}`, ['InvalidField']],
    ['one that is indented', pem.replaceAll(/^/gm, '  '), ['InvalidField']],
    ['one that is cut off', pem.slice(0, -30), ['InvalidField']],
    ['one with a key on a curve that Go does not have', tlsFixture('secp256k1.crt'), ['InvalidField']],
    ['a whole one and one that is cut off', `${pem}\n${pem.slice(0, -30)}`, ['InvalidField']],
  ]
  for (const [name, caPem, expected] of certificates)
    it(`certificates: ${name}`, () => assert.deepEqual(reasons({ fields: { endpoint: 'http://b', caPem } }), expected))

  it('a client certificate and its key only together, by reference', () => {
    const given = { fields: { endpoint: 'https://b' }, secretRef: { name: 's' } }
    for (const key of ['clientCertificate', 'clientKey'])
      assert.match(
        render(given, [key]).problems[0]?.message ?? '',
        /is of no use without client(Key|Certificate): the Secret s has no key client/,
      )
    const { exporters, env } = render(given, ['clientCertificate', 'clientKey'])
    const tls = exporters[0]?.config['tls'] as Record<string, string>
    assert.deepEqual(
      [tls['cert_pem'], tls['key_pem']],
      env.map(({ name }) => `\${env:${name}}`),
    )
  })

  it("TLS for each type whose exporter has it, and skips verification only where the address is the user's", () => {
    const names = (type: string): string[] => (catalogue.get(type)?.fields ?? []).map(({ name }) => name)
    for (const type of ['kafka', 'loki', 'signalfx', 'splunkhec', 'honeycomb'])
      assert.ok(names(type).includes('clientKey'), type)
    for (const type of ['debug', 'xray', 'googlecloud']) assert.ok(!names(type).includes('caPem'), type)
    for (const type of ['otlp', 'kafka', 'loki', 'prometheus']) assert.ok(names(type).includes('skipVerify'), type)
    for (const type of ['datadog', 'coralogix', 'signalfx', 'logzio', 'grafanacloud'])
      assert.equal(names(type).includes('skipVerify'), type === 'grafanacloud', type)
    const { exporters } = render(
      { type: 'signalfx', signals: ['metrics'], fields: { realm: 'us0', serverName: 'x.y' } },
      ['accessToken'],
    )
    assert.deepEqual(exporters[0]?.config['ingest_tls'], { server_name_override: 'x.y' })
  })

  it('says what is expected of a field', () => {
    const cases: [Partial<DestinationSpec>, RegExp][] = [
      [{ type: 'cloudwatch', signals: ['logs'], fields: { logRetention: '1.5' } }, /expected: One of the numbers that/],
      [
        { type: 'otlp', fields: { endpoint: 'b:4317', headers: 'a=é' } },
        /expected: One name=value pair per line, in ASCII/,
      ],
      [{ fields: { endpoint: 'http://b', headers: 'a' } }, /expected: one name=value pair per line, each name once/],
      [{ fields: { endpoint: 'http://b', compression: 'lz4' } }, /expected: one of none, gzip/],
    ]
    for (const [changes, message] of cases) {
      const { problems } = render(changes)
      assert.match(problems.map((each) => each.message).join('; '), message)
    }
  })

  it('tells that the Secret is missing', () => {
    const { problems } = renderDestination({ name: 'a', spec: spec({ secretRef: { name: 'gone' } }) }, undefined)
    assert.deepEqual(problems, [{ reason: 'MissingSecret', message: 'Secret gone does not exist' }])
  })

  it('tells which key of the Secret is missing', () => {
    const fields = { brokers: 'k:9092', mechanism: 'PLAIN', username: 'me' }
    const { problems } = render({ type: 'kafka', fields, secretRef: { name: 'kafka' } }, ['other'])
    assert.deepEqual(problems, [
      { reason: 'MissingSecret', message: 'Password is required: the Secret kafka has no key password' },
    ])
  })

  it('tells which signal is not taken', () => {
    const entry = { type: 'otlp', signals: ['profiles' as 'traces'], fields: { endpoint: 'b:4317' } }
    assert.deepEqual(reasons(entry), ['UnsupportedSignal'])
  })

  it('never repeats a value in a message', () => {
    const { problems } = render({ fields: { endpoint: 'hunter2', password: 'hunter2' } })
    assert.equal(problems.length, 2)
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/)
  })

  it('refers to secrets by environment variables, in the config and for the container alike', () => {
    const { exporters, env } = render({ secretRef: { name: 's' } }, ['secretHeaderValue', 'unrelated'])
    const variable = secretVariable('a', 'secretHeaderValue')
    assert.deepEqual(exporters[0]?.config['headers'], { authorization: `\${env:${variable}}` })
    assert.deepEqual(env, [{ name: variable, valueFrom: { secretKeyRef: { name: 's', key: 'secretHeaderValue' } } }])
  })

  it('escapes what the collector would expand', () => {
    const headers = 'x-a=${env:HOME}\nx-b=$$'
    const { exporters } = render({ fields: { endpoint: 'http://b/$x', headers } })
    assert.equal(exporters[0]?.config['endpoint'], 'http://b/$$x')
    assert.deepEqual(exporters[0]?.config['headers'], { 'x-a': '$${env:HOME}', 'x-b': '$$$$' })
  })

  it('keeps the variables of similar names apart', () => {
    const names = ['a-b', 'a.b', 'a--b'].map((name) => secretVariable(name, 'password'))
    assert.equal(new Set(names).size, 3)
    for (const name of names) assert.match(name, /^[A-Z][A-Z0-9_]*$/)
  })
})
