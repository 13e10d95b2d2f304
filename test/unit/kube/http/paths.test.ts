import assert from 'node:assert/strict'
import { KINDS } from '../../../../src/api/kinds/index.ts'
import { API_GROUP_VERSION } from '../../../../src/api/names.ts'
import { WORKLOAD_KINDS, workloadApiVersion } from '../../../../src/api/workload-kinds.ts'
import { collectionPath, objectPath, withQuery } from '../../../../src/kube/http/paths.ts'
import { apiVersionOf, resourceOfKind, RESOURCES } from '../../../../src/kube/resources.ts'

describe('paths of resources', () => {
  it('are those of the API server', () => {
    assert.equal(collectionPath(RESOURCES.pods), '/api/v1/pods')
    assert.equal(collectionPath(RESOURCES.pods, 'a'), '/api/v1/namespaces/a/pods')
    assert.equal(collectionPath(RESOURCES.namespaces, 'ignored'), '/api/v1/namespaces')
    assert.equal(
      objectPath({ type: RESOURCES.deployments, namespace: 'a', name: 'b' }, 'status'),
      '/apis/apps/v1/namespaces/a/deployments/b/status',
    )
    assert.equal(objectPath({ type: RESOURCES.namespaces, name: 'n' }), '/api/v1/namespaces/n')
  })

  it('cannot be left by a name', () => {
    const ref = { type: RESOURCES.pods, namespace: '../x', name: 'a/b?c' }
    assert.equal(objectPath(ref), '/api/v1/namespaces/..%2Fx/pods/a%2Fb%3Fc')
  })

  it('need the namespace of an object that has one', () => {
    assert.throws(() => objectPath({ type: RESOURCES.pods, name: 'a' }), /namespace is missing/)
  })

  it('take only what is there into the query', () => {
    assert.equal(withQuery('/p', { a: 'x y', b: undefined, c: 0, d: false }), '/p?a=x+y&c=0&d=false')
    assert.equal(withQuery('/p', {}), '/p')
  })

  it('exist for each of our kinds and of the workloads', () => {
    for (const { kind, plural } of KINDS) assert.equal(resourceOfKind(kind, API_GROUP_VERSION)?.plural, plural)
    for (const definition of WORKLOAD_KINDS) {
      assert.equal(apiVersionOf(resourceOfKind(definition.kind)!), workloadApiVersion(definition))
    }
    assert.equal(resourceOfKind('Deployment', 'example.com/v1'), undefined)
  })
})
