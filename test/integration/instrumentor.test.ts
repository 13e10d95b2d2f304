/** The instrumentor against a real API server; the test plays user, kubelet, scheduler, webhook and controllers. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InstrumentationConfig } from '../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { ResourceType } from '../../src/kube/types.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { InstrumentorScene } from '../support/instrumentor/instrumentor-scene.ts'
import { startInstrumentorScene } from '../support/instrumentor/instrumentor-scene.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'

const SETTLE_LIMIT_MS = 20_000

describe('instrumentor with a real API server', function () {
  this.timeout(180_000)
  let scene: InstrumentorScene
  before(async () => {
    scene = await startInstrumentorScene()
    // Before the start, so that it knows the pods when their namespace is labelled.
    for (const name of ['web', 'cart', 'off']) await scene.deploy({ name, namespace: 'shop' })
    await scene.deploy({ name: 'quiet', namespace: 'quiet' })
    await scene.start()
  })
  after(() => scene?.end())

  const config = (name: string, namespace = 'shop'): Promise<InstrumentationConfig | undefined> =>
    scene.client.get<KubeObject>({
      type: RESOURCES.instrumentationConfigs,
      namespace,
      name: `deployment-${name}`,
    }) as unknown as Promise<InstrumentationConfig | undefined>
  const states = async (namespace: string): Promise<(string | undefined)[]> => {
    const configs = await listObjects<KubeObject>(scene.client, RESOURCES.instrumentationConfigs, { namespace })
    return configs.map((each) => (each as unknown as InstrumentationConfig).status?.state)
  }
  const awaitState = (name: string, state: string, namespace = 'shop'): Promise<void> =>
    eventuallyPasses(async () => assert.equal((await config(name, namespace))?.status?.state, state), SETTLE_LIMIT_MS)
  const servedNamespaces = async (): Promise<unknown> => {
    const ref = { type: RESOURCES.mutatingWebhookConfigurations, name: 'odigos-webhook' }
    const found = (await scene.client.get<KubeObject>(ref)) as unknown as {
      webhooks?: { namespaceSelector: { matchExpressions: { values: string[] }[] } }[]
    }
    return (found?.webhooks ?? []).map(({ namespaceSelector }) => namespaceSelector.matchExpressions[0]?.values)
  }
  const eventsOf = async (name: string, namespace = 'shop'): Promise<string[]> => {
    const events = (await listObjects<KubeObject>(scene.client, RESOURCES.events, { namespace })) as unknown as {
      involvedObject: { name: string }
      reason: string
      message: string
      count: number
    }[]
    return events
      .filter(({ involvedObject }) => involvedObject.name === name)
      .flatMap(({ reason, message, count }) => Array.from({ length: count }, () => `${reason} ${message}`))
  }
  const restartedAt = async (name: string, namespace = 'shop'): Promise<string | undefined> => {
    const found = await scene.client.get<KubeObject>({ type: RESOURCES.deployments, namespace, name })
    const spec = found?.['spec'] as { template: { metadata: { annotations?: Record<string, string> } } }
    return spec.template.metadata.annotations?.['kubectl.kubernetes.io/restartedAt']
  }

  it('a label brings one detector pod, configs with agents, and the webhook before a restart is asked for', async () => {
    scene.holdWebhook(true)
    await scene.label('shop', 'enabled')
    await eventuallyPasses(async () => {
      for (const name of ['web', 'cart', 'off'])
        assert.equal((await config(name))?.spec.containers[0]?.agent, 'nodejs', name)
    }, SETTLE_LIMIT_MS)
    assert.equal(scene.detectors.count(), 1, 'all workloads of a node are looked at by one pod')
    await awaitState('web', 'WaitingForDestination')
    assert.deepEqual(await states('quiet'), [])
    await scene.assignPipeline('shop')
    await sleep(1_000)
    assert.notEqual((await config('web'))?.status?.state, 'RestartRequired', 'the webhook is not called yet')
    scene.holdWebhook(false)
    await awaitState('web', 'RestartRequired')
    assert.deepEqual(await servedNamespaces(), [['shop']])
    const { generation } = (await config('web'))?.metadata ?? {}
    assert.equal((await config('web'))?.status?.observedGeneration, generation)
  })

  it('pods that carry the decision make it Injected, their spans Instrumented, and each change is told once', async () => {
    scene.silence('shop', true)
    await scene.replacePods('shop', 'web', { injected: true })
    await awaitState('web', 'Injected')
    assert.equal((await config('web'))?.status?.lastSeen, undefined)
    scene.silence('shop', false)
    await awaitState('web', 'Instrumented')
    assert.ok((await config('web'))?.status?.lastSeen?.traces)
    await eventuallyPasses(async () => {
      const told = (await eventsOf('web')).map((event) => event.split(' ')[0])
      assert.deepEqual(
        told.toSorted((a = '', b = '') => (a < b ? -1 : 1)),
        ['Injected', 'NotDetectedYet', 'RestartRequired', 'TelemetryArrives', 'WaitingForDestination'],
      )
    })
  })

  it('writes nothing when it starts again and nothing has changed', async () => {
    await scene.settled()
    await scene.stop()
    scene.forgetRequests()
    await scene.start()
    await eventuallyPasses(() => assert.ok(scene.requests().some(({ isWatch }) => isWatch)), SETTLE_LIMIT_MS)
    await sleep(3_000)
    const writes = scene.requests().filter(({ method }) => method !== 'GET')
    assert.deepEqual(
      writes.map(({ method, path }) => `${method} ${path}`),
      [],
    )
  })

  it('makes a config again that somebody deleted', async () => {
    await scene.client.delete({ type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-cart' })
    await eventuallyPasses(
      async () => assert.equal((await config('cart'))?.spec.containers[0]?.agent, 'nodejs'),
      10_000,
    )
    await scene.assignPipeline('shop')
    await awaitState('cart', 'RestartRequired')
  })

  it('puts right a config that somebody edited', async () => {
    const ref = { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-web' }
    const containers = [{ name: 'app', reason: 'OverriddenByUser', message: 'by hand' }]
    await scene.client.mergePatch(ref, { spec: { containers } }, { fieldManager: 'somebody' })
    await eventuallyPasses(async () => assert.equal((await config('web'))?.spec.containers[0]?.agent, 'nodejs'), 10_000)
    await awaitState('web', 'Instrumented')
  })

  it('leaves a config alone that has lost its label, and says so', async () => {
    const ref = { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-cart' }
    const relabel = (value: string | null) =>
      scene.client.mergePatch(
        ref,
        { metadata: { labels: { 'app.kubernetes.io/managed-by': value } } },
        { fieldManager: 'somebody' },
      )
    await relabel(null)
    await eventuallyPasses(
      async () => assert.ok((await eventsOf('cart')).some((event) => /^ApplyFailed .* lacks the label/.test(event))),
      10_000,
    )
    assert.ok(await config('cart'))
    await relabel('odigos')
  })

  it('deletes the config of a workload that is gone, where it was orphaned', async () => {
    await scene.deploy({ name: 'gone', namespace: 'shop' })
    await eventuallyPasses(async () => assert.ok((await config('gone'))?.status), SETTLE_LIMIT_MS)
    // In the garbage collector's place, as for `kubectl delete --cascade=orphan`.
    const workload = { type: RESOURCES.deployments, namespace: 'shop', name: 'gone' }
    const ref = { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-gone' }
    await scene.client.delete(workload, { propagationPolicy: 'Orphan' })
    await scene.client.mergePatch(ref, { metadata: { ownerReferences: null } }, { fieldManager: 'gc' })
    await scene.client.mergePatch(workload, { metadata: { finalizers: null } }, { fieldManager: 'gc' })
    await eventuallyPasses(async () => assert.equal(await config('gone'), undefined), 10_000)
  })

  it('reports what the API server refuses, goes on with the others, and mends it when the cause is gone', async () => {
    const release = await scene.refuseConfig('deployment-refused')
    for (const name of ['refused', 'beside']) await scene.deploy({ name, namespace: 'shop' })
    const events = async (): Promise<string[]> =>
      (await eventsOf('refused')).filter((event) => /^ApplyFailed .*not today/.test(event))
    await eventuallyPasses(async () => assert.ok((await config('beside'))?.spec.containers[0]?.agent), SETTLE_LIMIT_MS)
    await eventuallyPasses(async () => assert.ok((await events()).length > 0), SETTLE_LIMIT_MS)
    assert.equal(await config('refused'), undefined)
    await release()
    await eventuallyPasses(async () => assert.ok((await config('refused'))?.spec.containers[0]?.agent), 60_000)

    const applied = async (): Promise<string | undefined> =>
      (await config('refused'))?.status?.conditions?.find(({ type }) => type === 'Applied')?.status
    assert.equal(await applied(), undefined)
    const releaseAgain = await scene.refuseConfig('deployment-refused')
    await scene.annotate('shop', 'refused', { 'odigos.io/agent': 'none' })
    await eventuallyPasses(async () => assert.equal(await applied(), 'False'), SETTLE_LIMIT_MS)
    assert.ok((await config('refused'))?.spec.containers[0]?.agent, 'it is as it was')
    await releaseAgain()
    await eventuallyPasses(async () => assert.equal(await applied(), 'True'), 60_000)
    assert.equal((await config('refused'))?.spec.containers[0]?.agent, undefined)
  })

  it('takes the variables of a rule away with the rule', async () => {
    const ref = { type: RESOURCES.instrumentationRules, namespace: 'odigos-system', name: 'half' }
    const settings = async () => (await config('web'))?.spec.containers[0]?.settings?.map(({ name }) => name)
    await scene.client.create(
      ref.type,
      {
        apiVersion: 'odigos.io/v1alpha1',
        kind: 'InstrumentationRule',
        metadata: { name: 'half', namespace: 'odigos-system' },
        spec: { traceRatio: 0.5 },
      },
      { fieldManager: 'user' },
    )
    const sampler = ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG']
    await eventuallyPasses(async () => assert.deepEqual(await settings(), sampler))
    await awaitState('web', 'RestartRequired')
    await scene.client.delete(ref)
    await eventuallyPasses(async () => assert.equal(await settings(), undefined))
    await awaitState('web', 'Instrumented')
  })

  it('looks again at a new image, and keeps what it knew until then', async () => {
    scene.detectors.hold(true)
    await scene.setImage('shop', 'web', 'web:2')
    await scene.replacePods('shop', 'web', { injected: true, image: 'web:2' })
    await sleep(1_000)
    assert.equal((await config('web'))?.spec.containers[0]?.agent, 'nodejs')
    assert.equal((await config('web'))?.status?.containers?.[0]?.language, 'nodejs')
    scene.detectors.reportLanguage('java')
    scene.detectors.hold(false)
    await eventuallyPasses(
      async () => assert.equal((await config('web'))?.spec.containers[0]?.agent, 'java'),
      SETTLE_LIMIT_MS,
    )
    scene.detectors.reportLanguage('nodejs')
    await awaitState('web', 'RestartRequired')
    await scene.replacePods('shop', 'web', { injected: true, image: 'web:2' })
    await awaitState('web', 'Instrumented')
  })

  it('keeps a decision whose status was lost, while it inspects the container again', async () => {
    scene.detectors.hold(true)
    const ref = { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-web' }
    await scene.client.mergePatch(
      ref,
      { status: { containers: null } },
      { fieldManager: 'restore', subresource: 'status' },
    )
    await sleep(1_000)
    assert.equal((await config('web'))?.spec.containers[0]?.agent, 'java')
    assert.equal((await config('web'))?.status?.state, 'Instrumented')
    scene.detectors.reportLanguage('java')
    scene.detectors.hold(false)
    await eventuallyPasses(
      async () => assert.ok((await config('web'))?.status?.containers?.[0]?.fingerprint),
      SETTLE_LIMIT_MS,
    )
    scene.detectors.reportLanguage('nodejs')
    assert.equal((await config('web'))?.spec.containers[0]?.agent, 'java')
  })

  it('says on an object whether it counts, also in a namespace where it does not', async () => {
    const accepted = async (type: ResourceType, namespace: string, name: string): Promise<unknown> => {
      const found = await scene.client.get<KubeObject>({ type, namespace, name })
      const { conditions = [] } = (found?.['status'] ?? {}) as { conditions?: { reason: string; message: string }[] }
      return conditions[0]?.reason
    }
    const rule = { apiVersion: 'odigos.io/v1alpha1', kind: 'InstrumentationRule' }
    for (const namespace of ['shop', 'odigos-system']) {
      const object = { ...rule, metadata: { name: 'half', namespace }, spec: { disabled: namespace !== 'shop' } }
      await scene.client.apply(RESOURCES.instrumentationRules, object, { fieldManager: 'user' })
    }
    await eventuallyPasses(async () => {
      assert.equal(await accepted(RESOURCES.instrumentationRules, 'shop', 'half'), 'WrongNamespace')
      assert.equal(await accepted(RESOURCES.instrumentationRules, 'odigos-system', 'half'), 'Disabled')
    }, SETTLE_LIMIT_MS)
    for (const namespace of ['shop', 'odigos-system'])
      await scene.client.delete({ type: RESOURCES.instrumentationRules, namespace, name: 'half' })
  })

  it('tells that an annotation is not understood', async () => {
    await scene.annotate('shop', 'off', { 'odigos.io/language': 'klingon' })
    await eventuallyPasses(async () => {
      assert.equal((await config('off'))?.spec.containers[0]?.reason, 'InvalidAnnotation')
      assert.equal((await eventsOf('off')).filter((event) => event.startsWith('InvalidAnnotation')).length, 1)
    })
    await scene.annotate('shop', 'off', { 'odigos.io/language': null })
    await eventuallyPasses(
      async () => assert.equal((await config('off'))?.spec.containers[0]?.agent, 'nodejs'),
      SETTLE_LIMIT_MS,
    )
  })

  it('rolls back what crashes, once, and instruments again when spec.rollback is removed', async () => {
    await scene.replacePods('shop', 'web', { injected: true, image: 'web:2', isCrashing: true })
    await awaitState('web', 'RolledBack')
    // A restart is counted in the status before it is made.
    await eventuallyPasses(async () => assert.ok(await restartedAt('web')))
    await scene.replacePods('shop', 'web', { injected: true, image: 'web:2' })
    const at = await restartedAt('web')
    await sleep(1_500)
    assert.equal(await restartedAt('web'), at)
    assert.equal((await config('web'))?.spec.containers[0]?.agent, undefined)
    await eventuallyPasses(async () =>
      assert.equal((await eventsOf('web')).filter((event) => event.startsWith('RolledBack')).length, 1),
    )
    await scene.client.jsonPatch(
      { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-web' },
      [{ op: 'remove', path: '/spec/rollback' }],
      { fieldManager: 'user' },
    )
    await awaitState('web', 'RestartRequired')
  })

  it('deletes configs of what opts out, and tells what is left to do', async () => {
    await scene.replacePods('shop', 'web', { injected: true, image: 'web:2' })
    await awaitState('web', 'Instrumented')
    await scene.label('shop', 'disabled')
    await eventuallyPasses(async () => assert.deepEqual(await states('shop'), []))
    await eventuallyPasses(async () => assert.deepEqual(await servedNamespaces(), []))
    await eventuallyPasses(async () =>
      assert.ok(
        (await eventsOf('web')).some((event) => /^OptedOut .*kubectl rollout restart deployment web/.test(event)),
      ),
    )
    await eventuallyPasses(async () =>
      assert.ok((await eventsOf('cart')).some((event) => event === 'OptedOut no longer instrumented')),
    )
  })

  it('the automatic policy restarts a few at a time, and never what is not healthy', async () => {
    const names = ['a', 'b', 'c', 'd', 'ill']
    await scene.apply(RESOURCES.odigosConfigs, 'OdigosConfig', 'odigos', {
      rollout: { policy: 'Automatic', maxConcurrent: 2, rollbackAfterSeconds: 1 },
    })
    for (const name of names) await scene.deploy({ name, namespace: 'auto', isReady: name !== 'ill' })
    await scene.label('auto', 'enabled')
    await eventuallyPasses(async () => assert.equal((await states('auto')).length, names.length), SETTLE_LIMIT_MS)
    await eventuallyPasses(async () => {
      for (const name of names) assert.ok((await config(name, 'auto'))?.spec.containers[0]?.agent)
    }, SETTLE_LIMIT_MS)
    await scene.assignPipeline('auto')
    const restarted = async (): Promise<string[]> => {
      const found: string[] = []
      for (const name of names) if (await restartedAt(name, 'auto')) found.push(name)
      return found
    }
    await eventuallyPasses(async () => assert.equal((await restarted()).length, 2), SETTLE_LIMIT_MS)
    await sleep(2_000)
    const first = await restarted()
    assert.equal(first.length, 2)
    for (const name of first) await scene.replacePods('auto', name, { injected: true })
    await eventuallyPasses(async () => assert.equal((await restarted()).length, 4), 40_000)
    await sleep(1_000)
    assert.ok(!(await restarted()).includes('ill'))
    await scene.label('auto', 'disabled')
    await eventuallyPasses(async () => assert.deepEqual(await states('auto'), []))
  })

  it('500 workloads in 50 namespaces settle', async function () {
    this.timeout(300_000)
    await scene.deployMany({ namespaces: 50, workloads: 10 })
    await sleep(1_000)
    const before = scene.detectors.count()
    const startedAt = Date.now()
    await scene.labelMany(50)
    await eventuallyPasses(async () => {
      await sleep(300)
      const configs = await listObjects<KubeObject>(scene.client, RESOURCES.instrumentationConfigs)
      const settled = configs.filter(
        (each) => (each as unknown as InstrumentationConfig).status?.state === 'WaitingForDestination',
      )
      assert.equal(settled.length, 500)
    }, 150_000)
    const seconds = (Date.now() - startedAt) / 1000
    console.log(`      settled after ${seconds.toFixed(1)} s with ${scene.detectors.count() - before} detector pods`)
  })
})
