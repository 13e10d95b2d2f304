/** During all files of this folder: no workload is shown as `Instrumented` from which nothing arrived at the backend. */
import assert from 'node:assert/strict'
import { SHOP_SERVICES } from '../../examples/shop/deploy.ts'
import { eventually } from '../../tools/eventually.ts'
import type { InstrumentedGuard } from '../support/cluster/instrumented-guard.ts'
import { startInstrumentedGuard } from '../support/cluster/instrumented-guard.ts'

let guard: InstrumentedGuard

// Hooks of mocha for all files.
before(() => {
  guard = startInstrumentedGuard()
})

after(async function () {
  this.timeout(120_000)
  const seen = guard.shown()
  try {
    // The last spans may be on their way.
    await eventually('spans of every workload that was shown as Instrumented', 60, async () => {
      const problems = await guard.problems()
      if (problems.length > 0) throw new Error(problems.join('\n'))
      return true
    })
  } finally {
    guard.stop()
  }
  console.log(`      ${seen.length} workloads were shown as Instrumented, and each had sent spans`)
  for (const name of SHOP_SERVICES) assert.ok(seen.includes(`shop/${name}`), `the guard has not seen ${name}`)
})
