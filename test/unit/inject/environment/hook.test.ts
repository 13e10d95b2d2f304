import assert from 'node:assert/strict'
import { addHook, inspectHook } from '../../../../src/inject/environment/hook.ts'

describe('a variable that an agent shares', () => {
  const hook = { name: 'NODE_OPTIONS', addTo: (value: string) => `${value} --require x`.trim() }

  it('is not written over a value that was left out as a possible secret', () => {
    assert.ok('conflict' in inspectHook([], hook, ''))
    const env = [{ name: 'NODE_OPTIONS', value: 'a' }]
    assert.deepEqual(inspectHook(env, hook, ''), { from: "the container's NODE_OPTIONS" })
    assert.deepEqual(addHook(env, hook, ''), [{ name: 'NODE_OPTIONS', value: 'a --require x' }])
  })
})
