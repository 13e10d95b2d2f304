import assert from 'node:assert/strict'
import type { Lease } from '../../../../src/kube/lease/lease.ts'
import { heldSpec, isFree, observe, releasedSpec } from '../../../../src/kube/lease/lease.ts'

const date = new Date('2026-11-23T10:00:00.123Z')
const lease = (spec: Lease['spec'], resourceVersion = '1'): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'test', resourceVersion },
  spec,
})

describe('lease', () => {
  it('is free when nobody holds it, we do, or its holder was not seen to renew it for its duration', () => {
    const observed = { version: '1', at: 1_000 }
    assert.equal(isFree(lease({}), 'me', observed, 1_001), true)
    assert.equal(isFree(lease({ holderIdentity: '' }), 'me', observed, 1_001), true)
    assert.equal(isFree(lease({ holderIdentity: 'me', leaseDurationSeconds: 15 }), 'me', observed, 1_001), true)
    const others = lease({ holderIdentity: 'other', leaseDurationSeconds: 15 })
    assert.equal(isFree(others, 'me', observed, 16_000), false)
    assert.equal(isFree(others, 'me', observed, 16_001), true)
  })

  it('counts time since a version was first seen here, whatever the holder wrote as time', () => {
    const first = observe(lease({ renewTime: '1999-01-01T00:00:00.000000Z' }, '1'), undefined, 5)
    assert.deepEqual(first, { version: '1', at: 5 })
    assert.deepEqual(observe(lease({}, '1'), first, 99), first)
    assert.deepEqual(observe(lease({}, '2'), first, 99), { version: '2', at: 99 })
  })

  it('is written with microseconds, and counts a transition only when the holder changes', () => {
    const created = heldSpec(undefined, 'me', 15_000, date)
    assert.deepEqual(created, {
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      renewTime: '2026-11-23T10:00:00.123000Z',
      acquireTime: '2026-11-23T10:00:00.123000Z',
      leaseTransitions: 0,
    })
    const renewed = heldSpec(created, 'me', 15_000, new Date('2026-11-23T10:00:02.000Z'))
    assert.equal(renewed['acquireTime'], created['acquireTime'])
    assert.equal(renewed.leaseTransitions, 0)
    const taken = heldSpec({ ...renewed, preferredHolder: 'kept' }, 'other', 15_000, date)
    assert.equal(taken.leaseTransitions, 1)
    assert.equal(taken['preferredHolder'], 'kept')
  })

  it('is given back with an empty holder and the shortest duration that is allowed', () => {
    const released = releasedSpec(heldSpec(undefined, 'me', 15_000, date), date)
    assert.equal(released.holderIdentity, '')
    assert.equal(released.leaseDurationSeconds, 1)
    assert.equal(released.leaseTransitions, 0)
  })
})
