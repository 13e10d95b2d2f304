/** Real gateways that decide about whole traces, of which each has received some spans. */
import assert from 'node:assert/strict'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { SentTrace } from '../../support/telemetry/numbered-traces.ts'
import { sendTraces, SPANS_PER_TRACE, traceOf } from '../../support/telemetry/numbered-traces.ts'
import type { ArrivedSpan, TailScene, TailSceneOptions } from '../../support/telemetry/tail-scene.ts'
import { startTail } from '../../support/telemetry/tail-scene.ts'

const tailing = (tailSampleTraces: object, selected?: Selected, name = 'tail'): ActionInput => ({
  metadata: { name, namespace: 'odigos-system' },
  spec: actionSpec.parse({ type: 'TailSampleTraces', tailSampleTraces }),
  selected,
})

const inShop: Selected = { namespaces: ['shop'] }
const WAIT_SECONDS = 6
const many = (count: number, more: Partial<SentTrace> = {}): SentTrace[] =>
  Array.from({ length: count }, () => traceOf(more))

/** Whether `sampleTraces` with this ratio keeps the trace. */
const isShare = ({ traceId }: SentTrace, ratio: number): boolean =>
  Number.parseInt(traceId.slice(18, 26), 16) >= Math.round((1 - ratio) * 2 ** 32)

/** Fails unless all spans of these traces arrived once, and nothing else did. */
const areWhole = (arrived: readonly ArrivedSpan[], expected: readonly SentTrace[], spans = SPANS_PER_TRACE): void => {
  const counts = Map.groupBy(arrived, ({ traceId }) => traceId)
  const missing = expected.filter(({ traceId }) => !counts.has(traceId))
  assert.equal(missing.length, 0, `${missing.length} of ${expected.length} traces are missing`)
  const known = new Set(expected.map(({ traceId }) => traceId))
  assert.equal([...counts.keys()].filter((id) => !known.has(id)).length, 0, 'traces were kept that should not be')
  for (const of of counts.values()) {
    assert.equal(of.length, spans, 'a trace is not whole, or doubled')
    assert.equal(new Set(of.map(({ spanId }) => spanId)).size, spans, 'a span is doubled')
  }
}

describe('tail sampling', function () {
  this.timeout(90_000)
  let binary = ''
  let scene: TailScene | undefined

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  afterEach(async () => {
    await scene?.end()
    scene = undefined
  })

  const start = async (options: Omit<TailSceneOptions, 'binary'>): Promise<TailScene> =>
    (scene = await startTail({ binary, ...options }))
  const endpointsOf = ({ gateways }: TailScene): string[] => gateways.map(({ endpoint }) => endpoint)
  const sumOf = async ({ gateways }: TailScene, prefix: string): Promise<number> =>
    (await Promise.all(gateways.map(({ metric }) => metric(prefix)))).reduce((sum, value) => sum + value, 0)
  /** Waits until all traces that were received have been decided, and what is kept has arrived. */
  const decided = (found: TailScene, traces: number, spans: number): Promise<void> =>
    eventuallyPasses(async () => {
      assert.equal(await sumOf(found, 'otelcol_processor_tail_sampling_global_count_traces_sampled'), traces)
      assert.equal(found.arrived().length, spans)
    }, 40_000)

  it('keeps whole traces by errors, duration, attribute and share, and lets all else pass at once', async () => {
    const ratio = 0.25
    const rule = {
      slowerThanMilliseconds: 2000,
      attributes: [{ name: 'user.tier', value: 'gold' }],
      ratio,
      waitSeconds: WAIT_SECONDS,
    }
    const found = await start({ gateways: 2, actions: [tailing(rule, inShop)] })
    const failing = many(60).map((trace, index) => ({ ...trace, failing: index % SPANS_PER_TRACE }))
    const slow = many(20, { durationMs: 2500 })
    const gold = many(20, { attributes: { 'user.tier': 'gold' } })
    const plain = many(600, { attributes: { 'user.tier': 'silver' } })
    const others = many(50, { namespace: 'legacy', failing: 1, durationMs: 9000 })
    const selected = [...failing, ...slow, ...gold, ...plain]
    await sendTraces(endpointsOf(found), [...selected, ...others])

    await eventuallyPasses(() => assert.equal(found.arrived().length, others.length * SPANS_PER_TRACE), 20_000)
    areWhole(found.arrived(), others)

    const share = plain.filter((trace) => isShare(trace, ratio))
    const kept = [...failing, ...slow, ...gold, ...share, ...others]
    await decided(found, selected.length, kept.length * SPANS_PER_TRACE)
    areWhole(found.arrived(), kept)
    // Six deviations of a binomial distribution.
    assert.ok(Math.abs(share.length - plain.length * ratio) < 6 * Math.sqrt(plain.length * ratio * (1 - ratio)))
    assert.equal(await sumOf(found, 'otelcol_processor_tail_sampling_new_trace_id_received'), selected.length)
    for (const { metric } of found.gateways)
      assert.ok((await metric('otelcol_processor_tail_sampling_new_trace_id_received')) > selected.length / 4)
    assert.deepEqual(
      found.arrived().flatMap(({ resource }) => resource.filter((name) => name.startsWith('odigos'))),
      [],
    )
  })

  it('keeps the share that SampleTraces keeps', async () => {
    const traces = many(300)
    const idsThrough = async (spec: object): Promise<string[]> => {
      const action = { metadata: { name: 'share', namespace: 'odigos-system' }, spec: actionSpec.parse(spec) }
      const found = await start({ gateways: 1, actions: [action] })
      await sendTraces(endpointsOf(found), traces)
      const kept = traces.filter((trace) => isShare(trace, 0.3)).length
      await eventuallyPasses(() => assert.equal(found.arrived().length, kept * SPANS_PER_TRACE), 40_000)
      const ids = [...new Set(found.arrived().map(({ traceId }) => traceId))].toSorted()
      await found.end()
      scene = undefined
      return ids
    }
    const head = await idsThrough({ type: 'SampleTraces', sampleTraces: { ratio: 0.3 } })
    const tail = await idsThrough({ type: 'TailSampleTraces', tailSampleTraces: { ratio: 0.3, waitSeconds: 2 } })
    assert.deepEqual(tail, head)
  })

  it('decides once: late spans follow, and a root need not arrive', async () => {
    const found = await start({ gateways: 2, actions: [tailing({ ratio: 0, waitSeconds: 2 })] })
    const failing = many(20, { failing: 0 })
    const plain = many(20)
    const isEarly = (index: number): boolean => index < 2
    await sendTraces(endpointsOf(found), [...failing, ...plain], isEarly)
    await decided(found, 40, failing.length * 2)
    const tooLate = plain.map((trace) => ({ ...trace, failing: 3 }))
    await sendTraces(endpointsOf(found), [...failing, ...tooLate], (index) => !isEarly(index) && index < 5)
    await eventuallyPasses(async () => {
      assert.equal(await sumOf(found, 'otelcol_processor_tail_sampling_early_releases_from_cache_decision'), 40 * 3)
      areWhole(found.arrived(), failing, 5)
    }, 20_000)
  })

  it('decides about a trace of several Actions as one', async () => {
    const legacy = tailing({ ratio: 0, waitSeconds: 2 }, { namespaces: ['legacy'] }, 'legacy')
    const found = await start({
      gateways: 2,
      actions: [tailing({ ratio: 0, errors: 'Sample' }, inShop, 'shop'), legacy],
    })
    // What fails in the namespace of the other Action is not its error.
    const traces = many(40).map((trace, index) => ({ ...trace, failing: index % 2 === 0 ? 0 : 4 }))
    await sendTraces(endpointsOf(found), traces, (index) => index < 3)
    await sendTraces(
      endpointsOf(found),
      traces.map((trace) => ({ ...trace, namespace: 'legacy' })),
      (index) => index >= 3,
    )
    const kept = traces.filter(({ failing }) => failing === 4)
    await decided(found, traces.length, kept.length * SPANS_PER_TRACE)
    areWhole(found.arrived(), kept)
  })

  it('takes spans of a workload with collectors of its own', async () => {
    const served = [{ namespace: 'shop', kind: 'Deployment', name: 'cart' }]
    const found = await start({ gateways: 2, served, actions: [tailing({ ratio: 0, waitSeconds: 4 })] })
    const [first = '', second = '', dedicated = ''] = endpointsOf(found)
    const traces = [...many(40, { failing: 1, workload: 'cart' }), ...many(40, { workload: 'cart' })]
    await sendTraces([dedicated], traces, (index) => index < 3)
    const called = traces.map((trace) => ({ ...trace, workload: 'pricing' }))
    await sendTraces([first, second, dedicated], called, (index) => index >= 3)
    await decided(found, 80, 40 * SPANS_PER_TRACE)
    areWhole(found.arrived(), traces.slice(0, 40))
  })

  it('keeps no more spans by the ratio than the limit, and all errors', async () => {
    const spansPerSecond = SPANS_PER_TRACE
    const found = await start({ gateways: 1, actions: [tailing({ ratio: 1, spansPerSecond, waitSeconds: 2 })] })
    const failing = many(30, { failing: 2 })
    await sendTraces(endpointsOf(found), [...failing, ...many(200)])
    await eventuallyPasses(
      async () => assert.equal(await sumOf(found, 'otelcol_processor_tail_sampling_global_count_traces_sampled'), 230),
      40_000,
    )
    await eventuallyPasses(() => assert.ok(found.arrived().length > 30 * SPANS_PER_TRACE), 20_000)
    const ids = new Set(found.arrived().map(({ traceId }) => traceId))
    assert.deepEqual(
      failing.filter(({ traceId }) => !ids.has(traceId)),
      [],
    )
    assert.ok(ids.size < 60, `${ids.size} traces were kept`)
  })

  it('keeps nothing where nothing is to be kept', async () => {
    const found = await start({ gateways: 1, actions: [tailing({ ratio: 0, errors: 'Sample', waitSeconds: 2 })] })
    await sendTraces(endpointsOf(found), many(20, { failing: 1 }))
    await decided(found, 20, 0)
  })

  it('loses nothing while a gateway that holds traces is away', async () => {
    const found = await start({ gateways: 2, actions: [tailing({ ratio: 0, waitSeconds: 4 })] })
    const [first, second] = found.gateways
    await second?.process.terminate()
    const traces = many(100, { failing: 1 })
    await sendTraces([first?.endpoint ?? ''], traces)
    await eventuallyPasses(
      async () => assert.ok(((await first?.metric('otelcol_exporter_queue_size')) ?? 0) > 0),
      20_000,
    )
    await second?.process.start()
    await decided(found, 100, 100 * SPANS_PER_TRACE)
    areWhole(found.arrived(), traces)
  })

  it('decides what it holds when a gateway is terminated', async () => {
    const found = await start({ gateways: 2, actions: [tailing({ ratio: 0, waitSeconds: 300 })] })
    const failing = many(50, { failing: 1 })
    await sendTraces(endpointsOf(found), [...failing, ...many(50)])
    await eventuallyPasses(async () => {
      const sent = await sumOf(found, 'otelcol_exporter_sent_spans')
      assert.equal(sent, 100 * SPANS_PER_TRACE)
    }, 20_000)
    await Promise.all(found.gateways.map(({ process }) => process.terminate()))
    await Promise.all(found.gateways.map(({ process }) => process.start()))
    await eventuallyPasses(() => areWhole(found.arrived(), failing), 20_000)
  })

  it('lets probes of receipts pass at once', async () => {
    const found = await start({ gateways: 1, actions: [tailing({ ratio: 0, waitSeconds: 300 })] })
    const probe = traceOf({ resource: { 'odigos.probe': 'a-probe' } })
    await sendTraces(endpointsOf(found), [probe, ...many(5)])
    await eventuallyPasses(() => areWhole(found.arrived(), [probe]), 20_000)
  })
})
