/** When a change of what Actions can select is reconciled. */
import assert from 'node:assert/strict'
import { createCaches } from '../../../../src/controllers/autoscaler/caches.ts'
import { createKubeClient } from '../../../../src/kube/http/client.ts'
import { RESOURCES } from '../../../../src/kube/resources.ts'
import { eventuallyPasses } from '../../../../tools/eventually.ts'
import { startFakeApiServer } from '../../../support/api-server/fake-api-server.ts'

const delaysAfterNamespace = async (spec: object, sources?: object): Promise<unknown[]> => {
  const server = await startFakeApiServer()
  const ended = new AbortController()
  const client = createKubeClient({ credentials: server.credentials, signal: ended.signal })
  const create = (type: 'actions' | 'destinations' | 'namespaces', kind: string, rest: object) =>
    client.create(RESOURCES[type], { apiVersion: '', kind, ...rest } as never, { fieldManager: 'test' })
  await create('actions', 'Action', { metadata: { name: 'mask', namespace: 'odigos-system' }, spec })
  const metadata = { name: 'backend', namespace: 'odigos-system' }
  await create('destinations', 'Destination', { metadata, spec: sources ? { sources } : {} })
  let delays: unknown[] = []
  const caches = createCaches({
    client,
    namespace: 'odigos-system',
    signal: ended.signal,
    onChange: (delayMs) => void delays.push(delayMs),
    onError: () => undefined,
  })
  await Promise.all(Object.values(caches.informers).map(({ synced }) => synced))
  delays = []
  await create('namespaces', 'Namespace', { metadata: { name: 'shop', labels: { team: 'a' } } })
  await eventuallyPasses(() => assert.equal(caches.selectable().namespaces.length, 1), 5_000)
  ended.abort()
  await server[Symbol.asyncDispose]()
  return delays
}

describe('a Namespace that changes', () => {
  it('is considered with a delay, where an Action has a selector', async () =>
    assert.deepEqual(await delaysAfterNamespace({ namespaceSelector: { matchLabels: { team: 'a' } } }), [500]))

  it('is considered with a delay, where a Destination has sources', async () =>
    assert.deepEqual(await delaysAfterNamespace({}, { namespaces: ['shop'] }), [500]))

  it('is not considered where none has', async () => assert.deepEqual(await delaysAfterNamespace({}), []))
})
