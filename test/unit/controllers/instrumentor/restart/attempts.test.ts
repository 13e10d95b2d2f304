import assert from 'node:assert/strict'
import { isGivenUp, keptAttempts, nextAttempt } from '../../../../../src/controllers/instrumentor/restart/attempts.ts'

describe('restart attempts', () => {
  const MINUTE_MS = 60_000

  it('are three for one decision, further and further apart', () => {
    let before = nextAttempt(undefined, 'd1', 0)
    assert.deepEqual(before, { decision: 'd1', count: 1, at: '1970-01-01T00:00:00.000Z' })
    assert.equal(nextAttempt(before, 'd1', 5 * MINUTE_MS - 1), undefined)
    before = nextAttempt(before, 'd1', 5 * MINUTE_MS)
    assert.equal(nextAttempt(before, 'd1', 20 * MINUTE_MS - 1), undefined)
    before = nextAttempt(before, 'd1', 20 * MINUTE_MS)
    assert.equal(before?.count, 3)
    assert.equal(isGivenUp(before, 'd1', 35 * MINUTE_MS - 1), false, 'the last one may still help')
    assert.equal(isGivenUp(before, 'd1', 35 * MINUTE_MS), true)
    assert.equal(nextAttempt(before, 'd1', 9_000 * MINUTE_MS), undefined)
  })

  it('begin anew with another decision, and with the removal of the mark of a rollback', () => {
    const last = { decision: 'd1', count: 3, at: '1970-01-01T00:00:00.000Z' }
    assert.equal(nextAttempt(last, 'd2', 1)?.count, 1)
    assert.deepEqual(keptAttempts(last, false), { restarts: last })
    const rollback = { ...last, decision: 'rollback' }
    assert.deepEqual([keptAttempts(rollback, true), keptAttempts(rollback, false)], [{ restarts: rollback }, {}])
  })
})
