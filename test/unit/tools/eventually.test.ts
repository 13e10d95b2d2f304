import assert from 'node:assert/strict'
import { eventually, eventuallyPasses, isTrueWithin } from '../../../tools/eventually.ts'

describe('eventually', () => {
  it('checks again before it gives up', async () => {
    const results = [false, true]
    assert.equal(await isTrueWithin(20, () => results.shift() ?? false, 1), true)
    assert.equal(await isTrueWithin(20, () => false, 1), false)
    assert.equal(await isTrueWithin(0, () => false, 1), false)
  })

  it('takes an error for false, and names what was expected and the last error', async () => {
    const cause = new Error('refused')
    await assert.rejects(
      eventually('the door opens', 0.01, () => Promise.reject(cause), 1),
      (error: Error) => error.message.includes('the door opens') && error.cause === cause,
    )
  })

  it('repeats assertions until they pass, or rejects with the last of them', async () => {
    let count = 0
    await eventuallyPasses(() => assert.equal(++count, 3))
    await assert.rejects(
      eventuallyPasses(() => assert.equal(1, 2), 20),
      assert.AssertionError,
    )
  })
})
