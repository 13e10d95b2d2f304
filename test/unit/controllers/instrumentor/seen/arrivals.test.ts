import assert from 'node:assert/strict'
import { SEEN_METRICS } from '../../../../../src/collector/seen.ts'
import type { Counters } from '../../../../../src/controllers/instrumentor/seen/arrivals.ts'
import { arrivalsOf } from '../../../../../src/controllers/instrumentor/seen/arrivals.ts'
import { parseSamples } from '../../../../../src/prometheus/text.ts'

const spans = (pod: string, value: number) => ({
  name: SEEN_METRICS.traces as string,
  labels: { namespace: 'shop', pod, container: 'app' },
  value,
})
const report = (labels: Record<string, string>) => ({
  name: SEEN_METRICS.reports,
  labels: {
    namespace: 'shop',
    pod: 'cart-1',
    container: 'app',
    agent: 'nodejs',
    outcome: 'StoodBack',
    reason: 'OwnSdk',
    version: '1.2.3',
    message: 'sdk-node',
    ...labels,
  },
  value: 2,
})

describe('what has arrived at a node collector', () => {
  const countsOf = (before: Counters | undefined, ...values: [string, number][]) =>
    arrivalsOf(
      before,
      values.map(([pod, value]) => spans(pod, value)),
    ).telemetry.map(({ pod, count }) => [pod, count])
  const { counters: before } = arrivalsOf(undefined, [spans('cart-1', 5), spans('cart-2', 3)])

  it('is everything at first', () => assert.deepEqual(countsOf(undefined, ['cart-1', 5]), [['cart-1', 5]]))
  it('is what the counters grew by', () =>
    assert.deepEqual(countsOf(before, ['cart-1', 7], ['cart-2', 3]), [['cart-1', 2]]))
  it('is everything again after a restart of the collector', () =>
    assert.deepEqual(countsOf(before, ['cart-1', 4], ['cart-2', 1]), [
      ['cart-1', 4],
      ['cart-2', 1],
    ]))
  it('is everything of a pod that was forgotten meanwhile', () => {
    const { counters } = arrivalsOf(before, [spans('cart-1', 5)])
    assert.deepEqual(countsOf(counters, ['cart-1', 5], ['cart-2', 3]), [['cart-2', 3]])
  })
  it('is nothing where a counter says so, or has no pod or another name', () => {
    const strange = [
      spans('cart-1', 0),
      spans('', 4),
      { ...spans('cart-1', 4), name: 'up' },
      { ...spans('cart-1', 4), labels: { pod: 'cart-1' } },
    ]
    assert.deepEqual(arrivalsOf(undefined, strange).telemetry, [])
  })
  it('includes the reports of processes', () => {
    const { labels } = report({})
    assert.deepEqual(arrivalsOf(undefined, [report({})]).reports, [{ ...labels, count: 2 }])
  })
  for (const labels of [
    { outcome: 'Exploded' },
    { reason: 'BecauseISaySo' },
    { container: '' },
    { reason: 'toString' },
  ])
    it(`leaves a report out with ${JSON.stringify(labels)}`, () =>
      assert.deepEqual(arrivalsOf(undefined, [report(labels)]).reports, []))
})

describe("Prometheus' text format", () => {
  it('has names, labels and values, and comments that do not matter', () =>
    assert.deepEqual(
      parseSamples(
        [
          '# HELP up Whether "it" {is} up 1',
          '# TYPE up gauge',
          'up 1',
          'a_total{namespace="shop",pod="cart-1"} 5 1764200000000',
          'b_total{message="say \\"hi\\"\\n{a=\\"b\\"} \\\\ 3",empty=""} 1e+06',
          'c NaN',
          'd{broken 1',
          '',
        ].join('\n'),
      ),
      [
        { name: 'up', labels: {}, value: 1 },
        { name: 'a_total', labels: { namespace: 'shop', pod: 'cart-1' }, value: 5 },
        { name: 'b_total', labels: { message: 'say "hi"\n{a="b"} \\ 3', empty: '' }, value: 1_000_000 },
      ],
    ))
  it('is read in a moment, however long its labels are', () => {
    const long = '\\"'.repeat(50_000)
    const startedAt = performance.now()
    assert.equal(parseSamples(`a{b="${long}"} 1`)[0]?.labels['b']?.length, 50_000)
    parseSamples(`a{b="${long}`)
    assert.ok(performance.now() - startedAt < 1_000)
  })
})
