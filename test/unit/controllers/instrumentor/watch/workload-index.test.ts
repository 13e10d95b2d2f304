import assert from 'node:assert/strict'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { createWorkloadIndex } from '../../../../../src/controllers/instrumentor/watch/workload-index.ts'
import { workloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

const owned = (name: string, owner: { apiVersion: string; kind: string; name: string }, labels = {}) => ({
  name,
  namespace: 'n',
  labels,
  ownerReferences: [{ ...owner, uid: 'u', controller: true }],
})
const podOf = (name: string, owner: { apiVersion: string; kind: string; name: string }, labels = {}) =>
  podView({ apiVersion: 'v1', kind: 'Pod', metadata: owned(name, owner, labels), spec: { containers: [] } })
const batch = { apiVersion: 'batch/v1', kind: 'Job' }

describe('workload index', () => {
  it("counts the pods of a CronJob's Jobs for the CronJob, in whatever order they are seen", () => {
    const index = createWorkloadIndex()
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report' }
    const job = workloadView({ ...batch, metadata: owned('report-29000000', cronJob) })
    const pod = podOf('report-29000000-x', { ...batch, name: 'report-29000000' })
    index.putPod(pod)
    assert.deepEqual(index.pods('n/CronJob/report'), [])
    index.putWorkload(job)
    assert.deepEqual(index.pods('n/CronJob/report'), [pod])
    index.removeWorkload(job)
    assert.deepEqual(index.pods('n/CronJob/report'), [])
    index.removePod(pod)
    assert.deepEqual(index.pods('n/Job/report-29000000'), [])
  })

  it('forgets a pod that lost its owner, and one that got another', () => {
    const index = createWorkloadIndex()
    const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', name })
    const pod = podOf('db-0', owner('db'))
    index.putPod(pod)
    const orphan = { ...pod, metadata: { ...pod.metadata, ownerReferences: [] } }
    index.putPod(orphan)
    assert.deepEqual([index.pods('n/StatefulSet/db'), index.countedFor(orphan)], [[], undefined])
    index.putPod(pod)
    index.putPod(podOf('db-0', owner('db2')))
    assert.deepEqual([index.pods('n/StatefulSet/db').length, index.pods('n/StatefulSet/db2').length], [0, 1])
    index.removePod(orphan)
    assert.deepEqual(index.pods('n/StatefulSet/db2'), [])
  })

  it('takes the owner by apiVersion and kind, and a Deployment by its template hash', () => {
    const index = createWorkloadIndex()
    const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc' }
    index.putPod(podOf('web-abc-1', replicaSet, { 'pod-template-hash': 'abc' }))
    index.putPod(podOf('other-1', { ...replicaSet, apiVersion: 'example.com/v1' }, { 'pod-template-hash': 'abc' }))
    index.putPod(podOf('db-0', { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' }))
    assert.deepEqual(
      index.pods('n/Deployment/web').map(({ metadata }) => metadata.name),
      ['web-abc-1'],
    )
    assert.equal(index.pods('n/StatefulSet/db').length, 1)
  })

  it('knows the workloads of each namespace, until they are removed', () => {
    const index = createWorkloadIndex()
    const workload = (namespace: string, name: string) =>
      workloadView({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } })
    for (const name of ['web', 'cart']) index.putWorkload(workload('shop', name))
    index.putWorkload(workload('shop', 'web'))
    index.putWorkload(workload('other', 'web'))
    assert.deepEqual(index.keysIn('shop'), ['shop/Deployment/web', 'shop/Deployment/cart'])
    index.removeWorkload(workload('shop', 'web'))
    index.removeWorkload(workload('shop', 'cart'))
    assert.deepEqual([index.keysIn('shop'), index.keysIn('other')], [[], ['other/Deployment/web']])
  })
})
