/** Actions do in a real collector what they say. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { ActionSpec } from '../../../src/api/kinds/action.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import type { OtlpSink, ReceivedSpan } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { DISK } from '../../support/collectors/settings.ts'

const attributesOf = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const SHOP = { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'cart', 'telemetry.sdk.language': 'python' }
const OTHER = { 'k8s.namespace.name': 'other' }
const SPAN = { 'user.email': 'a@b.c', 'http.method': 'GET', card: 'no 4111111111111111!', note: '$5' }
const TRACES = 1000

const action = (
  name: string,
  spec: Partial<ActionSpec> & Pick<ActionSpec, 'type'>,
  selected?: Selected,
): ActionInput => ({
  metadata: { name, namespace: 'odigos-system' },
  spec: { signals: ['traces'], disabled: false, ...spec },
  selected,
})
const actions = [
  action(
    'sample-shop',
    { type: 'SampleTraces', sampleTraces: { ratio: 0.25 } },
    { namespaces: ['shop'], languages: ['python'] },
  ),
  action('a-add', { type: 'AddAttributes', addAttributes: { team: 'a "b" $c', 'k8s.namespace.name': 'never' } }),
  action('b-delete', { type: 'DeleteAttributes', deleteAttributes: ['user.email'] }),
  action(
    'c-rename',
    { type: 'RenameAttributes', renameAttributes: { 'http.method': 'http.request.method' } },
    { workloads: [{ kind: 'Deployment', name: 'cart', namespace: 'shop' }] },
  ),
  action('d-mask', {
    type: 'MaskAttributes',
    maskAttributes: { attributes: ['card', 'note', 'absent'], pattern: '\\d{12,19}|\\$' },
  }),
]

describe('actions in a real collector', function () {
  this.timeout(30_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-actions-'))
  let collector: CollectorProcess | undefined
  let sink: OtlpSink
  let shop: ReceivedSpan[]
  let other: ReceivedSpan[]

  const post = async (endpoint: string, resource: Record<string, string>): Promise<void> => {
    const spans = Array.from({ length: TRACES }, () => ({
      traceId: randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      name: 'work',
      attributes: attributesOf(SPAN),
    }))
    const body = { resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ spans }] }] }
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(response.status, 200)
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    sink = await startOtlpSink()
    const place = await loopbackPlace(folder)
    const spec = {
      type: 'otlphttp',
      signals: ['traces' as const],
      fields: { endpoint: sink.endpoint },
      disabled: false,
    }
    const destinations = [renderDestination({ name: 'sink', spec }, [])]
    const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }
    collector = collectorProcess({
      binary,
      config: gatewayConfig({ group, destinations, actions, disk: DISK, place }),
      place,
      folder,
    })
    await collector.start()
    const endpoint = `http://127.0.0.1:${place.httpPort}`
    await post(endpoint, SHOP)
    await post(endpoint, OTHER)
    const isOther = ({ resource }: ReceivedSpan): boolean => resource['k8s.namespace.name'] === 'other'
    other = await sink.waitFor(isOther, TRACES)
    shop = sink.spans.filter((span) => !isOther(span))
  })
  after(async () => {
    await collector?.kill()
    await sink?.close()
    rmSync(folder, { recursive: true })
  })

  it('keep their share of the selected traces, and all of the others', () => {
    // Binomial with p = 0.25: five standard deviations are 68 of 1,000.
    assert.ok(Math.abs(shop.length - TRACES / 4) < 70, `${shop.length} of ${TRACES} were kept`)
    assert.equal(other.length, TRACES)
  })

  it('add what is absent, literally, and change nothing that is there', () => {
    assert.equal(shop[0]?.resource['team'], 'a "b" $c')
    assert.equal(shop[0]?.resource['k8s.namespace.name'], 'shop')
  })

  it('delete', () => {
    assert.ok([...shop, ...other].every(({ attributes }) => !('user.email' in attributes)))
  })

  it('rename, where the workload is selected', () => {
    assert.equal(shop[0]?.attributes['http.request.method'], 'GET')
    assert.equal(shop[0]?.attributes['http.method'], undefined)
    assert.equal(other[0]?.attributes['http.method'], 'GET')
  })

  it('mask, and create nothing', () => {
    assert.equal(other[0]?.attributes['card'], 'no ****!')
    assert.equal(other[0]?.attributes['note'], '****5')
    assert.ok(!('absent' in (other[0]?.attributes ?? {})))
  })
})
