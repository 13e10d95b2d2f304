/** The short form of `npm run fuzz`, with the same inputs each time. */
import assert from 'node:assert/strict'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { fuzzCollector } from '../../fuzz/fuzz-collector.ts'

const ROUNDS = 25
const SEED = 1

describe('strange Destinations, Actions and settings that pass every check', function () {
  this.timeout(120_000)

  it('keep no real collector from starting', async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const { inputs, accepted, findings } = await fuzzCollector({
      binary,
      seed: SEED,
      goesOn: (rounds) => rounds < ROUNDS,
    })
    console.log(`      ${accepted} of ${inputs} inputs were accepted`)
    assert.ok(accepted > 100)
    assert.deepEqual(findings, [])
  })
})
