import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { InstrumentationConfig } from '../../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { ContainerDetection } from '../../../../src/api/detector-protocol.ts'
import type { Action } from '../../../../src/controllers/instrumentor/reconcile.ts'
import type { Observed } from '../../../../src/controllers/instrumentor/observed.ts'
import { reconcile } from '../../../../src/controllers/instrumentor/reconcile.ts'
import type { PodView } from '../../../../src/controllers/instrumentor/watch/pod-view.ts'

const HASH = 'current'
const HEALTHY = { desired: 1, ready: 1, updated: 1, total: 1, isObserved: true }
const nowMs = Date.parse('2026-11-23T10:00:00Z')
const pipeline = {
  collectorsGroup: 'odigos-node-collector',
  endpoint: 'http://odigos-node-collector.odigos-system.svc:4318',
  signals: ['traces' as const],
}
const node: ContainerDetection = {
  name: 'app',
  reason: 'Detected',
  message: '',
  language: 'nodejs',
  runtimeVersion: '22.1.0',
  evidence: ['exe node'],
}

const pod = (
  name: string,
  over: { hash?: string; agent?: string; crashes?: number; createdAt?: string; phase?: string; stuck?: string } = {},
): PodView => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: name,
    creationTimestamp: over.createdAt ?? '2026-11-23T09:00:00Z',
    annotations: over.hash
      ? {
          'odigos.io/injection-hash': over.hash,
          'odigos.io/injection': JSON.stringify({ app: { agent: over.agent, reason: 'Injected' } }),
        }
      : {},
  },
  nodeName: 'node-1',
  phase: over.phase ?? 'Running',
  containers: [
    {
      name: 'app',
      image: 'sha256:1',
      imageReference: 'web:1',
      entry: '[]',
      environment: '',
      variables: [],
      readsSecret: false,
      containerId: 'abc',
      isRunning: !over.crashes,
      isReady: !over.crashes,
      restartCount: over.crashes ?? 0,
      waitingReason: over.crashes ? 'CrashLoopBackOff' : undefined,
    },
  ],
  added: over.stuck ? [{ name: 'odigos-agent-nodejs', waitingReason: over.stuck }] : [],
})

const observed = (over: Partial<Observed> = {}): Observed => ({
  workload: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: {}, annotations: {} },
    containers: [{ name: 'app', image: 'web:1', entry: '[]', variables: [] }],
    replicas: HEALTHY,
    paused: false,
  },
  namespace: { name: 'shop', labels: { 'odigos-instrumentation': 'enabled' } },
  settings: effectiveConfig({}),
  rules: [],
  pods: [pod('web-1')],
  config: undefined,
  detections: new Map([['app', { detection: node, image: 'sha256:1#0' }]]),
  pending: () => ({ reason: 'NotDetectedYet', message: '' }),
  isWebhookReady: true,
  currentHash: () => HASH,
  nowMs,
  systemNamespace: 'odigos-system',
  ...over,
})

/** What the API server would hold after the actions. */
const after = (before: InstrumentationConfig | undefined, actions: Action[]): InstrumentationConfig | undefined =>
  actions.reduce<InstrumentationConfig | undefined>((config, action) => {
    if (action.do === 'delete') return undefined
    if (action.do === 'apply') {
      const kept = config?.spec.pipeline ? { pipeline: config.spec.pipeline } : {}
      const metadata = { ...action.object.metadata, generation: (config?.metadata.generation ?? 0) + 1 }
      return { ...config, ...action.object, metadata, spec: { ...action.object.spec, ...kept } }
    }
    if (action.do === 'restart' && config) {
      return { ...config, status: { ...action.status, restarts: action.attempt } }
    }
    return action.do === 'status' && config ? { ...config, status: action.status } : config
  }, before)

const withPipeline = (config: InstrumentationConfig | undefined): InstrumentationConfig => {
  assert.ok(config)
  const metadata = { ...config.metadata, generation: (config.metadata.generation ?? 0) + 1 }
  return { ...config, metadata, spec: { ...config.spec, pipeline } }
}
const stateAfter = (over: Partial<Observed>): string | undefined => {
  const first = after(undefined, reconcile(observed({ ...over, pods: [] })))
  const config = withPipeline(first)
  return after(config, reconcile(observed({ ...over, config })))?.status?.state
}

describe('instrumentor reconcile', () => {
  it('does nothing for a workload that is not opted in', () =>
    assert.deepEqual(reconcile(observed({ namespace: { name: 'shop' } })), []))

  it('deletes the config of a workload that was opted out, and says why', () => {
    const config = after(undefined, reconcile(observed()))
    const actions = reconcile(
      observed({ config, namespace: { name: 'shop', labels: { 'odigos-instrumentation': 'disabled' } } }),
    )
    assert.deepEqual(actions, [
      { do: 'delete' },
      { do: 'event', type: 'Normal', reason: 'OptedOut', message: 'no longer instrumented' },
    ])
  })

  it('waits for a destination before it asks for a restart', () => {
    const config = after(undefined, reconcile(observed()))
    assert.equal(config?.spec.containers[0]?.agent, 'nodejs')
    assert.equal(config?.status?.state, 'WaitingForDestination')
  })

  it('asks for a restart when agent and pipeline are there, and not before the webhook is called', () => {
    assert.equal(stateAfter({}), 'RestartRequired')
    assert.notEqual(stateAfter({ isWebhookReady: false }), 'RestartRequired')
  })

  it('is satisfied by pods that carry the decision', () =>
    assert.equal(stateAfter({ pods: [pod('web-2', { hash: HASH, agent: 'nodejs' })] }), 'Instrumented'))

  it('tells that the webhook left the pod alone', () =>
    assert.equal(stateAfter({ pods: [pod('web-2', { hash: HASH })] }), 'NotInstrumented'))

  it('counts a pod that was created after the decision without the webhook as missed', () => {
    const config = withPipeline(after(undefined, reconcile(observed({ pods: [] }))))
    const decided = after(config, reconcile(observed({ config, pods: [] })))
    const late = pod('web-3', { createdAt: '2026-11-23T10:05:00Z' })
    const next = after(decided, reconcile(observed({ config: decided, pods: [late] })))
    assert.equal(next?.status?.pods?.missed, 1)
  })

  /** Decided, with a pipeline, and the status of that moment. */
  const decided = (over: Partial<Observed> = {}): InstrumentationConfig => {
    const config = withPipeline(after(undefined, reconcile(observed({ pods: [], ...over }))))
    return after(config, reconcile(observed({ config, pods: [], ...over }))) as InstrumentationConfig
  }
  const next = (config: InstrumentationConfig, over: Partial<Observed> = {}): InstrumentationConfig['status'] =>
    after(config, reconcile(observed({ config, ...over })))?.status

  it('does not count as missed what was created before there was a pipeline or a detection', () => {
    const waiting = after(undefined, reconcile(observed({ pods: [] })))
    const assigned = withPipeline(waiting)
    const late = [pod('web-3', { createdAt: '2026-11-23T10:05:00Z' })]
    assert.equal(next(assigned, { pods: late, nowMs: nowMs + 600_000 })?.pods?.missed, 0)
    const undetected = decided({ detections: new Map() })
    assert.equal(next(undetected, { pods: late, nowMs: nowMs + 600_000 })?.pods?.missed, 0)
  })

  it('a pod that is labelled disabled itself needs no restart', () => {
    const own = pod('web-1')
    own.metadata.labels = { 'odigos-instrumentation': 'disabled' }
    assert.deepEqual(next(decided(), { pods: [own] })?.pods, { total: 1, instrumented: 0, outdated: 0, missed: 0 })
  })

  it('a CronJob stays instrumented between its runs', () => {
    const done = pod('run-1', { hash: HASH, agent: 'nodejs', phase: 'Succeeded' })
    const status = next(decided(), { pods: [done] })
    assert.deepEqual([status?.state, status?.pods?.total], ['Instrumented', 0])
  })

  it('asks for no restart while a look is under way, nor when the last Destination went', () => {
    const pods = [pod('web-1', { hash: 'old', agent: 'nodejs' })]
    assert.equal(next(decided(), { pods })?.state, 'RestartRequired')
    assert.equal(next(decided(), { pods, detections: new Map() })?.state, 'Detecting')
    const { pipeline: _gone, ...spec } = decided().spec
    assert.equal(next({ ...decided(), spec }, { pods })?.state, 'WaitingForDestination')
  })

  it('says which generation it is about', () => {
    const config = decided()
    assert.equal(config.status?.observedGeneration, config.metadata.generation)
    assert.ok(config.status?.conditions?.every((each) => each.observedGeneration === config.metadata.generation))
    const changed = {
      ...observed().workload,
      metadata: { ...observed().workload.metadata, annotations: { 'odigos.io/agent': 'none' } },
    }
    assert.equal(next(config, { workload: changed })?.observedGeneration, (config.metadata.generation ?? 0) + 1)
  })

  it('instruments again when a user removes the mark of a rollback', () => {
    const config = decided()
    const crashed = after(
      config,
      reconcile(observed({ config, pods: [pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })] })),
    )
    assert.ok(crashed)
    const { annotations: _mark, ...metadata } = crashed.metadata
    const again = after({ ...crashed, metadata }, reconcile(observed({ config: { ...crashed, metadata }, pods: [] })))
    assert.equal(again?.spec.containers[0]?.agent, 'nodejs')
    assert.notEqual(again?.status?.state, 'RolledBack')
  })

  it('restarts once more where pods with an agent crash after a rollback', () => {
    const config = decided()
    const pods = [pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })]
    const rolledBack = after(config, reconcile(observed({ config, pods })))
    const dosAfter = (ms: number) =>
      reconcile(observed({ config: rolledBack, pods, nowMs: nowMs + ms })).map((action) => action.do)
    assert.deepEqual(dosAfter(299_000), [])
    assert.deepEqual(dosAfter(300_000), ['restart'])
  })

  it('rolls back where the image of the agent cannot be pulled', () => {
    const pods = [pod('web-2', { hash: HASH, agent: 'nodejs', stuck: 'ImagePullBackOff' })]
    assert.equal(next(decided(), { pods })?.state, 'RolledBack')
    assert.notEqual(next(decided(), { pods, nowMs: Date.parse('2026-11-23T09:00:30Z') })?.state, 'RolledBack')
  })

  it('tells that an annotation is not understood, and leaves the workload alone', () => {
    for (const annotations of [
      { 'odigos.io/language': 'klingon' },
      { 'odigos.io/agent': 'other=nodejs' },
      { 'odigos.io/service-name': 'x'.repeat(256) },
    ]) {
      const workload = { ...observed().workload, metadata: { ...observed().workload.metadata, annotations } }
      const config = after(undefined, reconcile(observed({ workload })))
      assert.equal(config?.spec.containers[0]?.reason, 'InvalidAnnotation')
      assert.equal(config?.spec.containers[0]?.agent, undefined)
      const condition = config?.status?.conditions?.find(({ type }) => type === 'Instrumented')
      assert.equal(condition?.reason, 'InvalidAnnotation')
    }
  })

  it('restarts by itself only where the policy says so and the workload is healthy', () => {
    const settings = effectiveConfig({ rollout: { policy: 'automatic' } })
    const config = withPipeline(after(undefined, reconcile(observed())))
    const restarts = (over: Partial<Observed>) =>
      reconcile(observed({ config, ...over })).filter((action) => action.do === 'restart').length
    assert.equal(restarts({}), 0)
    assert.equal(restarts({ settings }), 1)
    const ill = { ...observed().workload, replicas: { ...HEALTHY, desired: 2, updated: 2, total: 2 } }
    assert.equal(restarts({ settings, workload: ill }), 0)
  })

  it('takes the agent out when pods crash since it is there, once, and keeps it out', () => {
    const config = withPipeline(after(undefined, reconcile(observed())))
    const crashing = [pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })]
    const actions = reconcile(observed({ config, pods: crashing }))
    assert.ok(actions.some((action) => action.do === 'restart' && action.reason === 'RolledBack'))
    const rolledBack = after(config, actions)
    assert.equal(rolledBack?.status?.state, 'RolledBack')
    assert.equal(rolledBack?.spec.containers[0]?.agent, undefined)
    const again = reconcile(observed({ config: rolledBack, pods: [pod('web-3')] }))
    assert.ok(!again.some((action) => action.do === 'restart'))
    assert.equal(after(rolledBack, again)?.spec.containers[0]?.agent, undefined)
  })

  const workloadWith = (over: Partial<Observed['workload']>): Observed['workload'] => ({
    ...observed().workload,
    ...over,
  })
  for (const [title, over, isRestarted] of [
    ['paused', { paused: true }, false],
    ['OnDelete', { strategy: 'OnDelete' }, false],
    ['partitioned', { strategy: 'Partitioned' }, false],
    ['ordered', { strategy: 'Ordered' }, true],
  ] as const) {
    it(`tells to delete the pod that a rollback does not replace: ${title}`, () => {
      const config = decided()
      const pods = [pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })]
      const actions = reconcile(observed({ config, pods, workload: workloadWith(over) }))
      assert.equal(
        actions.some((action) => action.do === 'restart'),
        isRestarted,
      )
      const condition = after(config, actions)?.status?.conditions?.find(({ type }) => type === 'Instrumented')
      assert.match(condition?.message ?? '', /crashes again and again .*; .* kubectl delete pod web-2$/)
    })
  }

  it('does not restart by itself what would keep its pods, and tells what to do', () => {
    const settings = effectiveConfig({ rollout: { policy: 'automatic' } })
    const config = decided()
    for (const [over, message] of [
      [{ paused: true }, /kubectl rollout resume deployment web/],
      [{ strategy: 'OnDelete' }, /kubectl delete pod NAME/],
    ] as const) {
      const actions = reconcile(observed({ config, settings, workload: workloadWith(over) }))
      assert.ok(!actions.some((action) => action.do === 'restart'))
      const condition = after(config, actions)?.status?.conditions?.find(({ type }) => type === 'RestartRequired')
      assert.match(condition?.message ?? '', message)
    }
  })

  /** A day of looks, one a minute, at a workload that stays as it is: how many restarts, and what the end says. */
  const aDay = (over: Partial<Observed>) => {
    let config: InstrumentationConfig | undefined = decided()
    let restarts = 0
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const actions = reconcile(observed({ ...over, config, nowMs: nowMs + minute * 60_000 }))
      restarts += actions.filter((action) => action.do === 'restart').length
      config = after(config, actions)
    }
    const ending = config?.status?.conditions?.find(({ reason }) => reason === 'RestartIneffective')
    return { restarts, type: ending?.type, message: ending?.message ?? '' }
  }

  it('gives up after three restarts that did not help, and tells what to do', () => {
    const settings = effectiveConfig({ rollout: { policy: 'automatic' } })
    const { restarts, type, message } = aDay({ settings })
    assert.deepEqual([restarts, type], [3, 'RestartRequired'])
    assert.match(message, /3 restarts did not help: 1 pods .* kubectl rollout restart deployment web/)
  })

  it('gives up after three rollbacks that replaced no pod, and tells what to do', () => {
    const { restarts, type, message } = aDay({ pods: [pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })] })
    assert.deepEqual([restarts, type], [3, 'RolledBack'])
    assert.match(message, /kubectl delete pod web-2$/)
  })

  it('goes on telling to delete the pod of a rollback in the moments in which it runs', () => {
    const crashing = pod('web-2', { hash: HASH, agent: 'nodejs', crashes: 5 })
    const config = decided()
    const workload = workloadWith({ strategy: 'OnDelete' })
    const rolledBack = after(config, reconcile(observed({ config, workload, pods: [crashing] })))
    const [container] = crashing.containers
    assert.ok(container)
    const running = { ...crashing, containers: [{ ...container, isRunning: true, waitingReason: undefined }] }
    assert.deepEqual(reconcile(observed({ config: rolledBack, workload, pods: [running] })), [])
  })

  it('does not blame the agent where a pod without one crashes too', () => {
    const config = withPipeline(after(undefined, reconcile(observed())))
    const pods = [pod('old', { crashes: 5 }), pod('new', { hash: HASH, agent: 'nodejs', crashes: 5 })]
    assert.ok(!reconcile(observed({ config, pods })).some((action) => action.do === 'restart'))
  })

  it('has nothing to do about its own result (property)', () => {
    const arbitraryPods = fc.array(
      fc.record({ hash: fc.constantFrom(HASH, 'old', ''), agent: fc.constantFrom('nodejs', ''), crashes: fc.nat(2) }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(arbitraryPods, fc.boolean(), fc.boolean(), (shapes, hasPipeline, isWebhookReady) => {
        const pods = shapes.map((shape, index) => pod(`web-${index}`, shape))
        const base = after(undefined, reconcile(observed({ pods, isWebhookReady })))
        const config = hasPipeline ? withPipeline(base) : base
        const settled = after(config, reconcile(observed({ config, pods, isWebhookReady })))
        assert.deepEqual(reconcile(observed({ config: settled, pods, isWebhookReady })), [])
      }),
    )
  })
})
