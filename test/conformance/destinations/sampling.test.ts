/** SampleTraces decides in a real collector by the most specific rule, and alike in every collector. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { ActionScene, SentRecord } from '../../support/telemetry/record-scene.ts'
import { LAST, startActionScene } from '../../support/telemetry/record-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

const TRACES = Array.from({ length: 1000 }, () => randomBytes(16).toString('hex'))

const shop = { 'service.name': 'cart', 'k8s.namespace.name': 'shop' }
const route = (value: string): Partial<SentRecord> => ({ attributes: { 'http.route': value } })
const api = (part: object): object => ({ name: 'http.route', ...part })

/** What is kept of spans whose rules keep all or nothing. */
interface Case {
  sample: { ratio: number; noise?: string; rules?: object[] }
  kept: SentRecord[]
  dropped: SentRecord[]
}
const CASES: Record<string, Case> = {
  'a namespace': {
    sample: { ratio: 0, rules: [{ namespace: 'shop', ratio: 1 }] },
    kept: [{ resource: shop }],
    dropped: [{}, { resource: { 'k8s.namespace.name': 'shopping' } }],
  },
  'a service before its namespace': {
    sample: {
      ratio: 0,
      rules: [
        { namespace: 'shop', ratio: 1 },
        { service: 'cart', ratio: 0 },
      ],
    },
    kept: [{ resource: { 'k8s.namespace.name': 'shop', 'service.name': 'web' } }],
    dropped: [{ resource: shop }],
  },
  'a service in a namespace before the service': {
    sample: {
      ratio: 1,
      rules: [
        { service: 'cart', ratio: 0 },
        { service: 'cart', namespace: 'shop', ratio: 1 },
      ],
    },
    kept: [{ resource: shop }, { resource: { 'service.name': 'web' } }],
    dropped: [{ resource: { 'service.name': 'cart' } }],
  },
  'a route before a service, a value before a prefix, a long prefix before a short one': {
    sample: {
      ratio: 0,
      rules: [
        { service: 'cart', ratio: 0 },
        { attributes: [api({ prefix: '/api/' })], ratio: 1 },
        { attributes: [api({ prefix: '/api/v1/' })], ratio: 0 },
        { attributes: [api({ value: '/api/v1/pay' })], ratio: 1 },
      ],
    },
    kept: [
      { resource: shop, ...route('/api/') },
      { resource: shop, ...route('/api/v1/pay') },
    ],
    dropped: [
      { resource: shop },
      { ...route('/ap') },
      { ...route('/x/api/') },
      { resource: shop, ...route('/api/v1/') },
      { resource: shop, ...route('/api/v1/pays') },
    ],
  },
  'the first of equal rules': {
    sample: {
      ratio: 0,
      rules: [
        { attributes: [api({ value: '/a' })], ratio: 1 },
        { attributes: [{ name: 'tenant', value: '7' }], ratio: 0 },
      ],
    },
    kept: [{ attributes: { 'http.route': '/a', tenant: 7 } }],
    dropped: [{ attributes: { tenant: 7 } }],
  },
  'attributes of the resource, and numbers as text': {
    sample: { ratio: 0, rules: [{ attributes: [{ name: 'tenant', value: '7' }], ratio: 1 }] },
    kept: [{ attributes: { tenant: 7 } }, { resource: { tenant: '7' } }],
    dropped: [{ attributes: { tenant: 70 } }],
  },
  'all attributes of a rule': {
    sample: { ratio: 0, rules: [{ attributes: [api({ value: '/a' }), { name: 'tenant', value: '7' }], ratio: 1 }] },
    kept: [{ attributes: { 'http.route': '/a', tenant: '7' } }],
    dropped: [{ attributes: { 'http.route': '/a' } }, { attributes: { tenant: '7' } }],
  },
  'noise before any rule': {
    sample: { ratio: 1, noise: 'Drop', rules: [{ attributes: [api({ prefix: '/health' })], ratio: 1 }] },
    kept: [
      { attributes: { 'url.path': '/healthy-food' } },
      { attributes: { 'url.path': '/orders', 'user_agent.original': 'not kube-probe/1.37' } },
      { attributes: { 'http.target': '/users?next=/healthz' } },
      { attributes: { 'rpc.service': 'grpc.health.v1.HealthStore' } },
      { attributes: { 'url.path': 7 } },
    ],
    dropped: [
      { attributes: { 'url.path': '/healthz' } },
      { attributes: { 'http.route': '/health' } },
      { attributes: { 'http.target': '/readyz?verbose' } },
      { attributes: { 'url.path': '/actuator/health/liveness' } },
      { attributes: { 'url.path': '/orders', 'user_agent.original': 'kube-probe/1.37' } },
      { attributes: { 'http.user_agent': 'ELB-HealthChecker/2.0' } },
      { attributes: { 'rpc.service': 'grpc.health.v1.Health', 'rpc.method': 'Check' } },
      { attributes: { 'rpc.method': 'grpc.health.v1.Health/Check' } },
    ],
  },
  'no noise unless it is told so': {
    sample: { ratio: 1 },
    kept: [{ attributes: { 'url.path': '/healthz' } }],
    dropped: [],
  },
}

describe('SampleTraces', function () {
  this.timeout(120_000)
  const scenes: ActionScene[] = []
  let binary: string

  const sampling = async (sample: Case['sample'], namespaces?: string[]): Promise<ActionScene> => {
    const rules = [...(sample.rules ?? []), { attributes: [LAST], ratio: 1 }]
    const spec = { type: 'SampleTraces', sampleTraces: sample.ratio === 0 ? { ...sample, rules } : sample }
    const scene = await startActionScene(binary, [spec], namespaces && { namespaces })
    scenes.push(scene)
    return scene
  }
  const keptOf = async (scene: ActionScene, resource: Record<string, string> = {}): Promise<string[]> =>
    (
      await scene.pass(
        'traces',
        TRACES.map((traceId) => ({ traceId, resource })),
      )
    ).map(({ traceId = '' }) => traceId)

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  afterEach(async () => {
    for (const scene of scenes.splice(0)) await scene.end()
  })

  for (const [name, { sample, kept, dropped }] of Object.entries(CASES))
    it(`decides by ${name}`, async () => {
      // No digits are so low that a ratio of 0 would keep them, or so high.
      const records = [...kept, ...dropped].flatMap((record, index) =>
        ['0', 'e'].map((digit) => ({ ...record, traceId: digit.repeat(32), name: `${index}` })),
      )
      const received = await (await sampling(sample)).pass('traces', records)
      assert.deepEqual(
        received.map((span) => span.name),
        kept.flatMap((_, index) => [`${index}`, `${index}`]),
      )
    })

  it('keeps the same traces with and without a selection, and by a rule', async () => {
    const all = await keptOf(await sampling({ ratio: 0.25 }), shop)
    // Binomial with p = 0.25: five standard deviations are 68 of 1,000.
    assert.ok(Math.abs(all.length - TRACES.length / 4) < 70, `${all.length} of ${TRACES.length} were kept`)
    assert.deepEqual(await keptOf(await sampling({ ratio: 0.25 }, ['shop']), shop), all)
    const byRule = { ratio: 1, rules: [{ service: 'cart', ratio: 0.25 }] }
    assert.deepEqual(await keptOf(await sampling(byRule), shop), all)
  })

  it('keeps of a larger share what it keeps of a smaller one', async () => {
    const sample = { ratio: 0.5, rules: [{ service: 'cart', ratio: 0.1 }] }
    const scene = await sampling(sample)
    const small = await keptOf(scene, shop)
    const large = new Set(await keptOf(scene))
    assert.ok(small.length > 40 && small.length < large.size, `${small.length} and ${large.size} were kept`)
    assert.deepEqual(
      small.filter((traceId) => !large.has(traceId)),
      [],
    )
  })
})
