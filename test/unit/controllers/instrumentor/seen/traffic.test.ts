import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SEEN_METRICS } from '../../../../../src/collector/seen.ts'
import { createSeen } from '../../../../../src/controllers/instrumentor/seen/runner.ts'
import type { Traffic } from '../../../../../src/api/kinds/telemetry.ts'
import {
  createTraffic,
  measure,
  trafficToWrite,
  WINDOW_MS,
} from '../../../../../src/controllers/instrumentor/seen/traffic.ts'
import { seenOptions } from '../../../../support/instrumentor/seen-case.ts'

const counts = (all: Record<string, number>) => new Map(Object.entries(all))

describe('the traffic of workloads', () => {
  it('is a share and a rate, and that of the others is not kept', () => {
    assert.deepEqual(
      [...measure(counts({ cart: 60_000, web: 30_000, cron: 9_000, echo: 1_000 }), 60_000)],
      [
        ['cart', { sharePercent: 60, itemsPerSecond: 1_000 }],
        ['web', { sharePercent: 30, itemsPerSecond: 500 }],
      ],
    )
  })

  it('is not known before the first window is over, and little where nothing was counted', () => {
    const traffic = createTraffic(0)
    traffic.add('cart', 6_000)
    assert.deepEqual(traffic.close(WINDOW_MS - 1, true), [])
    assert.equal(traffic.of('cart'), undefined)
    assert.deepEqual(traffic.close(WINDOW_MS, true), ['cart'])
    assert.deepEqual(traffic.of('cart'), { sharePercent: 100, itemsPerSecond: 100 })
    assert.equal(traffic.of('web'), null)
    assert.deepEqual(traffic.close(2 * WINDOW_MS, true), ['cart'], 'what has ended is news')
    assert.equal(traffic.of('cart'), null)
  })

  it('is measured over a longer time while a collector cannot be read, but not for ever', () => {
    const traffic = createTraffic(0)
    traffic.add('cart', 12_000)
    assert.deepEqual(traffic.close(WINDOW_MS, false), [])
    assert.deepEqual(traffic.close(2 * WINDOW_MS, true), ['cart'])
    assert.equal(traffic.of('cart')?.itemsPerSecond, 100)
    assert.deepEqual(traffic.close(7 * WINDOW_MS, false), ['cart'])
  })

  it('is written once while it is steady, and is always exact to five points', () => {
    const measured = fc.record({ sharePercent: fc.integer({ min: 10, max: 100 }), itemsPerSecond: fc.nat(10_000) })
    fc.assert(
      fc.property(fc.array(measured, { minLength: 1 }), (history) => {
        let written: Traffic | undefined
        for (const now of history) {
          written = trafficToWrite(written, now, 0)
          assert.ok(written && Math.abs(written.sharePercent - now.sharePercent) < 5)
          assert.deepEqual(trafficToWrite(written, now, 0), written)
        }
      }),
    )
    const steady = { sharePercent: 60, itemsPerSecond: 4_000 }
    assert.equal(trafficToWrite(steady, { sharePercent: 57, itemsPerSecond: 3_500 }, 1_000), steady)
  })

  it('is not written where it is far too little to matter, and kept where nothing is known', () => {
    const little = { sharePercent: 90, itemsPerSecond: 20 }
    assert.equal(trafficToWrite(undefined, little, 1_000), undefined)
    assert.equal(trafficToWrite({ sharePercent: 90, itemsPerSecond: 5_000 }, null, 1_000), undefined)
    assert.equal(trafficToWrite(little, undefined, 1_000), little)
  })

  it('follows from what a collector counts of the pods of its node, but for what it had counted before', async () => {
    let nowMs = 0
    let value = 1_000_000
    const options = seenOptions()
    const seen = createSeen({
      ...options,
      caches: {
        ...options.caches,
        podOf: (_, pod) => ({ nodeName: pod === 'far' ? 'other' : 'node-1', createdMs: 0, workload: `shop/${pod}` }),
      },
      nowMs: () => nowMs,
      pull: () =>
        Promise.resolve(
          ['near', 'far'].flatMap((pod) => [
            { name: SEEN_METRICS.traces, labels: { namespace: 'shop', pod }, value },
            { name: SEEN_METRICS.servers, labels: { namespace: 'shop', pod }, value },
          ]),
        ),
    })
    for (; nowMs <= WINDOW_MS; nowMs += 10_000, value += 600) await seen.readAll()
    assert.deepEqual(seen.traffic('shop/near'), { sharePercent: 100, itemsPerSecond: 60 })
    assert.equal(seen.traffic('shop/far'), null)
  })
})
