/** What a test may be made of: what a Destination may be, and Secrets that do not go where they should not. */
import assert from 'node:assert/strict'
import type { Destination } from '../../../../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../../../../src/api/kinds/destination.ts'
import type { Container, KubeObject } from '../../../../../src/api/kubernetes.ts'
import { connectionTestRequest } from '../../../../../src/api/reports/connection-test.ts'
import type { Prepared } from '../../../../../src/controllers/autoscaler/connection/prepare.ts'
import { ConnectionTestProblem, prepare } from '../../../../../src/controllers/autoscaler/connection/prepare.ts'
import { createConnectionTestService } from '../../../../../src/controllers/autoscaler/connection/service.ts'
import { testPod } from '../../../../../src/controllers/autoscaler/connection/test-pod.ts'
import { KubeError } from '../../../../../src/kube/http/error.ts'
import { COLLECTOR_SETTINGS } from '../../../../support/collectors/settings.ts'

const NAMESPACE = 'odigos-system'
const FIELDS = { endpoint: 'otel.example.com:4317', tls: 'true', secretHeader: 'x-key' }
const OTLP = { type: 'otlp', signals: ['traces'], fields: FIELDS, secretRef: { name: 'stored' } }

const secret = (name: string, data: Record<string, string>, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: NAMESPACE, labels },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
})
const LABEL = { 'odigos.io/connection-test': 'allowed' }
const SECRETS = [
  secret('stored', { secretHeaderValue: 'stored-value', password: 'stored-password' }),
  secret('client', { clientSecret: 'client-secret' }),
  secret('entered', { secretHeaderValue: 'entered-value' }, LABEL),
  secret('foreign', { secretHeaderValue: 'foreign-value' }),
]

const destination = (spec: object): Destination => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name: 'backend', namespace: NAMESPACE },
  spec: destinationSpec.parse(spec),
})

const prepared = (request: object, allowed?: string[], stored: object[] = [OTLP]): Promise<Prepared> =>
  prepare(
    {
      client: { get: ({ name }) => Promise.resolve(SECRETS.find(({ metadata }) => metadata.name === name) as never) },
      namespace: NAMESPACE,
      destinations: () => stored.map(destination),
      allowedHosts: () => allowed,
    },
    connectionTestRequest.parse(request),
  )
const refused = async (request: object, message: RegExp, allowed?: string[], stored?: object[]): Promise<void> =>
  assert.rejects(prepared(request, allowed, stored), (error) => {
    assert.ok(error instanceof ConnectionTestProblem)
    assert.match(error.message, message)
    return true
  })
const secretOf = ({ rendered }: Prepared): unknown => rendered.env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)
const withFields = (fields: object): object => ({ ...OTLP, fields: { ...FIELDS, ...fields } })

describe('what a test is made of', () => {
  it('is refused as a Destination would be', async () => {
    await refused({ spec: { type: 'nowhere', signals: ['traces'] } }, /^UnknownType: /)
    await refused({ spec: { type: 'otlp', signals: ['traces'] } }, /^MissingField: /)
    await refused({ spec: { ...OTLP, type: 'jaeger', signals: ['logs'] } }, /^UnsupportedSignal: /)
    await refused({ spec: { ...OTLP, secretRef: { name: 'gone' } } }, /^MissingSecret: Secret gone does not exist/)
    await refused({ spec: OTLP }, /^HostNotAllowed: otel\.example\.com is not/, ['*.example.org'])
    await refused(
      { spec: withFields({ endpoint: '169.254.169.254:80' }), enteredSecretRef: { name: 'entered' } },
      /^HostNotAllowed: /,
    )
  })

  it('has a stored Secret only where a Destination sends it already', async () => {
    assert.deepEqual(secretOf(await prepared({ spec: OTLP })), ['stored'])
    assert.deepEqual(secretOf(await prepared({ spec: { ...OTLP, signals: ['traces', 'logs'], disabled: true } })), [
      'stored',
    ])
    assert.deepEqual(secretOf(await prepared({ spec: withFields({ headers: 'x-a=b' }) })), ['stored'])
    const elsewhere = [
      withFields({ endpoint: 'evil.example.com:4317' }),
      withFields({ tls: 'false' }),
      withFields({ skipVerify: 'true' }),
      { ...OTLP, type: 'otlphttp', fields: { endpoint: 'https://otel.example.com:4317', secretHeader: 'x-key' } },
      { ...OTLP, secretRef: { name: 'foreign' } },
    ]
    for (const spec of elsewhere) await refused({ spec }, /^the values of Secret \w+ are only sent where/)
    await refused({ spec: OTLP }, /^the values of Secret stored are only sent where/, undefined, [])
    await refused({ spec: OTLP, enteredSecretRef: { name: 'foreign' } }, /^the values of Secret foreign/)
    const withToken = (tokenUrl: string) => ({
      ...withFields({ oauth2: 'true', clientId: 'me', tokenUrl }),
      secretRef: { name: 'client' },
    })
    const known = [withToken('https://login.example.com')]
    assert.deepEqual(secretOf(await prepared({ spec: known[0] }, undefined, known)), ['client'])
    await refused({ spec: withToken('https://evil.org') }, /only sent where/, undefined, known)
    await refused({ spec: known[0] }, /only sent where/, undefined, [{ ...OTLP, secretRef: { name: 'client' } }])
    await refused({ spec: OTLP, enteredSecretRef: { name: 'gone' } }, /^Secret gone does not exist/)
    const elastic = (endpoint: string) => ({ ...OTLP, type: 'elasticsearch', fields: { endpoint, username: 'u' } })
    await refused({ spec: elastic('https://b') }, /only sent where/, undefined, [elastic('https://a')])
  })

  it('has a Secret with the label anywhere, and entered values before stored ones', async () => {
    const elsewhere = withFields({ endpoint: 'other.example.com:4317' })
    assert.deepEqual(secretOf(await prepared({ spec: { ...OTLP, secretRef: { name: 'entered' } } })), ['entered'])
    const found = await prepared({ spec: elsewhere, enteredSecretRef: { name: 'entered' } })
    assert.deepEqual([secretOf(found), found.values, found.secret], [['entered'], ['entered-value'], undefined])
    const kept = await prepared({ spec: OTLP })
    assert.deepEqual([kept.values, kept.secret], [['stored-value', 'stored-password'], 'stored'])
    const { secretRef: _stored, ...without } = OTLP
    assert.deepEqual(secretOf(await prepared({ spec: without, enteredSecretRef: { name: 'entered' } })), ['entered'])
    const cleared = await prepared({ spec: elsewhere, clearedKeys: ['secretHeaderValue'] })
    assert.deepEqual([secretOf(cleared), cleared.values], [[], []])
  })

  it('becomes a pod without values, volumes and a token, that ends by itself', async () => {
    const { rendered } = await prepared({ spec: OTLP })
    const pod = testPod(rendered, 'abc', { namespace: NAMESPACE, settings: COLLECTOR_SETTINGS })
    const { containers, ...spec } = pod['spec'] as { containers: Container[] } & Record<string, unknown>
    const [collector] = containers
    assert.equal(containers.length, 1)
    assert.deepEqual(
      [
        spec['volumes'],
        spec['initContainers'],
        collector?.volumeMounts,
        collector?.startupProbe,
        collector?.livenessProbe,
      ],
      [undefined, undefined, undefined, undefined, undefined],
    )
    assert.deepEqual(
      [spec['restartPolicy'], spec['activeDeadlineSeconds'], spec['automountServiceAccountToken']],
      ['Never', 60, false],
    )
    assert.equal(collector?.env?.[0]?.name, 'GOMEMLIMIT')
    assert.doesNotMatch(JSON.stringify(pod), /stored-value/)
    const config = collector?.env?.find(({ name }) => name === 'COLLECTOR_CONFIG')?.value ?? ''
    // The kubelet expands no reference in it.
    assert.match(config, /x-key: \$\$\{env:DESTINATION_CONNECTION_TEST_/)
    assert.equal(pod.metadata.labels?.['odigos.io/component'], 'connection-test')
  })
})

describe('the service of tests', () => {
  const ask = (service: ReturnType<typeof createConnectionTestService>, body: string) =>
    service(new URLSearchParams(), body)
  const REPORT = { probe: 'p', sentTime: '', durationMs: 1, signals: [] }
  const DESTINATION = `apiVersion: odigos.io/v1alpha1\nkind: Destination\nmetadata: {name: a}\nspec: {type: debug, signals: [traces]}`

  it('takes a Destination as YAML or JSON', async () => {
    const types: string[] = []
    const service = createConnectionTestService({
      test: ({ spec }) => {
        types.push(spec.type)
        return Promise.resolve(REPORT)
      },
    })
    assert.deepEqual(await ask(service, DESTINATION), { status: 200, body: REPORT })
    assert.equal((await ask(service, '{"spec":{"type":"otlp","signals":["logs"]}}')).status, 200)
    assert.deepEqual(types, ['debug', 'otlp'])
    for (const wrong of [
      '',
      'a: [',
      '[]',
      '{"spec":{"type":"otlp","signals":[]}}',
      'spec: {type: "A B", signals: [traces]}',
    ])
      assert.equal((await ask(service, wrong)).status, 400, wrong)
    assert.equal(types.length, 2)
  })

  it('makes one test at a time', async () => {
    let end: (report: typeof REPORT) => void = () => undefined
    const service = createConnectionTestService({ test: () => new Promise((resolve) => (end = resolve)) })
    const first = ask(service, DESTINATION)
    assert.equal((await ask(service, DESTINATION)).status, 429)
    end(REPORT)
    assert.equal((await first).status, 200)
  })

  it('tells why there is none', async () => {
    const failing = (error: Error) => createConnectionTestService({ test: () => Promise.reject(error) })
    const problem = failing(new ConnectionTestProblem('MissingField: no endpoint'))
    assert.deepEqual(await ask(problem, DESTINATION), { status: 422, body: { error: 'MissingField: no endpoint' } })
    const detail = 'exceeded quota: pods'
    const quota = failing(new KubeError('POST /pods', { status: 403, reason: 'Forbidden', detail }))
    assert.deepEqual(await ask(quota, DESTINATION), { status: 422, body: { error: `TestNotRun: ${detail}` } })
    await assert.rejects(ask(failing(new Error('a fault of ours')), DESTINATION), /a fault of ours/)
    assert.deepEqual((await ask(problem, DESTINATION)).status, 422)
  })
})
