import assert from 'node:assert/strict'
import { reasonsTable } from '../../scripts/generate-reasons.ts'

describe('the table of reasons', () => {
  it('has a row for each, by name, and no cell that a vertical line ends', () =>
    assert.deepEqual(
      reasonsTable({
        Late: { meaning: 'too late', remedy: 'run a | b' },
        Early: { meaning: 'too early', remedy: '' },
      }).split('\n'),
      [
        '| reason | meaning | what you can do |',
        '| --- | --- | --- |',
        '| `Early` | too early | nothing is to be done |',
        '| `Late` | too late | run a \\| b |',
      ],
    ))
})
