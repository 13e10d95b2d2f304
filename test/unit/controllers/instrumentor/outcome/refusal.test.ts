/** Messages as API servers and policy engines give them, and whether agents are withdrawn for them. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import type { Observed } from '../../../../../src/controllers/instrumentor/observed.ts'
import { refusalHarm } from '../../../../../src/controllers/instrumentor/outcome/refusal.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { refusalIn } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'
import { refusalEvent } from '../../../../../src/controllers/instrumentor/watch/refusals.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

const config = (agent: 'nodejs' | undefined, decided = 600): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [{ name: 'app', reason: 'AgentSelected', message: '', ...(agent ? { agent } : {}) }],
  },
  status: {
    conditions: ['Detected', 'PipelineAssigned'].map((type) => ({
      type,
      status: 'True',
      reason: 'Detected',
      message: '',
      lastTransitionTime: ago(decided),
    })),
  },
})

const pod = podView({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    annotations: {
      'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}',
      'odigos.io/injection-hash': 'current',
    },
  },
  spec: { containers: [] },
  status: { phase: 'Running' },
})

const bare = podView({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: { containers: [] },
  status: { phase: 'Running' },
})

const QUOTA =
  'pods "web-5c" is forbidden: exceeded quota: compute, requested: limits.memory=1Gi, used: limits.memory=8Gi'
const quotaOf = (requested: string): string =>
  `pods "web-5c" is forbidden: exceeded quota: compute, requested: ${requested}, used: pods=10, limited: pods=10`
const withdrawn = (message: string, over: Partial<Observed> & { since?: number; at?: number } = {}): boolean => {
  const { since = 5, at = 1, ...more } = over
  const observed = {
    refusal: { message, since: ago(since), at: ago(at) },
    config: config('nodejs'),
    pods: [bare],
    settings: effectiveConfig({}),
    agentImages: ['registry.example/team/agent-nodejs:1.0'],
    currentHash: () => 'current',
    nowMs: NOW,
    ...more,
  } as unknown as Observed
  return refusalHarm(observed)?.reason === 'AdmissionRefused'
}

describe('refused pods', () => {
  for (const message of [
    'admission webhook "validate.kyverno.svc-fail" denied the request: autogen-restrict-registries: validation error: rule failed at path /spec/initContainers/0/image/ (registry.example/team/agent-nodejs:1.0)',
    'admission webhook "validation.gatekeeper.sh" denied the request: [allowed-repos] initContainer <odigos-agent-nodejs> has an invalid image repo',
    'pods "web-" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "odigos-go-ebpf" must not include "SYS_ADMIN")',
    'pods "web-" is forbidden: unable to validate against any security context constraint: provider restricted-v2: capabilities.add: Invalid value: "SYS_PTRACE"',
    'Pod "web-" is invalid: spec.initContainers[1].volumeMounts[0].mountPath: Invalid value: "/var/odigos/nodejs": must be unique',
  ])
    it(`withdraws at once what names something of ours: ${message.slice(0, 60)}…`, () => {
      assert.equal(withdrawn(message), true)
      assert.equal(withdrawn(message, { pods: [pod] }), true, 'pods from before the policy run')
    })

  it('withdraws for any other after the usual time, where no pod of the decision was admitted', () => {
    assert.equal(withdrawn(QUOTA, { since: 59 }), false)
    assert.equal(withdrawn(QUOTA, { since: 60 }), true)
    assert.equal(withdrawn(QUOTA, { since: 60, pods: [pod] }), false)
  })

  it('does not withdraw where no pod without the agent was admitted either, unless one was before', () => {
    assert.equal(withdrawn(QUOTA, { since: 60, pods: [] }), false)
    const before = config('nodejs')
    const remembering = { ...before, status: { ...before.status, withoutAgent: { restartsPerDay: 0 } } }
    assert.equal(withdrawn(QUOTA, { since: 60, pods: [], config: remembering }), true)
  })

  for (const requested of ['limits.memory=1Gi', 'cpu=100m,pods=1', 'requests.cpu=1,requests.memory=1Gi'])
    it(`withdraws where a quota lacks what an agent may add: ${requested}`, () =>
      assert.equal(withdrawn(quotaOf(requested), { since: 60 }), true))

  for (const message of [
    ...['pods=1', 'count/pods=1', 'requests.nvidia.com/gpu=1', 'count/pods=1,pods=1'].map(quotaOf),
    'pods "web-1" is forbidden: no PriorityClass with name high was found',
    'Pod "web-1" is invalid: spec.containers[0].image: Required value',
  ])
    it(`does not withdraw for what refuses pods without the agent as well: ${message.slice(0, 90)}…`, () =>
      assert.equal(withdrawn(message, { since: 300 }), false))

  it('does not take the name of a pod for something of ours', () =>
    assert.equal(withdrawn('pods "odigos-shop-9" is forbidden: a policy of the cluster', { since: 1 }), false))

  for (const message of [
    'Internal error occurred: failed calling webhook "vault.svc": Post "https://vault.svc:443/mutate": connection refused',
    'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": context deadline exceeded',
    'pods "web-1" is forbidden: unable to create new content in namespace shop because it is being terminated',
    'pods "web-" is forbidden: error looking up service account shop/web: serviceaccount "web" not found',
  ])
    it(`does not withdraw for what refuses every pod: ${message.slice(0, 60)}…`, () =>
      assert.equal(withdrawn(message, { since: 300 }), false))

  it('does not withdraw for what began before the decision, is over, or is about pods without an agent', () => {
    const message = 'container odigos-agent-nodejs is not allowed'
    assert.equal(withdrawn(message, { since: 700 }), false)
    assert.equal(withdrawn(message, { since: 1500, at: 1300, config: config('nodejs', 3000) }), false)
    assert.equal(withdrawn(message, { config: config(undefined) }), false)
    assert.equal(withdrawn(message, { settings: effectiveConfig({ rollout: { rollbackAfterSeconds: 0 } }) }), false)
  })

  it('are read from a Deployment, and from Events of both APIs', () => {
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'no',
      lastTransitionTime: ago(9),
    }
    const deployment = (over: object) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      status: { conditions: [{ ...condition, ...over }] },
    })
    assert.deepEqual(refusalIn(deployment({ lastUpdateTime: ago(3) })).refusal, {
      message: 'no',
      since: ago(9),
      at: ago(3),
    })
    assert.equal(refusalIn(deployment({ status: 'False' })).refusal, undefined)
    assert.equal(refusalIn(deployment({ reason: 'FailedDelete' })).refusal, undefined)
    const event = (times: object) =>
      refusalEvent({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e', namespace: 'shop' },
        involvedObject: { kind: 'StatefulSet', name: 'web', namespace: 'shop' },
        message: 'no',
        ...times,
      })
    assert.equal(event({}).workload, 'shop/StatefulSet/web')
    const old = event({ firstTimestamp: ago(9), lastTimestamp: ago(3), eventTime: null })
    assert.deepEqual([old.since, old.at], [ago(9), ago(3)])
    const series = event({
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: ago(9),
      series: { lastObservedTime: ago(2) },
    })
    assert.deepEqual([series.since, series.at], [ago(9), ago(2)])
  })
})
