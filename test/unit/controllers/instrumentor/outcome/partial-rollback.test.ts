/** Which container's agent is to blame, and what is withdrawn for it. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { instrumentationConfigSpec } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import type { Observed } from '../../../../../src/controllers/instrumentor/observed.ts'
import { findHarm } from '../../../../../src/controllers/instrumentor/outcome/judge.ts'
import {
  heldRollback,
  rollbackNow,
  withdrawalOf,
} from '../../../../../src/controllers/instrumentor/outcome/rollback.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { workloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

const running = { running: { startedAt: ago(290) } }
const crashing = { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 5, ready: false }
const killed = { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(10) } }
const outOfMemory = { state: killed, lastState: killed, restartCount: 1, ready: false }
const failed = { state: { terminated: { exitCode: 1, reason: 'Error' } }, ready: false }
const stuck = { state: { waiting: { reason: 'CreateContainerError' } }, ready: false }
const unready = { ready: false }

type Containers = Record<string, { agent?: string; status?: object }>

interface Sample {
  name?: string
  containers: Containers
  /** Statuses of containers of ours, by name. */
  added?: Record<string, object>
  isShared?: boolean
  isReady?: boolean
  phase?: string
  hash?: string
}

const status = (name: string, over: object = {}) => ({
  name,
  image: 'x',
  imageID: `sha256:${name}`,
  containerID: 'containerd://1',
  ready: true,
  restartCount: 0,
  state: running,
  ...over,
})

const view = ({
  name = 'web-1',
  containers,
  added = {},
  hash = 'h',
  phase = 'Running',
  ...sample
}: Sample): PodView => {
  const injection = Object.fromEntries(
    Object.entries(containers).map(([each, { agent }]) => [each, { agent, reason: 'x' }]),
  )
  const isReady = sample.isReady ?? true
  return podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: ago(300),
      annotations: { 'odigos.io/injection': JSON.stringify(injection), 'odigos.io/injection-hash': hash },
    },
    spec: {
      shareProcessNamespace: sample.isShared,
      containers: Object.keys(containers).map((each) => ({ name: each, image: `${each}:1` })),
      initContainers: Object.keys(added).map((each) => ({ name: each, image: 'agent:1', restartPolicy: 'Always' })),
    },
    status: {
      phase,
      conditions: [{ type: 'ContainersReady', status: isReady ? 'True' : 'False', lastTransitionTime: ago(290) }],
      containerStatuses: Object.entries(containers).map(([each, of]) => status(each, of.status)),
      initContainerStatuses: Object.entries(added).map(([each, of]) => status(each, of)),
    },
  })
}

const both = (app: object = {}, side: object = {}): Containers => ({
  app: { agent: 'nodejs', status: app },
  side: { agent: 'java', status: side },
})

const config = (over: Partial<InstrumentationConfig['spec']> = {}, status: object = {}): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: (['nodejs', 'java'] as const).map((agent) => ({
      name: agent === 'java' ? 'side' : 'app',
      agent,
      reason: 'AgentSelected',
      message: '',
    })),
    ...over,
  },
  status: { withoutAgent: { restartsPerDay: 0, readySeconds: 1 }, ...status },
})

const workload = (images: Record<string, string> = { app: '1', side: '1' }, annotations = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', annotations },
  spec: {
    template: {
      spec: { containers: Object.entries(images).map(([name, tag]) => ({ name, image: `${name}:${tag}` })) },
    },
  },
})

const observed = (pods: PodView[], over: Partial<Observed> = {}): Observed =>
  ({
    workload: workloadView(workload()),
    namespace: { name: 'shop', labels: {} },
    settings: effectiveConfig({}),
    rules: [],
    pods,
    config: config(),
    agentImages: ['agent:1'],
    currentHash: () => 'h',
    nowMs: NOW,
    triesPods: false,
    ...over,
  }) as unknown as Observed

/** The containers that are blamed; `all` where nothing tells. */
const blamed = (sample: Sample, over?: Partial<Observed>): string[] | 'all' | 'nobody' => {
  const harm = findHarm(observed([view(sample)], over))
  return harm ? (harm.containers ?? 'all') : 'nobody'
}

const failedRun = { withAgent: { agents: 'x', failedRun: 'web-0' } }
const ROWS: [title: string, sample: Sample, expected: string[] | 'all'][] = [
  ['its restarts', { containers: both({}, crashing) }, ['side']],
  ['its memory kills', { containers: both(outOfMemory) }, ['app']],
  ['that it cannot be started', { containers: both({}, stuck) }, ['side']],
  ['its readiness', { containers: both(unready), isReady: false }, ['app']],
  ['the container of its agent', { containers: both(), added: { 'odigos-agent-java': crashing } }, ['side']],
  ['a second container of its agent', { containers: both(), added: { 'odigos-agent-java-2': crashing } }, ['side']],
  [
    'the sidecar of its agent, with shared processes',
    {
      containers: { app: { agent: 'go-ebpf' }, side: { agent: 'nodejs' } },
      added: { 'odigos-go-ebpf': crashing },
      isShared: true,
    },
    ['app'],
  ],
  [
    'the container of an agent that two have',
    {
      containers: { ...both(), third: { agent: 'java' } },
      added: { 'odigos-agent-java': crashing },
    },
    ['side', 'third'],
  ],
  ['nothing, where both are not ready', { containers: both(unready, unready), isReady: false }, 'all'],
  ['nothing, where processes are shared', { containers: both({}, crashing), isShared: true }, 'all'],
  [
    'nothing, where a neighbour without an agent crashes',
    { containers: { ...both(), third: { status: crashing } }, isShared: true },
    'all',
  ],
  [
    'nothing, where one without an agent is not ready',
    { containers: { ...both(), third: { status: unready } }, isReady: false },
    'all',
  ],
  [
    'nothing, where the container belongs to no agent',
    { containers: both(), added: { 'odigos-other': crashing } },
    'all',
  ],
]

describe('the container that an agent harms', () => {
  for (const [title, sample, expected] of ROWS)
    it(`is told by ${title}`, () => assert.deepEqual(blamed(sample), expected))

  it('is told by the end of a run, where one container failed', () => {
    const runs = (containers: Containers): Sample[] =>
      ['web-0', 'web-1'].map((name) => ({ name, containers, phase: 'Failed', isReady: false }))
    const told = (containers: Containers) =>
      findHarm(observed(runs(containers).map(view), { config: config({}, failedRun) }))?.containers
    assert.deepEqual(told(both(failed)), ['app'])
    assert.equal(told(both(failed, failed)), undefined)
  })
})

const withdrawnFrom = (pods: PodView[], over: Partial<Observed> = {}) => {
  const all = observed(pods, over)
  return rollbackNow(all, findHarm(all))
}
const names = (rollback: ReturnType<typeof rollbackNow>): string[] | 'all' | undefined =>
  rollback && (rollback.containers?.map(({ name }) => name) ?? 'all')

const crashed = view({ containers: both({}, crashing) })
const partial = withdrawnFrom([crashed])
const less = (): InstrumentationConfig =>
  config({
    ...(partial ? { rollback: partial } : {}),
    containers: [
      { name: 'app', agent: 'nodejs', reason: 'AgentSelected', message: '' },
      { name: 'side', reason: 'RolledBack', message: '' },
    ],
  })
const reduced = (app: object, hash = 'h'): PodView =>
  view({ name: 'web-2', containers: { app: { agent: 'nodejs', status: app }, side: {} }, hash })

describe('a rollback', () => {
  it('is about one container, in a form that the API server accepts', () => {
    assert.deepEqual(names(partial), ['side'])
    assert.match(partial?.message ?? '', /^container side of pod web-1 has crashed repeatedly/)
    assert.deepEqual(instrumentationConfigSpec.parse({ ...config().spec, rollback: partial }).rollback, partial)
    assert.equal(withdrawalOf(partial, 'app'), undefined)
    assert.equal(withdrawalOf(partial, 'side')?.reason, 'RolledBack')
  })

  it('is about all where no other container would keep an agent, or nothing tells', () => {
    const alone = { containers: { app: { agent: 'nodejs', status: crashing }, side: {} } }
    const single = config({ containers: config().spec.containers.slice(0, 1) })
    assert.equal(names(withdrawnFrom([view(alone)], { config: single })), 'all')
    assert.equal(names(withdrawnFrom([view({ containers: both(unready, unready), isReady: false })])), 'all')
  })

  it('stays as it is while the pods are replaced that showed it, also where they show something else', () => {
    const old = { hash: 'before', isReady: false }
    for (const pod of [crashed, view({ ...old, containers: both(unready, unready) })])
      assert.deepEqual(withdrawnFrom([pod], { config: less() }), partial)
  })

  it('grows where another container is harmed, until none keeps an agent', () => {
    const all = withdrawnFrom([reduced(crashing)], { config: less() })
    assert.equal(names(all), 'all')
    const three = { ...less(), spec: { ...less().spec, containers: [...less().spec.containers] } }
    three.spec.containers.push({ name: 'third', agent: 'python', reason: 'AgentSelected', message: '' })
    const more = withdrawnFrom([reduced(crashing)], { config: three })
    assert.deepEqual(names(more), ['side', 'app'])
    assert.match(more?.message ?? '', /container side .*; container app /)
  })

  it('becomes one of all where pods of the remaining agents show what nothing tells', () => {
    const pod = view({ name: 'web-2', containers: both(unready, unready), isReady: false })
    assert.equal(names(withdrawnFrom([pod], { config: less() })), 'all')
  })

  it('ends for each container by itself', () => {
    const held = (object: KubeObject, over: Partial<Observed> = {}) =>
      names(heldRollback(observed([], { config: less(), workload: workloadView(object), ...over })) as typeof partial)
    assert.deepEqual(held(workload()), ['side'])
    assert.deepEqual(held(workload({ app: '2', side: '1' })), ['side'], 'the image of another container')
    assert.deepEqual(held(workload({ app: '1', side: '1' }, { 'odigos.io/agent': 'app=none' })), ['side'])
    assert.equal(held(workload({ app: '1', side: '2' })), undefined)
    assert.equal(held(workload({ app: '1', side: '1' }, { 'odigos.io/agent': 'side=none' })), undefined)
    assert.equal(held(workload({ app: '1' })), undefined, 'the container is gone')
    assert.equal(held(workload(), { agentImages: ['agent:2'] }), undefined)
  })

  it('holds without a fingerprint, as users write it', () => {
    const byHand = [{ name: 'side', message: 'no', time: ago(10) }]
    const rollback = { message: 'no', time: ago(10), containers: byHand }
    const changed = workloadView(workload({ app: '2', side: '2' }))
    assert.deepEqual(heldRollback(observed([], { config: config({ rollback }), workload: changed })), rollback)
  })
})
