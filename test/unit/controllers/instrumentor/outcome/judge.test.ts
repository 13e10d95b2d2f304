import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import type { OutcomeInput } from '../../../../../src/controllers/instrumentor/outcome/judge.ts'
import { findHarm, isSuspicious } from '../../../../../src/controllers/instrumentor/outcome/judge.ts'
import { agentsOf } from '../../../../../src/controllers/instrumentor/outcome/proof.ts'
import type { ContainerView, PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const settings = effectiveConfig({})
const pod = (over: Partial<ContainerView> = {}, agent: string | undefined = 'nodejs', ageSeconds = 90): PodView => ({
  metadata: {
    name: 'web-1',
    namespace: 'n',
    creationTimestamp: new Date(NOW - ageSeconds * 1000).toISOString(),
    annotations: { 'odigos.io/injection': JSON.stringify({ app: { agent, reason: 'Injected' } }) },
  },
  nodeName: 'node-1',
  phase: 'Running',
  containers: [
    {
      name: 'app',
      image: '',
      imageReference: '',
      entry: '',
      environment: '',
      variables: [],
      readsSecret: false,
      containerId: 'x',
      isRunning: false,
      isReady: false,
      restartCount: 3,
      waitingReason: 'CrashLoopBackOff',
      ...over,
    },
  ],
  added: [],
})
const find = (pods: PodView[], over: Partial<OutcomeInput> = {}) =>
  findHarm({ agentImages: ['agent:2'], pods, config: undefined, settings, nowMs: NOW, ...over })
const isRolledBack = (...pods: PodView[]): boolean => find(pods) !== undefined

describe('rollback', () => {
  it('names the container and the pod', () =>
    assert.match(find([pod()])?.message ?? '', /container app of pod web-1 has crashed/))

  it('is for what crashes repeatedly, for long enough, with an agent', () => {
    assert.equal(isRolledBack(pod({ restartCount: 2 })), false)
    assert.equal(isRolledBack(pod({}, 'nodejs', 59)), false)
    assert.equal(isRolledBack(pod({}, 'nodejs', 60)), true)
    assert.equal(isRolledBack(pod({ name: 'sidecar-of-the-user' })), false)
  })

  it('not where pods without an agent crash too', () => {
    const without = pod()
    without.metadata.annotations = {}
    assert.equal(isRolledBack(without), false)
    assert.equal(isRolledBack(pod(), without), false)
  })

  it('not for pods that are on their way out', () => {
    const leaving = pod()
    leaving.metadata.deletionTimestamp = '2026-11-23T09:59:59Z'
    assert.equal(isRolledBack(leaving), false)
  })

  it('never where the settings say 0', () =>
    assert.equal(find([pod()], { settings: effectiveConfig({ rollout: { rollbackAfterSeconds: 0 } }) }), undefined))

  it('also where a container that was added keeps the pod from starting', () => {
    const well = { waitingReason: undefined, restartCount: 0, isReady: true }
    const stuck = { ...pod(well), added: [{ name: 'odigos-agent-nodejs', waitingReason: 'ImagePullBackOff' }] }
    assert.equal(isRolledBack(stuck), true)
    assert.equal(
      isRolledBack({ ...stuck, added: [{ name: 'odigos-agent-nodejs', waitingReason: 'PodInitializing' }] }),
      false,
    )
    assert.deepEqual([isSuspicious(stuck), isSuspicious(pod(well))], [true, false])
  })

  const well = { waitingReason: undefined, isReady: true, isRunning: true, restartCount: 0 }
  const revision = (view: PodView, hash: string, injection: string): PodView => {
    const annotations = { ...view.metadata.annotations, 'odigos.io/injection-hash': injection }
    return { ...view, metadata: { ...view.metadata, labels: { 'pod-template-hash': hash }, annotations } }
  }

  for (const [title, hash, injection, over, expected] of [
    ['same template and agent, ready', 'a', '1', well, false],
    ['same template and agent, not ready', 'a', '1', { ...well, isReady: false }, true],
    ['another template', 'b', '1', well, true],
    ['another agent', 'a', '2', well, true],
  ] as const) {
    it(`${expected ? 'also' : 'not'} beside a pod of the ${title}`, () =>
      assert.equal(isRolledBack(revision(pod(), 'a', '1'), revision(pod(over), hash, injection)), expected))
  }

  const healthyFor = (seconds: number, agents = agentsOf(pod())): InstrumentationConfig => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { name: 'deployment-web', namespace: 'n' },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, containers: [] },
    status: { withAgent: { agents, healthySince: new Date(NOW - seconds * 1000).toISOString() } },
  })

  it('not for crashes of what ran well with its agent for longer than the window', () => {
    const isFound = (config: InstrumentationConfig, over: object = {}) =>
      find([pod()], { config, ...over }) !== undefined
    assert.equal(isFound(healthyFor(3600)), true)
    assert.equal(isFound(healthyFor(3601)), false)
    assert.equal(isFound(healthyFor(3601, 'of another release')), true)
    assert.equal(
      isFound(healthyFor(3601), { settings: effectiveConfig({ rollout: { rollbackWindowSeconds: 7200 } }) }),
      true,
    )
  })

  it('for what was added and cannot start, however long the workload ran before', () => {
    const stuck = {
      ...pod({ waitingReason: undefined }),
      added: [{ name: 'odigos-a', waitingReason: 'ImagePullBackOff' }],
    }
    assert.ok(find([stuck], { config: healthyFor(90_000) }))
  })

  it('by agents of the release before asks for new pods, and never for theirs to be removed', () => {
    const of = (image: string): PodView => ({ ...pod(), agentImages: [image] })
    assert.equal(find([of('agent:1')])?.isPast, true)
    assert.equal(find([of('agent:2')])?.isPast, undefined)
    assert.equal(find([of('mirror.example:5000/team/agent:2')])?.isPast, undefined)
    const both = find([of('agent:1'), { ...of('agent:2'), metadata: { ...pod().metadata, name: 'web-2' } }])
    assert.deepEqual([both?.pod, both?.isPast], ['web-2', undefined])
  })

  it('an annotation that is no JSON says nothing', () => {
    const broken = pod()
    broken.metadata.annotations = { 'odigos.io/injection': '{' }
    assert.equal(isRolledBack(broken), false)
  })
})
