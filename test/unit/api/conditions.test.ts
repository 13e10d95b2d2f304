import assert from 'node:assert/strict'
import { mergeConditions } from '../../../src/api/conditions.ts'

describe('merged conditions', () => {
  it('have messages that the schema takes', () => {
    const next = { type: 'Ready', status: 'False', reason: 'ApplyFailed', message: 'x'.repeat(40_000) } as const
    const [condition] = mergeConditions([], [next], '2026-11-23T10:00:00Z')
    assert.equal(condition?.message, `${'x'.repeat(32_767)}…`)
  })
})
