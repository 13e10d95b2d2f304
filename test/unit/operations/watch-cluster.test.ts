import assert from 'node:assert/strict'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { KubeError } from '../../../src/kube/http/error.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { silentSeconds, watchCluster } from '../../../src/operations/watch-cluster.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'

describe('the watches of the UI', () => {
  it('name the kind that cannot be read, and go on with the others', async () => {
    await using server = await startFakeApiServer()
    const stopping = new AbortController()
    const { signal } = stopping
    const client = createKubeClient({ credentials: server.credentials, signal })
    const request: KubeClient['request'] = (method, path, body, ending) =>
      path.includes('/cronjobs')
        ? Promise.reject(new KubeError('GET /cronjobs: forbidden', { status: 403, reason: 'Forbidden' }))
        : client.request(method, path, body, ending)
    const failed = new Set<string>()
    const cluster = watchCluster({
      client: { ...client, request },
      signal,
      namespace: 'odigos-system',
      onError: (kind) => failed.add(kind),
    })
    let changes = 0
    cluster.onChange(() => (changes += 1))
    await eventuallyPasses(() => assert.deepEqual(cluster.observe().missing, ['CronJob']))
    assert.ok(changes > 0)
    assert.deepEqual([...failed], ['CronJob'])
    stopping.abort()
  })
  it('show the silence of one, though the others speak', () => {
    assert.equal(silentSeconds([100, 95_400, 2_000]), 95)
    assert.equal(silentSeconds([100, 60_000]), 0)
    assert.equal(silentSeconds([]), 0)
  })
})
