/** What is remembered of pods without an agent. */
import assert from 'node:assert/strict'
import type { Baseline } from '../../../../../src/api/types/outcome.ts'
import { baselineStatus } from '../../../../../src/controllers/instrumentor/outcome/baseline.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

interface Sample {
  age: number
  readyAfter: number
  restartCount?: number
}
const pod = ({ age, readyAfter, restartCount = 0 }: Sample): PodView =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', creationTimestamp: ago(age) },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime: ago(age - readyAfter) }],
      containerStatuses: [
        {
          name: 'app',
          image: 'x',
          imageID: 'x',
          ready: true,
          restartCount,
          state: { running: { startedAt: ago(age) } },
        },
      ],
    },
  })

const remembered = (pods: PodView[], withoutAgent?: Baseline): Baseline | undefined =>
  baselineStatus({
    pods,
    config: {
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'InstrumentationConfig',
      metadata: { name: 'deployment-web', namespace: 'shop' },
      spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, containers: [] },
      status: withoutAgent ? { withoutAgent } : {},
    },
    nowMs: NOW,
  }).withoutAgent

describe('baseline', () => {
  it('is the shortest start, whatever happened to a pod later', () => {
    const quick = { age: 90_000, readyAfter: 3 }
    assert.equal(remembered([pod(quick)])?.readySeconds, 3)
    assert.equal(remembered([pod({ ...quick, readyAfter: 89_390 })])?.readySeconds, undefined)
    assert.equal(remembered([pod({ ...quick, readyAfter: 89_390 })], { readySeconds: 3 })?.readySeconds, 3)
    assert.equal(remembered([pod({ ...quick, readyAfter: 200 })], { readySeconds: 3 })?.readySeconds, 3)
    assert.equal(remembered([pod({ ...quick, readyAfter: 200 }), pod(quick)])?.readySeconds, 3)
  })

  it('is calm after a minute without a restart, unless it is known otherwise', () => {
    assert.equal(remembered([pod({ age: 59, readyAfter: 3 })])?.restartsPerDay, undefined)
    assert.equal(remembered([pod({ age: 60, readyAfter: 3 })])?.restartsPerDay, 0)
    assert.equal(remembered([pod({ age: 60, readyAfter: 3, restartCount: 1 })])?.restartsPerDay, undefined)
    assert.equal(remembered([pod({ age: 60, readyAfter: 3 })], { restartsPerDay: 30 })?.restartsPerDay, 30)
    assert.equal(remembered([pod({ age: 86_400, readyAfter: 3, restartCount: 2 })])?.restartsPerDay, 3)
  })
})
