/** When a workload is reconciled again although nothing changes. */
import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { Observed } from '../../../../src/controllers/instrumentor/observed.ts'
import { createReconcileWorkload } from '../../../../src/controllers/instrumentor/reconcile-workload.ts'
import type { PodView } from '../../../../src/controllers/instrumentor/watch/pod-view.ts'

const KEY = 'shop/Deployment/web'
const nowMs = Date.parse('2026-11-23T10:00:00Z')

const pod = (over: { agent?: string; waitingReason?: string } = {}): PodView => ({
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'web-1',
    creationTimestamp: '2026-11-23T09:59:50Z',
    annotations: over.agent ? { 'odigos.io/injection': JSON.stringify({ app: { agent: over.agent } }) } : {},
  },
  nodeName: 'node-1',
  phase: 'Running',
  containers: [
    {
      name: 'app',
      image: 'sha256:1',
      imageReference: 'web:1',
      entry: '',
      environment: '',
      variables: [],
      readsSecret: false,
      containerId: 'abc',
      isRunning: !over.waitingReason,
      isReady: !over.waitingReason,
      restartCount: over.waitingReason ? 3 : 0,
      waitingReason: over.waitingReason,
    },
  ],
  added: [],
})

const observed = (over: Partial<Observed> = {}): Observed => ({
  workload: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: {}, annotations: {} },
    containers: [{ name: 'app', image: 'web:1', entry: '', variables: [] }],
    replicas: { desired: 1, ready: 1, updated: 1, total: 1, isObserved: true },
    paused: false,
  },
  namespace: { name: 'shop', labels: { 'odigos-instrumentation': 'enabled' } },
  settings: effectiveConfig({}),
  rules: [],
  pods: [pod()],
  refusal: undefined,
  jobs: [],
  unavailable: new Map(),
  config: undefined,
  detections: new Map([
    [
      'app',
      {
        detection: { name: 'app', reason: 'Detected', message: '', language: 'nodejs', evidence: [] },
        image: 'sha256:1#',
      },
    ],
  ]),
  pending: () => ({ reason: 'NotDetectedYet', message: '' }),
  isWebhookReady: true,
  triesPods: false,
  trial: undefined,
  seen: { pods: new Map(), watchedSinceMs: () => undefined, startedMs: 0, silenceMs: 600_000 },
  currentHash: () => 'current',
  hashWith: () => 'current',
  agentImages: [],
  nowMs,
  systemNamespace: 'odigos-system',
  failures: new Map(),
  ...over,
})

const config = (restarts?: { decision: string; count: number; at: string }): NonNullable<Observed['config']> => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [],
    pipeline: { collectorsGroup: 'odigos-node-collector', endpoint: 'http://c:4318', signals: ['traces'] },
  },
  status: { state: 'RestartRequired', ...(restarts ? { restarts } : {}) },
})

const scene = (seen: Observed | undefined, retryMs?: number) => {
  const actions: string[] = []
  const events: string[] = []
  const world = { seen }
  const gone: string[] = []
  const trials: string[] = []
  const reconcile = createReconcileWorkload({
    gather: () => world.seen,
    runner: {
      run: (_key, all) => {
        actions.push(...all.map((action) => action.do))
        return Promise.resolve(undefined)
      },
      failures: () => new Map(),
      forget: (key) => void gone.push(`failures ${key}`),
    },
    detection: { request: () => retryMs, forget: (key) => void gone.push(`detection ${key}`) },
    trials: {
      request: (key, apiVersion, { decision }) => void trials.push(`${key} ${apiVersion} ${decision}`),
      forget: (key) => void trials.push(`forget ${key}`),
    },
    onGone: (key) => Promise.resolve(void gone.push(key)),
    record: ({ kind }, { reason, message }) => void events.push(`${kind} ${reason} ${message}`),
  })
  return { reconcile: () => reconcile(KEY), actions, gone, trials, events, world }
}

const automatic = effectiveConfig({ rollout: { policy: 'Automatic' } })
const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * 60_000).toISOString()
const ROWS: [title: string, over: Partial<Observed>, againMs: number | undefined][] = [
  ['a restart is up to the user', { config: config() }, undefined],
  [
    'a pod without an agent crashes',
    { config: config(), pods: [pod({ waitingReason: 'CrashLoopBackOff' })] },
    undefined,
  ],
  [
    'a pod with an agent crashes',
    { config: config(), pods: [pod({ agent: 'nodejs', waitingReason: 'CrashLoopBackOff' })] },
    15_000,
  ],
  ['a restart may wait for a slot', { config: config(), settings: automatic }, 15_000],
  ['nothing arrives', { config: { ...config(), status: { state: 'NothingArrives' } } }, 30_000],
  ['telemetry is awaited', { config: { ...config(), status: { state: 'Injected' } } }, 30_000],
  ['telemetry arrives', { config: { ...config(), status: { state: 'Instrumented' } } }, undefined],
  ['a restart has time to help', { config: config({ decision: 'current', count: 1, at: at(4) }) }, 15_000],
  ['a restart had its time', { config: config({ decision: 'current', count: 1, at: at(6) }) }, undefined],
]

describe('the reconcile of a workload', () => {
  for (const [title, over, againMs] of ROWS) {
    it(`comes again ${againMs ? `in ${againMs / 1000} s` : 'only with an event'} where ${title}`, async () => {
      const { reconcile } = scene(observed(over))
      assert.deepEqual(await reconcile(), againMs ? { againMs: againMs } : undefined)
    })
  }

  it('comes again when a detection is to be retried, or earlier where something else is due', async () => {
    const unknown = { detections: new Map(), config: config() }
    assert.deepEqual(await scene(observed(unknown), 5_000).reconcile(), { againMs: 5_000 })
    const crashing = [pod({ agent: 'nodejs' }), pod({ agent: 'nodejs', waitingReason: 'CrashLoopBackOff' })]
    assert.deepEqual(await scene(observed({ ...unknown, pods: crashing }), 300_000).reconcile(), { againMs: 15_000 })
  })

  it('reports once that an InstrumentationConfig is not ours, and changes nothing', async () => {
    const { metadata, ...rest } = config()
    const foreign = observed({ config: { ...rest, metadata: { ...metadata, labels: {} } } })
    const { reconcile, actions, events, world } = scene(foreign)
    await reconcile()
    await reconcile()
    const text =
      'Deployment ApplyFailed the InstrumentationConfig deployment-web is left unchanged and has no effect, because it lacks the label app.kubernetes.io/managed-by=odigos; add the label or delete it'
    assert.deepEqual([actions, events], [[], [text]])
    world.seen = observed({ config: config() })
    await reconcile()
    world.seen = foreign
    await reconcile()
    assert.deepEqual(events, [text, text])
  })

  it('is silent about such an InstrumentationConfig where the workload is not instrumented', async () => {
    const namespace = { name: 'shop', labels: {} }
    const { metadata, ...rest } = config()
    const { reconcile, actions, events } = scene(
      observed({ namespace, config: { ...rest, metadata: { ...metadata, labels: {} } } }),
    )
    await reconcile()
    assert.deepEqual([actions, events], [[], []])
  })

  it('has a decision tried that is to be, and forgets the verdict once there is nothing to try', async () => {
    const trial = { decision: 'd', hash: 'h', verdict: undefined }
    const { reconcile, trials, world } = scene(observed({ config: config(), triesPods: true, trial }))
    await reconcile()
    world.seen = observed({ config: config(), triesPods: true })
    await reconcile()
    assert.deepEqual(trials, [`${KEY} apps/v1 d`, `forget ${KEY}`])
  })

  it('forgets what is gone', async () => {
    const { reconcile, actions, gone } = scene(undefined)
    assert.equal(await reconcile(), undefined)
    assert.deepEqual([actions, gone], [[], [`detection ${KEY}`, `failures ${KEY}`, KEY]])
  })
})
