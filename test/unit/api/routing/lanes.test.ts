import assert from 'node:assert/strict'
import fc from 'fast-check'
import { laneDigits, laneOf, LANES } from '../../../../src/api/routing/lanes.ts'
import { WORKLOAD_KINDS } from '../../../../src/api/workload-kinds.ts'

describe('lanes', () => {
  it('divide all hashes', () => {
    const digits = Array.from({ length: LANES }, (_, lane) => laneDigits(lane)).join('')
    assert.equal(digits, '0123456789abcdef')
  })

  it('have about the same number of workloads', () => {
    const counts = Array.from({ length: LANES }, () => 0)
    for (let index = 0; index < 8_000; index += 1) {
      const lane = laneOf({ namespace: `team-${index % 50}`, kind: 'Deployment', name: `web-${index}` })
      counts[lane] = (counts[lane] ?? 0) + 1
    }
    for (const count of counts) assert.ok(count > 800 && count < 1_200, counts.join(' '))
  })

  it('are known for every workload, and the same each time', () => {
    const kind = fc.constantFrom(...WORKLOAD_KINDS.map((each) => each.kind))
    fc.assert(
      fc.property(fc.string(), kind, fc.string(), (namespace, of, name) => {
        const lane = laneOf({ namespace, kind: of, name })
        assert.ok(Number.isInteger(lane) && lane >= 0 && lane < LANES)
        assert.equal(laneOf({ name, kind: of, namespace }), lane)
      }),
    )
  })
})
