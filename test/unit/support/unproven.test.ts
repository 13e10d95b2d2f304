import assert from 'node:assert/strict'
import { unproven, workloadsOf } from '../../support/cluster/unproven.ts'

describe('workloads that were shown as instrumented', () => {
  const cases: [string, shownMs: number, spansSinceMs: number | undefined, RegExp | undefined][] = [
    ['after a span of them', 10_000, 4_000, undefined],
    ['at the time of a span of them', 10_000, 10_500, undefined],
    ['long before a span of them', 10_000, 40_000, /30000 ms before its first span/],
    ['without a span of them', 10_000, undefined, /no span of it ever arrived/],
  ]
  for (const [name, shownMs, spansSinceMs, problem] of cases) {
    it(name, () => {
      const spans = new Map([['shop/other', 0]])
      if (spansSinceMs !== undefined) spans.set('shop/cart', spansSinceMs)
      const found = unproven(new Map([['shop/cart', shownMs]]), spans)
      if (!problem) return assert.deepEqual(found, [])
      assert.equal(found.length, 1)
      assert.match(String(found[0]), problem)
    })
  }

  it('are named as the workload of a span', () => {
    const resource = { 'k8s.namespace.name': 'shop', 'k8s.cronjob.name': 'report', 'k8s.job.name': 'report-1' }
    assert.deepEqual(workloadsOf({ resource }), ['shop/report', 'shop/report-1'])
    assert.deepEqual(workloadsOf({ resource: {} }), [])
  })
})
