import assert from 'node:assert/strict'
import { parseQuantity, smallerQuantity } from '../../../../src/inject/resources/quantity.ts'

describe('quantities', () => {
  const cases: [unknown, number | undefined][] = [
    ['1', 1],
    [2, 2],
    ['500m', 0.5],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['100k', 100_000],
    ['1e3', 1000],
    ['12E', 12e18],
    ['.5', 0.5],
    ['', undefined],
    ['1 Gi', undefined],
    ['Gi', undefined],
  ]
  for (const [text, number] of cases) it(String(text), () => assert.equal(parseQuantity(text), number))

  // A pattern that backtracks takes minutes here: the test then runs into mocha's limit.
  it('of any text are read', () => assert.equal(parseQuantity(`${'1'.repeat(200_000)}x`), undefined))

  it('the smaller of two is kept as it was written', () => {
    assert.equal(smallerQuantity('1Gi', '1000Mi'), '1000Mi')
    assert.equal(smallerQuantity('64Mi', '64Mi'), '64Mi')
    assert.equal(smallerQuantity('64Mi', 'rubbish'), '64Mi')
  })
})
