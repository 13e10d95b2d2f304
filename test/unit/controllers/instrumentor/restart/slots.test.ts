import assert from 'node:assert/strict'
import { createRestartSlots } from '../../../../../src/controllers/instrumentor/restart/slots.ts'

describe('restart slots', () => {
  let now: number
  let healthy: Set<string>
  const start = () =>
    createRestartSlots(
      (key) => healthy.has(key),
      () => now,
    )
  const ask = (key: string, isRollback = false) => ({ key, limit: 2, isRollback })
  beforeEach(() => {
    now = 1_000_000
    healthy = new Set()
  })

  it('no more at once than the limit, and the next when one is well and had time to show it', () => {
    const slots = start()
    assert.deepEqual([slots.take(ask('a')), slots.take(ask('b')), slots.take(ask('c'))], [true, true, false])
    healthy.add('a')
    assert.equal(slots.take(ask('c')), false, 'its status is not about the restart yet')
    now += 10_001
    assert.deepEqual([slots.take(ask('c')), slots.take(ask('d'))], [true, false])
    now += 600_001
    assert.equal(slots.take(ask('d')), true, 'what never becomes well holds up nobody for ever')
  })

  it('what was under way before the process began counts', () => {
    const slots = start()
    slots.hold('x')
    slots.hold('y')
    assert.equal(slots.take(ask('a')), false)
  })

  it('a rollback goes on in the slot of the restart that brought the agent, and takes no more than the limit', () => {
    const slots = start()
    assert.deepEqual([slots.take(ask('a')), slots.take(ask('a')), slots.take(ask('a', true))], [true, false, true])
    assert.deepEqual([slots.take(ask('b', true)), slots.take(ask('c', true))], [true, false])
    healthy.add('a')
    now += 10_001
    assert.equal(slots.take(ask('c', true)), true)
    slots.forget('c')
    assert.equal(slots.take(ask('d')), true)
  })
})
