import assert from 'node:assert/strict'
import { measure, scriptsIn } from '../../../scripts/coverage.ts'

const TEXT = `/** Doubles. */
export const double = (n: number): number => {
  if (n > 10) {
    return 0
  }
  return 2 * n
}
`
const at = (text: string): number => TEXT.indexOf(text)
const script = (...ranges: [number, number, number][]) => ({
  url: 'file:///double.ts',
  functions: [
    { ranges: [{ startOffset: 0, endOffset: TEXT.length, count: 1 }] },
    { ranges: ranges.map(([startOffset, endOffset, count]) => ({ startOffset, endOffset, count })) },
  ],
})
const whole: [number, number, number] = [at('(n: number)'), TEXT.length - 1, 3]
const block = (count: number): [number, number, number] => [at('{\n    return 0'), at('  return 2'), count]

describe('coverage', () => {
  it('counts the lines and blocks that did not run', () => {
    assert.deepEqual(measure(TEXT, [script(whole, block(0))]), {
      // The opening brace of the block stands on a line that ran.
      lines: { covered: 4, total: 6 },
      branches: { covered: 2, total: 3 },
    })
  })

  it('adds up what several processes ran', () => {
    const { lines, branches } = measure(TEXT, [script(whole, block(0)), script(whole, block(1))])
    assert.equal(lines.covered, lines.total)
    assert.equal(branches.covered, branches.total)
  })

  it('counts a file that no process loaded', () => {
    assert.deepEqual(measure(TEXT, []).lines, { covered: 0, total: 6 })
  })

  it('leaves out half a file, of a process that was killed', () => {
    const text = JSON.stringify({ result: [script(whole)] })
    assert.equal(scriptsIn(text).length, 1)
    assert.deepEqual(scriptsIn(text.slice(0, -9)), [])
    assert.deepEqual(scriptsIn(''), [])
  })
})
