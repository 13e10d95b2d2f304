import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import type { Cached } from '../../../../src/kube/types.ts'
import { createObjectCache } from '../../../../src/kube/watch/object-cache.ts'

interface Kept extends Cached {
  spec: unknown
}

const object = (resourceVersion: string, spec: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Any',
  metadata: { name: 'a', resourceVersion },
  spec,
})

describe('object cache', () => {
  it('hands over what it held of a changed object, and nothing of others', () => {
    const changes: unknown[] = []
    const cache = createObjectCache<Kept>({
      transform: ({ metadata, spec }) => ({ metadata: { name: metadata.name }, spec }),
      onChange: (kept, change, before) => changes.push([change, kept.spec, before?.spec]),
    })
    cache.put(object('1', 'one'), 'list')
    cache.put(object('2', 'two'), 'watch')
    cache.put(object('2', 'two'), 'list')
    cache.remove(object('3', 'two'))
    assert.deepEqual(changes, [
      ['added', 'one', undefined],
      ['changed', 'two', 'one'],
      ['removed', 'two', undefined],
    ])
  })
})
