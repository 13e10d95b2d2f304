import assert from 'node:assert/strict'
import { isHealthy } from '../../../../../src/controllers/instrumentor/restart/workload-health.ts'
import { workloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

describe('what is kept of a workload', () => {
  const deployment = (status: object, spec: object = {}) =>
    workloadView({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'n', generation: 3, annotations: { 'odigos.io/agent': 'none', big: 'x' } },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ name: 'app', image: 'web:1', args: ['-v'] }] } },
        ...spec,
      },
      status: { observedGeneration: 3, replicas: 2, readyReplicas: 2, updatedReplicas: 2, ...status },
    })

  it('a Deployment is healthy only when every pod is ready, current and counted', () => {
    assert.equal(isHealthy(deployment({})), true)
    assert.equal(isHealthy(deployment({ observedGeneration: 2 })), false)
    assert.equal(isHealthy(deployment({ readyReplicas: 1 })), false)
    assert.equal(isHealthy(deployment({ updatedReplicas: 1 })), false)
    assert.equal(isHealthy(deployment({ replicas: 3 })), false, 'a pod of the old revision is still there')
    assert.equal(isHealthy(deployment({}, { paused: true })), false)
  })

  for (const [kind, spec, strategy] of [
    ['Deployment', {}, 'Rolling'],
    ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, 'OnDelete'],
    ['StatefulSet', {}, 'Ordered'],
    ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, 'OnDelete'],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } }, 'Ordered'],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 'Partitioned'],
    ['StatefulSet', { podManagementPolicy: 'Parallel' }, 'Rolling'],
  ] as const) {
    it(`a ${kind} with ${JSON.stringify(spec)} is ${strategy}`, () => {
      const metadata = { name: 'w', namespace: 'n' }
      assert.equal(workloadView({ apiVersion: 'apps/v1', kind, metadata, spec }).strategy, strategy)
    })
  }

  it('keeps only annotations of ours', () =>
    assert.deepEqual(deployment({}).metadata.annotations, { 'odigos.io/agent': 'none' }))

  it('reads the template of a CronJob', () => {
    const containers = [{ name: 'app', image: 'x' }]
    const view = workloadView({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', namespace: 'n' },
      spec: { jobTemplate: { spec: { template: { spec: { containers } } } } },
    })
    assert.deepEqual(view.containers, [{ name: 'app', image: 'x', entry: '643d5437', variables: [] }])
    assert.equal(isHealthy(view), false, 'it has no rollout')
  })
})
