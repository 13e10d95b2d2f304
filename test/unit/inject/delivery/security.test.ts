import assert from 'node:assert/strict'
import type { SecurityContext } from '../../../../src/api/kubernetes.ts'
import { restrictedContext } from '../../../../src/inject/delivery/security.ts'

describe('the security context of the copying container', () => {
  it('is for the user of its neighbour, of the pod, or nobody, but never root', () => {
    const user = (own: SecurityContext, ofPod: SecurityContext): number | undefined =>
      restrictedContext({ name: 'a', securityContext: own }, { containers: [], securityContext: ofPod }).runAsUser
    assert.equal(user({ runAsUser: 5 }, { runAsUser: 6 }), 5)
    assert.equal(user({}, { runAsUser: 6 }), 6)
    assert.equal(user({ runAsUser: 0 }, { runAsUser: 6 }), 65532)
    assert.equal(user({}, {}), 65532)
  })
})
