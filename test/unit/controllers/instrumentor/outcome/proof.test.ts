/** What is remembered of pods with agents, and how long it counts. */
import assert from 'node:assert/strict'
import type {
  InstrumentationConfig,
  InstrumentationConfigStatus,
  Rollback,
} from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import { agentsOf, proofStatus, provenSeconds } from '../../../../../src/controllers/instrumentor/outcome/proof.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()
const settings = effectiveConfig({})

interface Sample {
  name?: string
  age?: number
  phase?: string
  readyFor?: number
  endedAgo?: number
  image?: string
}
const pod = ({ name = 'web', age = 600, phase = 'Running', readyFor, endedAgo, image = 'agent:1' }: Sample): PodView =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: ago(age),
      annotations: { 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}' },
    },
    spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'odigos-agent-nodejs', image }] },
    status: {
      phase,
      conditions: [
        {
          type: 'ContainersReady',
          status: readyFor === undefined ? 'False' : 'True',
          lastTransitionTime: ago(readyFor ?? age),
        },
      ],
      containerStatuses: [
        {
          name: 'app',
          image: 'x',
          imageID: 'x',
          containerID: 'containerd://1',
          ready: readyFor !== undefined,
          restartCount: endedAgo === undefined ? 0 : 1,
          state: { running: {} },
          ...(endedAgo === undefined ? {} : { lastState: { terminated: { exitCode: 1, finishedAt: ago(endedAgo) } } }),
        },
      ],
    },
  })

const AGENTS = agentsOf(pod({}))
const config = (
  withAgent: InstrumentationConfigStatus['withAgent'],
  over: { rollback?: Rollback; rolledBackAgo?: number } = {},
): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [],
    ...(over.rollback ? { rollback: over.rollback } : {}),
  },
  status: {
    ...(withAgent ? { withAgent } : {}),
    conditions:
      over.rolledBackAgo === undefined
        ? []
        : [
            {
              type: 'RolledBack',
              status: 'False',
              reason: 'UpToDate',
              message: '',
              lastTransitionTime: ago(over.rolledBackAgo),
            },
          ],
  },
})
const next = (pods: PodView[], before?: InstrumentationConfigStatus['withAgent'], rollback?: Rollback) =>
  proofStatus({ pods, config: config(before), settings, nowMs: NOW }, rollback).withAgent

describe('proof of agents', () => {
  it('begins when a pod is ready, whether telemetry arrives or not, and is written once', () => {
    assert.equal(next([pod({})]), undefined)
    const begun = next([pod({ readyFor: 500 })])
    assert.deepEqual(begun, { agents: AGENTS, healthySince: ago(500) })
    assert.deepEqual(next([pod({ readyFor: 900 }), pod({ name: 'b', readyFor: 20 })], begun)?.healthySince, ago(900))
    assert.deepEqual(next([pod({ name: 'b', readyFor: 20 })], begun), begun)
  })

  it('lasts while pods are replaced, are gone, or are not ready', () => {
    const before = { agents: AGENTS, healthySince: ago(9000) }
    assert.deepEqual(next([], before), before)
    assert.deepEqual(next([pod({ age: 5 })], before), before)
    assert.deepEqual(next([pod({ readyFor: 20, endedAgo: 30 })], before), before)
  })

  it('begins anew where a container ended before the window was over', () => {
    const before = { agents: AGENTS, healthySince: ago(3000) }
    assert.equal(next([pod({ readyFor: 20, endedAgo: 30 })], before)?.healthySince, ago(20))
    assert.equal(next([pod({ readyFor: 20, endedAgo: 3100 })], before)?.healthySince, ago(3000))
  })

  it('is about the agents of one release', () => {
    const before = { agents: AGENTS, healthySince: ago(90_000), hasSucceeded: true }
    const upgraded = pod({ name: 'b', readyFor: 20, age: 30, image: 'agent:2' })
    assert.deepEqual(next([pod({ readyFor: 500 }), upgraded], before), {
      agents: agentsOf(upgraded),
      healthySince: ago(20),
    })
    const proven = provenSeconds({
      pods: [pod({ readyFor: 500 }), upgraded],
      config: config(before),
      settings,
      nowMs: NOW,
    })
    assert.deepEqual([proven(pod({})), proven(upgraded)], [90_000, 20])
  })

  it('is told by runs of Jobs that succeeded, and one that failed is remembered', () => {
    const failed = next([pod({ name: 'run-1', phase: 'Failed' })])
    assert.deepEqual(failed, { agents: AGENTS, failedRun: 'run-1' })
    assert.deepEqual(next([pod({ name: 'run-2', phase: 'Failed' })], failed), failed)
    const done = next([pod({ name: 'run-3', phase: 'Succeeded', age: 50 })], failed)
    assert.deepEqual(done, { agents: AGENTS, healthySince: ago(50), hasSucceeded: true })
    assert.deepEqual(next([pod({ name: 'run-4', phase: 'Failed' })], done), done)
  })

  it('ends with a rollback, also for pods from before', () => {
    const rollback: Rollback = { message: 'm', time: ago(0), reason: 'RolledBack', fingerprint: 'f' }
    assert.equal(next([pod({ readyFor: 500 })], { agents: AGENTS, healthySince: ago(9000) }, rollback), undefined)
    const since = (over: Parameters<typeof config>[1]): number =>
      provenSeconds({ pods: [pod({ readyFor: 9000 })], config: config(undefined, over), settings, nowMs: NOW })(pod({}))
    assert.equal(since({ rollback }), 0)
    assert.equal(since({ rolledBackAgo: 60 }), 60)
    assert.equal(since({ rolledBackAgo: 90_000 }), 9000)
  })

  it('counts withdrawals for an image until a pod has it', () => {
    const rollback: Rollback = { message: 'm', time: ago(0), reason: 'AgentImageUnavailable', fingerprint: 'f' }
    const once = next([], { agents: AGENTS, healthySince: ago(9000) }, rollback)
    assert.deepEqual(once, { agents: AGENTS, failedPulls: 1 })
    assert.equal(next([], once, rollback)?.failedPulls, 2)
    const held = proofStatus({ pods: [], config: config(once, { rollback }), settings, nowMs: NOW }, rollback)
    assert.deepEqual(held.withAgent, once)
    assert.equal(next([pod({ readyFor: 5 })], once)?.failedPulls, undefined)
  })
})
