import assert from 'node:assert/strict'
import { memoryBudget } from '../../../src/collector/memory.ts'

describe('memoryBudget', () => {
  const table: [number, number, number, number][] = [
    [64, 54, 10, 43],
    [256, 217, 43, 173],
    [333, 283, 56, 226],
    [512, 462, 92, 369],
    [2048, 1998, 399, 1598],
  ]
  for (const [container, limitMiB, spikeMiB, goMemLimitMiB] of table)
    it(`divides ${container} MiB`, () =>
      assert.deepEqual(memoryBudget(container), { limitMiB, spikeMiB, goMemLimitMiB }))
})
