/** Laws of the decision which workloads have collectors of their own, over random histories of traffic. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { DedicatedSettings } from '../../../../src/api/kinds/odigos-config.ts'
import { DEFAULT_DEDICATED } from '../../../../src/api/kinds/odigos-config.ts'
import type { TrafficOf, Turned } from '../../../../src/controllers/scheduler/traffic/decide.ts'
import { decideDedicated } from '../../../../src/controllers/scheduler/traffic/decide.ts'

const MINUTE = 60_000
const HIGH = { sharePercent: 60, itemsPerSecond: 5_000 }
const BETWEEN = { sharePercent: 40, itemsPerSecond: 5_000 }
const LOW = { sharePercent: 20, itemsPerSecond: 5_000 }

interface Moment {
  afterMs: number
  traffic?: TrafficOf['traffic']
  choice?: TrafficOf['choice']
}

/** Whether the workload is dedicated after each moment, where every decision is carried out at once. */
const follow = (moments: readonly Moment[], settings: DedicatedSettings = DEFAULT_DEDICATED): boolean[] => {
  let isDedicated = false
  let turned: Turned = new Map()
  let nowMs = 0
  return moments.map(({ afterMs, traffic, choice }) => {
    nowMs += afterMs
    const decision = decideDedicated([{ key: 'w', traffic, choice, isDedicated }], settings, { turned, nowMs })
    turned = decision.turned
    isDedicated = decision.dedicated.has('w')
    return isDedicated
  })
}

const traffic = fc.record({ sharePercent: fc.integer({ min: 0, max: 100 }), itemsPerSecond: fc.nat(10_000) })
const choice = fc.constantFrom(undefined, 'Shared' as const, 'Dedicated' as const)
const afterMs = fc.nat(30 * MINUTE)
const moment = fc.record({ afterMs, traffic: fc.option(traffic, { nil: undefined }) })
const workload = fc.record({ traffic: fc.option(traffic, { nil: undefined }), choice, isDedicated: fc.boolean() })
const workloads = fc.array(workload, { maxLength: 30 }).map((all) => all.map((each, i) => ({ ...each, key: `w${i}` })))

describe('which workloads have collectors of their own', () => {
  it('one that sends more than its share for long enough has, and no longer once it sends less for long enough', () => {
    const steps: [Moment, boolean][] = [
      [{ afterMs: 0, traffic: HIGH }, false],
      [{ afterMs: 5 * MINUTE - 1, traffic: HIGH }, false],
      [{ afterMs: 1, traffic: HIGH }, true],
      [{ afterMs: 60 * MINUTE, traffic: BETWEEN }, true],
      [{ afterMs: MINUTE, traffic: LOW }, true],
      [{ afterMs: 15 * MINUTE - 1, traffic: LOW }, true],
      [{ afterMs: 1, traffic: LOW }, false],
    ]
    assert.deepEqual(
      follow(steps.map(([each]) => each)),
      steps.map(([, expected]) => expected),
    )
  })

  it('a share of little traffic does not matter', () => {
    const little = { sharePercent: 100, itemsPerSecond: DEFAULT_DEDICATED.itemsPerSecond - 1 }
    assert.deepEqual(follow([0, 10, 10].map((n) => ({ afterMs: n * MINUTE, traffic: little }))), [false, false, false])
  })

  it('a moment of other traffic starts the time anew', () => {
    const of = [HIGH, BETWEEN, HIGH, HIGH].map((each) => ({ afterMs: 4 * MINUTE, traffic: each }))
    assert.deepEqual(follow(of), [false, false, false, false])
  })

  it('without the automatic, only the user gives a workload collectors of its own', () => {
    const settings = { ...DEFAULT_DEDICATED, automatic: false }
    const steps = [{ traffic: HIGH }, { choice: 'Dedicated' as const }, { traffic: HIGH }, { traffic: HIGH }]
    const after = follow(
      steps.map((each) => ({ afterMs: 60 * MINUTE, ...each })),
      settings,
    )
    assert.deepEqual(after, [false, true, false, false])
  })

  it('never moves twice within the time that traffic must last', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 60 }), (moments) => {
        const after = follow(moments)
        let lastMs = -Infinity
        let nowMs = 0
        moments.forEach((each, i) => {
          nowMs += each.afterMs
          if (after[i] === (after[i - 1] ?? false)) return
          const waitMs = (after[i] ? DEFAULT_DEDICATED.afterSeconds : DEFAULT_DEDICATED.returnAfterSeconds) * 1000
          assert.ok(nowMs - lastMs >= waitMs, `moved ${nowMs - lastMs} ms after the last move`)
          lastMs = nowMs
        })
      }),
    )
  })

  it('nothing moves while traffic stays between the thresholds, whatever was before', () => {
    const between = fc.record({
      sharePercent: fc.integer({ min: DEFAULT_DEDICATED.returnSharePercent, max: DEFAULT_DEDICATED.sharePercent }),
      itemsPerSecond: fc.integer({ min: DEFAULT_DEDICATED.returnItemsPerSecond, max: 10_000 }),
    })
    const calm = fc.array(fc.record({ afterMs, traffic: between }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), calm, (before, then) => {
        const after = follow([...before, ...then])
        const state = before.length > 0 ? after[before.length - 1] : false
        assert.ok(after.slice(before.length).every((each) => each === state))
      }),
    )
  })

  it("the user's choice holds at once", () => {
    fc.assert(
      fc.property(workloads, fc.nat(), (all, nowMs) => {
        const { dedicated } = decideDedicated(all, DEFAULT_DEDICATED, { turned: new Map(), nowMs })
        for (const each of all) if (each.choice) assert.equal(dedicated.has(each.key), each.choice === 'Dedicated')
      }),
    )
  })

  it('the order of the workloads does not matter, nor what becomes of others', () => {
    fc.assert(
      fc.property(workloads, fc.nat(), (all, nowMs) => {
        const at = { turned: new Map(all.map(({ key, isDedicated }) => [key, { sinceMs: 0, isDedicated }])), nowMs }
        const together = decideDedicated(all, DEFAULT_DEDICATED, at)
        assert.deepEqual(
          [...decideDedicated(all.toReversed(), DEFAULT_DEDICATED, at).dedicated].toSorted(),
          [...together.dedicated].toSorted(),
        )
        for (const each of all) {
          const alone = decideDedicated([each], DEFAULT_DEDICATED, at).dedicated.has(each.key)
          assert.equal(alone, together.dedicated.has(each.key))
        }
      }),
    )
  })

  it('a restart keeps what was decided, and looks again when the next workload can move', () => {
    fc.assert(
      fc.property(workloads, fc.nat(), (all, nowMs) => {
        const { dedicated, nextMs } = decideDedicated(all, DEFAULT_DEDICATED, { turned: new Map(), nowMs })
        for (const { choice: chosen, isDedicated, key } of all)
          if (!chosen) assert.equal(dedicated.has(key), isDedicated)
        assert.ok(nextMs === undefined || nextMs > nowMs)
      }),
    )
  })
})
