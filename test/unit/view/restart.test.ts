import assert from 'node:assert/strict'
import { restartText } from '../../../src/view/attention/restart.ts'

const CASES: [names: string[], restarted: number, text: string][] = [
  [['cart'], 1, 'cart was restarted.'],
  [['cart', 'shop'], 2, '2 workloads were restarted.'],
  [['cart', 'shop', 'pay'], 1, '1 of 3 workloads were restarted.'],
]

describe('what became of a restart', () => {
  for (const [names, restarted, text] of CASES)
    it(`is told: ${text}`, () => assert.equal(restartText(names, restarted), text))
})
