import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { createOwnWrites } from '../../../../../src/controllers/instrumentor/watch/own-writes.ts'

describe('own writes', () => {
  const config = (resourceVersion: string): InstrumentationConfig => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { name: 'c', namespace: 'n', resourceVersion },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'c' }, containers: [] },
  })
  const versionOf = (found: InstrumentationConfig | undefined) => found?.metadata.resourceVersion

  it('count until the watch has brought them', () => {
    const writes = createOwnWrites(() => 0)
    writes.put(config('20'))
    assert.equal(versionOf(writes.newest(config('9'), 'n', 'c')), '20')
    assert.equal(versionOf(writes.newest(undefined, 'n', 'c')), '20')
    assert.equal(versionOf(writes.newest(config('21'), 'n', 'c')), '21')
    writes.seen(config('19'))
    assert.equal(versionOf(writes.newest(undefined, 'n', 'c')), '20', 'an older one was deleted')
    writes.seen(config('20'))
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
  })

  it('do not count for ever, nor after a deletion of ours', () => {
    let now = 0
    const writes = createOwnWrites(() => now)
    writes.put(config('20'))
    writes.forget('n', 'c')
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
    writes.put(config('20'))
    now = 10_001
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
  })
})
