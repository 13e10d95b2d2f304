import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../src/api/kinds/instrumentation-config.ts'
import { createRemoveOrphan } from '../../../../src/controllers/instrumentor/orphans.ts'
import type { WorkloadView } from '../../../../src/controllers/instrumentor/watch/workload-view.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'

const OURS = { 'app.kubernetes.io/managed-by': 'odigos' }
const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u1' }

interface Scene {
  metadata?: object
  isCached?: boolean
  isThere?: boolean
}

const deleted = async ({ metadata = {}, isCached = false, isThere = false }: Scene): Promise<unknown[]> => {
  const deletions: unknown[] = []
  const config = {
    metadata: { name: 'deployment-web', namespace: 'shop', uid: 'c1', labels: OURS, ...metadata },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  } as unknown as InstrumentationConfig
  const client = {
    get: () => Promise.resolve(isThere ? {} : undefined),
    delete: ({ name }: { name: string }, options: object) => {
      deletions.push([name, options])
      return Promise.resolve(true)
    },
  } as unknown as KubeClient
  const caches = {
    workloadOf: () => (isCached ? ({} as WorkloadView) : undefined),
    configs: { get: (_namespace: string, name: string) => (name === 'deployment-web' ? config : undefined) },
  } as unknown as Parameters<typeof createRemoveOrphan>[0]['caches']
  await createRemoveOrphan({ client, log: createLog('test', 'fatal'), caches })('shop/Deployment/web')
  return deletions
}

describe('an InstrumentationConfig whose workload is gone', () => {
  for (const ownerReferences of [[], [owner]])
    it(`is deleted ${ownerReferences.length > 0 ? 'with' : 'without'} an owner reference`, async () =>
      assert.deepEqual(await deleted({ metadata: { ownerReferences } }), [['deployment-web', { uid: 'c1' }]]))

  const kept: [title: string, scene: Scene][] = [
    ['is not ours', { metadata: { labels: {} } }],
    ['has a workload that is being deleted', { isCached: true }],
    ['has a workload that the cache does not know yet', { isThere: true }],
  ]
  for (const [title, scene] of kept)
    it(`is kept where it ${title}`, async () => assert.deepEqual(await deleted(scene), []))
})
