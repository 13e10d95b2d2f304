/** Real gateways that make metrics of the spans they receive. */
import assert from 'node:assert/strict'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CountedSpan, Point, SpanMetricsScene } from '../../support/telemetry/span-metrics-scene.ts'
import type { SpanMetricsSceneOptions } from '../../support/telemetry/span-metrics-scene.ts'
import { startSpanMetrics } from '../../support/telemetry/span-metrics-scene.ts'

const action = (name: string, spec: object, selected?: Selected): ActionInput => ({
  metadata: { name, namespace: 'odigos-system' },
  spec: actionSpec.parse(spec),
  selected,
})
const counting = (spanMetrics: object = {}, selected?: Selected, name = 'red'): ActionInput =>
  action(name, { type: 'SpanMetrics', spanMetrics: { intervalSeconds: 5, ...spanMetrics } }, selected)

const CALLS = 'traces.span.metrics.calls'
const DURATION = 'traces.span.metrics.duration'

const cart = { 'service.name': 'cart', 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'cart' }
const podOf = (pod: string): Record<string, string> => ({
  ...cart,
  'k8s.pod.name': pod,
  'service.instance.id': pod,
  'process.pid': '7',
})
/** On each point. */
const OWN = { 'service.name': 'cart', 'collector.instance.id': 'gateway-0' }
const times = (count: number, span: CountedSpan): CountedSpan[] => Array.from({ length: count }, () => span)

/** The last point of each series: cumulative ones have everything in it. */
const latest = (points: readonly Point[], metric = CALLS): Point[] => {
  const series = new Map<string, Point>()
  for (const point of points)
    if (point.metric === metric) series.set(JSON.stringify([point.resource, point.attributes]), point)
  return [...series.values()]
}
const total = (points: readonly Point[]): number => points.reduce((sum, { count }) => sum + count, 0)

describe('metrics of spans', function () {
  this.timeout(90_000)
  let binary = ''
  let scene: SpanMetricsScene | undefined

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  afterEach(async () => {
    await scene?.end()
    scene = undefined
  })
  const start = async (options: Omit<SpanMetricsSceneOptions, 'binary'>): Promise<SpanMetricsScene> =>
    (scene = await startSpanMetrics({ binary, ...options }))
  const counted = (found: SpanMetricsScene, spans: number): Promise<void> =>
    eventuallyPasses(() => assert.equal(total(latest(found.points())), spans), 30_000)

  it('counts all spans by name, kind, status and dimensions, before a sampler, for the workload', async () => {
    const sampler = action('sampler', { type: 'SampleTraces', sampleTraces: { ratio: 0 } })
    const found = await start({ actions: [counting({ dimensions: ['http.route'] }), sampler] })
    const route = { 'http.route': '/cart', 'user.id': '7' }
    await found.post(0, podOf('cart-1'), times(3, { name: 'GET /cart', attributes: route }))
    await found.post(0, podOf('cart-2'), times(4, { name: 'GET /cart', attributes: route, durationMs: 2_000 }))
    await found.post(0, podOf('cart-2'), [{ name: 'GET /cart', attributes: route, failing: true }])
    await found.post(0, podOf('cart-2'), times(2, { name: 'SELECT', kind: 3 }))
    await counted(found, 10)
    const server = { 'span.name': 'GET /cart', 'span.kind': 'SPAN_KIND_SERVER', 'http.route': '/cart' }
    const client = { 'span.name': 'SELECT', 'span.kind': 'SPAN_KIND_CLIENT' }
    assert.deepEqual(
      latest(found.points())
        .toSorted((a, b) => b.count - a.count)
        .map(({ attributes, count }) => ({ attributes, count })),
      [
        { attributes: { ...OWN, ...server, 'status.code': 'STATUS_CODE_UNSET' }, count: 7 },
        { attributes: { ...OWN, ...client, 'status.code': 'STATUS_CODE_UNSET' }, count: 2 },
        { attributes: { ...OWN, ...server, 'status.code': 'STATUS_CODE_ERROR' }, count: 1 },
      ],
    )
    for (const { resource } of found.points()) assert.deepEqual(resource, cart)
    const [duration] = latest(found.points(), DURATION).filter(({ count }) => count === 7)
    assert.equal(duration?.unit, 's')
    assert.ok(Math.abs((duration?.sum ?? 0) - 8.03) < 1e-6, `${duration?.sum} is not in seconds`)
    assert.equal(found.spans(), 0, 'the sampler drops all spans')
  })

  it('counts once with several gateways and one for a workload, in series of their own', async () => {
    const served = [{ namespace: 'shop', kind: 'Deployment', name: 'cart' }]
    const found = await start({ gateways: 2, served, actions: [counting()] })
    const web = { ...cart, 'service.name': 'web', 'k8s.deployment.name': 'web' }
    await found.post(0, podOf('cart-1'), times(3, { name: 'GET /' }))
    await found.post(1, podOf('cart-1'), times(4, { name: 'GET /' }))
    await found.post(2, podOf('cart-1'), times(5, { name: 'GET /' }))
    // Handed on to the first.
    await found.post(2, web, times(6, { name: 'GET /' }))
    await counted(found, 18)
    assert.deepEqual(
      latest(found.points())
        .map(({ attributes, count }) => `${attributes['collector.instance.id']} ${attributes['service.name']} ${count}`)
        .toSorted(),
      ['gateway-0 cart 3', 'gateway-0 web 6', 'gateway-1 cart 4', 'gateway-2 cart 5'],
    )
    assert.equal(found.spans(), 18)
  })

  it('does not count again what a tail sampler has held back', async () => {
    const tail = action('tail', { type: 'TailSampleTraces', tailSampleTraces: { ratio: 1, waitSeconds: 2 } })
    const found = await start({ actions: [counting(), tail] })
    await found.post(0, podOf('cart-1'), times(10, { name: 'GET /' }))
    await eventuallyPasses(() => assert.equal(found.spans(), 10), 30_000)
    await found.post(0, podOf('cart-1'), times(5, { name: 'GET /' }))
    await counted(found, 15)
  })

  it('goes on with the same series after a restart, and says that they begin anew', async () => {
    const found = await start({ actions: [counting()] })
    await found.post(0, podOf('cart-1'), times(3, { name: 'GET /' }))
    await counted(found, 3)
    const [before] = latest(found.points())
    await found.gateways[0]?.terminate()
    await found.gateways[0]?.start()
    await found.post(0, podOf('cart-2'), times(2, { name: 'GET /' }))
    await counted(found, 2)
    const [after, ...others] = latest(found.points())
    assert.deepEqual([after?.attributes, others], [before?.attributes, []])
    assert.ok(BigInt(after?.startTime ?? 0) > BigInt(before?.startTime ?? 0))
  })

  it('counts what is selected, by the first Action that selects it, without probes, and by kind', async () => {
    const actions = [
      counting({ spanKinds: ['Server', 'Consumer'] }, { namespaces: ['shop'] }, 'a-shop'),
      counting({ histogram: 'None' }, { namespaces: ['shop', 'legacy'] }, 'b-all'),
    ]
    const found = await start({ actions })
    const legacy = { 'service.name': 'old', 'k8s.namespace.name': 'legacy' }
    await found.post(
      0,
      podOf('cart-1'),
      [1, 2, 3, 4, 5].map((kind) => ({ name: `kind ${kind}`, kind })),
    )
    await found.post(0, legacy, [{ name: 'internal', kind: 1 }])
    await found.post(0, { 'service.name': 'system', 'k8s.namespace.name': 'kube-system' }, [{ name: 'GET /' }])
    await found.post(0, { ...podOf('cart-1'), 'odigos.probe': 'p1' }, [{ name: 'probe' }])
    await counted(found, 3)
    const named = (metric: string): string[] =>
      latest(found.points(), metric)
        .map(({ attributes }) => attributes['span.name'] ?? '')
        .toSorted()
    assert.deepEqual(named(CALLS), ['internal', 'kind 2', 'kind 5'])
    assert.deepEqual(named(DURATION), ['kind 2', 'kind 5'])
  })

  it('has the names and values that other Actions leave, and the attributes they give to metrics', async () => {
    const actions = [
      counting({ dimensions: ['user.email', 'url.path'] }),
      action('templates', { type: 'TemplateURLs', signals: ['traces'], templateURLs: { identifiers: 'Replace' } }),
      action('mask', { type: 'MaskValues', signals: ['traces'], maskValues: { kinds: ['Email'] } }),
      action(
        'cluster',
        { type: 'AddClusterInfo', signals: ['metrics'], addClusterInfo: { clusterName: 'prod' } },
        { namespaces: ['shop'] },
      ),
    ]
    const found = await start({ actions })
    const spans = Array.from({ length: 40 }, (_, id) => ({
      name: `GET /users/${id}`,
      attributes: { 'url.path': `/users/${id}`, 'user.email': `u${id}@example.com` },
    }))
    await found.post(0, podOf('cart-1'), spans)
    await counted(found, 40)
    const series = latest(found.points())
    assert.equal(series.length, 1)
    assert.equal(series[0]?.attributes['span.name'], 'GET /users/{id}')
    assert.equal(series[0]?.attributes['url.path'], '/users/{id}')
    assert.ok(!JSON.stringify(found.points()).includes('example.com'))
    assert.deepEqual(series[0]?.resource, { ...cart, 'k8s.cluster.name': 'prod' })
  })

  it('bounds series and lengths: names with identifiers overflow in one service only', async () => {
    const found = await start({ actions: [counting({ maxSeriesPerService: 20, dimensions: ['db.query.text'] })] })
    const query = 'ä'.repeat(1_000)
    const flood = Array.from({ length: 3_000 }, (_, id) => ({ name: `${id} ${query}` }))
    await found.post(0, podOf('cart-1'), flood)
    const web = { 'service.name': 'web' }
    await found.post(0, web, times(5, { name: 'GET /', attributes: { 'db.query.text': query } }))
    await counted(found, 3_005)
    const ofCart = latest(found.points()).filter(({ resource }) => resource['service.name'] === 'cart')
    assert.equal(ofCart.length, 21)
    const overflow = ofCart.find(({ attributes }) => attributes['otel.metric.overflow'] === 'true')
    assert.equal(overflow?.count, 2_980)
    const [ofWeb, ...others] = latest(found.points()).filter(({ resource }) => resource['service.name'] === 'web')
    assert.deepEqual([ofWeb?.count, others], [5, []])
    const longest = found.points().flatMap(({ attributes }) => Object.values(attributes))
    assert.ok(longest.every((value) => Buffer.byteLength(value) <= 256))
  })

  it('counts spans without a service, and those that end before they start', async () => {
    const found = await start({ actions: [counting({ histogram: 'Exponential' })] })
    await found.post(0, { 'k8s.namespace.name': 'shop' }, [{ name: 'GET /', durationMs: -50 }])
    await counted(found, 1)
    const [point] = latest(found.points(), DURATION)
    assert.deepEqual([point?.resource['service.name'], point?.sum], ['unknown_service', 0])
  })

  it('takes names of dimensions as they are', async () => {
    const dimensions = ['price.$usd', '${env:POD_NAME}', '${', 'a\nb', 'ü"\\', '*']
    const found = await start({ actions: [counting({ dimensions, histogram: 'None' })] })
    const values = Object.fromEntries(dimensions.map((name, index) => [name, `value ${index}`]))
    await found.post(0, cart, [{ name: 'GET /', attributes: { ...values, 'gateway-0': 'of a variable' } }])
    await counted(found, 1)
    const { attributes = {} } = found.points()[0] ?? {}
    assert.deepEqual(Object.fromEntries(dimensions.map((name) => [name, attributes[name]])), values)
    assert.equal(attributes['gateway-0'], undefined)
  })

  it('sends deltas for backends that take nothing else', async () => {
    const found = await start({ actions: [counting({ temporality: 'Delta' })] })
    const sent = (): number => total(found.points().filter(({ metric }) => metric === CALLS))
    await found.post(0, podOf('cart-1'), times(3, { name: 'GET /' }))
    await eventuallyPasses(() => assert.equal(sent(), 3), 30_000)
    await found.post(0, podOf('cart-1'), times(4, { name: 'GET /' }))
    await eventuallyPasses(() => assert.equal(sent(), 7), 30_000)
    assert.ok(found.points().every(({ isDelta }) => isDelta))
  })
})
