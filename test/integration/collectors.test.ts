/** Scheduler and autoscaler against a real API server: what they write is accepted, and written once. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { SHARDS } from '../../src/api/routing/shards.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import {
  CREATED,
  NAMESPACE,
  odigosObject,
  startCollectorsScene,
  workloadConfig,
} from '../support/collectors/collectors-scene.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'

describe('scheduler and autoscaler with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let client: KubeClient
  let stop: () => Promise<void>

  before(async () => {
    scene = await startCollectorsScene()
    client = scene.client
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('cart'))
    stop = scene.startControllers()
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  const pipeline = async (): Promise<unknown> =>
    ((await scene.read(RESOURCES.instrumentationConfigs, 'deployment-cart', 'shop'))['spec'] as { pipeline?: unknown })
      .pipeline
  const accepted = async (name: string): Promise<string> => {
    const [verdict = ''] = (await scene.condition(RESOURCES.destinations, name, 'Accepted')).split(':')
    return verdict
  }
  const gatewayConfig = async (): Promise<string> => {
    const set = (await scene.read(RESOURCES.statefulSets, 'odigos-gateway')) as unknown as {
      spec: { template: { spec: { volumes: { configMap?: { name: string } }[] } } }
    }
    const name = set.spec.template.spec.volumes.find(({ configMap }) => configMap)?.configMap?.name ?? ''
    return JSON.stringify((await scene.read(RESOURCES.configMaps, name))['data'])
  }
  /** Versions of everything that they write. */
  const versions = async (): Promise<string[]> => {
    const types = [...CREATED, 'destinations', 'collectorsGroups', 'instrumentationConfigs', 'events'] as const
    const lists = await Promise.all(types.map((type) => listObjects<KubeObject>(client, RESOURCES[type])))
    return lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)
  }

  it('deploys collectors and assigns the pipeline when a Destination is there', async () => {
    await scene.create(
      RESOURCES.destinations,
      odigosObject('Destination', 'backend', {
        type: 'otlp',
        signals: ['traces'],
        fields: { endpoint: 'backend:4317' },
      }),
    )
    await eventuallyPasses(async () => {
      for (const type of CREATED)
        assert.notDeepEqual(await listObjects(client, RESOURCES[type], { namespace: NAMESPACE }), [])
      assert.equal(await accepted('backend'), 'True Valid')
    })
    await eventuallyPasses(async () =>
      assert.deepEqual(await pipeline(), {
        collectorsGroup: 'odigos-node-collector',
        endpoint: 'http://odigos-node-collector.odigos-system.svc:4318',
        signals: ['traces'],
        gateway: 'odigos-gateway',
        reason: 'SharedGateway',
      }),
    )
    const config = await scene.read(RESOURCES.instrumentationConfigs, 'deployment-cart', 'shop')
    assert.equal((config['spec'] as { serviceName: string }).serviceName, 'cart', "another writer's field stays")
  })

  it('writes nothing after a restart', async () => {
    await scene.settled()
    await stop()
    const before = await versions()
    const from = scene.writes.length
    stop = scene.startControllers()
    // It applies what is there, which changes nothing.
    await eventuallyPasses(() => assert.ok(scene.writes.length > from, 'it ran'), 20_000)
    await scene.settled()
    assert.deepEqual(await versions(), before)
  })

  it('tells what is wrong with a Destination, and takes it when that is mended', async () => {
    await scene.create(
      RESOURCES.destinations,
      odigosObject('Destination', 'second', {
        type: 'otlphttp',
        signals: ['traces', 'logs'],
        fields: { endpoint: 'backend' },
      }),
    )
    await eventuallyPasses(async () => assert.equal(await accepted('second'), 'False InvalidField'))
    assert.doesNotMatch(await gatewayConfig(), /second/)
    await client.mergePatch(
      { type: RESOURCES.destinations, namespace: NAMESPACE, name: 'second' },
      { spec: { fields: { endpoint: 'http://backend:4318' } } },
      { fieldManager: 'user' },
    )
    await eventuallyPasses(async () => {
      assert.equal(await accepted('second'), 'True Valid')
      assert.match(await gatewayConfig(), /otlp_http\/second/)
      const group = await scene.read(RESOURCES.collectorsGroups, 'odigos-node-collector')
      assert.deepEqual((group['spec'] as { signals: string[] }).signals, ['traces', 'logs'])
    })
    await eventuallyPasses(async () => {
      const events = await listObjects<KubeObject>(client, RESOURCES.events, { namespace: NAMESPACE })
      assert.ok(events.some((event) => event['reason'] === 'InvalidField' && event['type'] === 'Warning'))
    })
  })

  it('tells which telemetry of the infrastructure no Destination takes', async () => {
    const ref = { type: RESOURCES.odigosConfigs, namespace: NAMESPACE, name: 'odigos' }
    const gather = (...names: string[]): object => ({
      infrastructure: Object.fromEntries(
        ['containerLogs', 'hostMetrics'].map((name) => [name, { enabled: names.includes(name) }]),
      ),
    })
    const says = (expected: string): Promise<void> =>
      eventuallyPasses(async () =>
        assert.equal(await scene.condition(ref.type, ref.name, 'InfrastructureAssigned'), expected),
      )
    await scene.create(ref.type, odigosObject('OdigosConfig', ref.name, gather('containerLogs', 'hostMetrics')))
    await says('False NoDestination: hostMetrics: no Destination takes metrics')
    await client.mergePatch(ref, { spec: gather('containerLogs') }, { fieldManager: 'user' })
    await says('True InfrastructureAssigned: containerLogs')
    await client.mergePatch(ref, { spec: gather() }, { fieldManager: 'user' })
    await says('none')
    await client.delete(ref)
  })

  it('leads each shard of traces to a gateway, also when there are more of them', async () => {
    const holders = async (): Promise<string[]> => {
      const services = await listObjects<KubeObject>(client, RESOURCES.services, { namespace: NAMESPACE })
      return services
        .filter(({ metadata }) => metadata.name.startsWith('odigos-tail-'))
        .map((service) => {
          const { selector } = service['spec'] as { selector: Record<string, string> }
          return selector['statefulset.kubernetes.io/pod-name'] ?? ''
        })
    }
    const countsOf = async (): Promise<number[]> =>
      [...Map.groupBy(await holders(), (pod) => pod).values()].map(({ length }) => length).toSorted((a, b) => a - b)
    await scene.create(
      RESOURCES.actions,
      odigosObject('Action', 'tail', { type: 'TailSampleTraces', tailSampleTraces: { ratio: 0.1 } }),
    )
    await eventuallyPasses(async () => assert.deepEqual(await countsOf(), [SHARDS.length]))
    await eventuallyPasses(async () => assert.match(await gatewayConfig(), /odigos-tail-f\.odigos-system\.svc:4319/))
    await scene.patch(RESOURCES.statefulSets, 'odigos-gateway', { spec: { replicas: 3 } })
    await eventuallyPasses(async () => assert.deepEqual(await countsOf(), [5, 5, 6]))

    await client.delete({ type: RESOURCES.actions, namespace: NAMESPACE, name: 'tail' })
    await eventuallyPasses(async () => assert.doesNotMatch(await gatewayConfig(), /odigos-tail/))
    await scene.settled()
    assert.equal((await holders()).length, SHARDS.length, 'no gateway has the configuration yet')
    const { metadata } = await scene.read(RESOURCES.statefulSets, 'odigos-gateway')
    const status = {
      observedGeneration: metadata.generation,
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
    }
    await client.mergePatch(
      { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: 'odigos-gateway' },
      { status },
      { fieldManager: 'statefulset-controller', subresource: 'status' },
    )
    await eventuallyPasses(async () => assert.deepEqual(await holders(), []))
  })

  it('makes metrics of spans as soon as a Destination takes metrics', async () => {
    const invalid = { dimensions: ['http.route', 'span.name'] }
    const actionOf = (spanMetrics: object) => odigosObject('Action', 'red', { type: 'SpanMetrics', spanMetrics })
    await assert.rejects(scene.create(RESOURCES.actions, actionOf(invalid)), /dimensions must not name/)
    await scene.create(RESOURCES.actions, actionOf({ dimensions: ['http.route'] }))
    await eventuallyPasses(async () =>
      assert.match(
        await scene.condition(RESOURCES.actions, 'red', 'Accepted'),
        /^False NoDestination: no accepted Destination takes metrics/,
      ),
    )
    await scene.patch(RESOURCES.destinations, 'second', { spec: { signals: ['traces', 'metrics'] } })
    await eventuallyPasses(async () => assert.match(await gatewayConfig(), /span_metrics\/red/))
    await eventuallyPasses(async () =>
      assert.match(await scene.condition(RESOURCES.actions, 'red', 'Accepted'), /^True Valid/),
    )
    await client.delete({ type: RESOURCES.actions, namespace: NAMESPACE, name: 'red' })
  })

  it('takes pipelines and collectors away with the last Destination', async () => {
    for (const name of ['backend', 'second'])
      await client.delete({ type: RESOURCES.destinations, namespace: NAMESPACE, name })
    await eventuallyPasses(async () => {
      assert.equal(await pipeline(), undefined)
      assert.deepEqual(await listObjects(client, RESOURCES.collectorsGroups), [])
    })
    const owners = (await listObjects<KubeObject>(client, RESOURCES.statefulSets)).flatMap(
      ({ metadata }) => metadata.ownerReferences?.map(({ kind }) => kind) ?? [],
    )
    assert.deepEqual(owners, ['CollectorsGroup'], 'the garbage collector removes the rest')
  })
})
