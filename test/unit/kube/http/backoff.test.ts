import assert from 'node:assert/strict'
import { backoffMs, createBackoff, sleep } from '../../../../src/kube/http/backoff.ts'

describe('backoff', () => {
  it('depends on the number of failures', () => {
    const limits = { min: 100, max: 1_000 }
    assert.deepEqual(
      [1, 2, 4, 5, 5_000].map((failures) => backoffMs(limits, failures, 0)),
      [100, 200, 800, 1_000, 1_000],
    )
    assert.equal(backoffMs(limits, 2, 1), 100)
  })

  it('doubles up to its limit, begins anew after a reset, and overflows never', () => {
    const backoff = createBackoff({ min: 100, max: 1_000 }, () => 0)
    assert.deepEqual(Array.from({ length: 5 }, backoff.next), [100, 200, 400, 800, 1_000])
    backoff.reset()
    assert.equal(backoff.next(), 100)
    for (let failures = 0; failures < 5_000; failures += 1) assert.ok(backoff.next() <= 1_000)
  })

  it('is shortened at random, by at most half', () => {
    assert.equal(createBackoff({ min: 100, max: 100 }, () => 1).next(), 50)
    assert.equal(createBackoff({ min: 100, max: 100 }, () => 0.5).next(), 75)
  })

  it('waits, unless it is aborted', async () => {
    const startedAt = Date.now()
    await sleep(30, new AbortController().signal)
    assert.ok(Date.now() - startedAt >= 29)
    await sleep(60_000, AbortSignal.abort())
    await sleep(60_000, AbortSignal.timeout(10))
    assert.ok(Date.now() - startedAt < 5_000)
  })
})
