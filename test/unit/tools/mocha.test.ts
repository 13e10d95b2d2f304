import assert from 'node:assert/strict'
import { tallyOf } from '../../../tools/mocha.ts'

describe('the tally of a mocha run', () => {
  const output = (...lines: string[]): string => ['suite', '    ✔ 7 passing trains', ...lines].join('\n')

  it('has the numbers of its final lines', () => {
    assert.deepEqual(tallyOf(output('  12 passing (3s)', '  2 pending'), 0), {
      passed: 12,
      failed: 0,
      skipped: 2,
      failures: [],
    })
    const list = ['  1 failing', '', '  1) trains', '       leave:', '     Error: no engine']
    assert.deepEqual(tallyOf(output('  3 failing engines', '  12 passing (3s)', ...list), 1), {
      passed: 12,
      failed: 1,
      skipped: 0,
      failures: [list.join('\n')],
    })
  })
  it('counts a crash as a failure', () => {
    assert.deepEqual(tallyOf('SyntaxError', 1), { passed: 0, failed: 1, skipped: 0, failures: ['SyntaxError'] })
    const { passed, failed } = tallyOf(output('  12 passing (3s)'), null)
    assert.deepEqual({ passed, failed }, { passed: 12, failed: 1 })
  })
})
