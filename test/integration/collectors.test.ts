/** Scheduler and autoscaler against a real API server: what they write is accepted, and written once. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Condition } from '../../src/api/conditions.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import type { CollectorSettings } from '../../src/controllers/autoscaler/collector-objects.ts'
import { createAutoscaler } from '../../src/controllers/autoscaler/controller.ts'
import { runParts } from '../../src/controllers/run-controller.ts'
import { createScheduler } from '../../src/controllers/scheduler/controller.ts'
import { createKubeClient } from '../../src/kube/http/client.ts'
import { kubeConfigCredentials, loadKubeConfig } from '../../src/kube/http/credentials.ts'
import { createEventRecorder } from '../../src/kube/work/events.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../src/kube/types.ts'
import { createLog } from '../../src/process/log.ts'
import { createMetrics } from '../../src/process/metrics.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'

const NAMESPACE = 'odigos-system'
const CREATED = [
  'configMaps',
  'services',
  'daemonSets',
  'statefulSets',
  'horizontalPodAutoscalers',
  'podDisruptionBudgets',
] as const
const log = createLog('test', 'error')
const metrics = createMetrics()

const object = (kind: string, name: string, spec: object, namespace = NAMESPACE): KubeObject => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind,
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  spec,
})
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }

describe('scheduler and autoscaler with a real API server', function () {
  this.timeout(120_000)
  let server: BareApiServer
  let client: KubeClient
  let stop: () => Promise<void>

  /** Both, as their processes run them; `settings` are the chart's values. */
  const startControllers = async (settings: Partial<CollectorSettings> = {}): Promise<() => Promise<void>> => {
    const ended = new AbortController()
    const { signal } = ended
    const context = {
      client,
      log,
      metrics,
      signal,
      namespace: NAMESPACE,
      record: createEventRecorder({ client, component: 'test', log }),
      nowMs: Date.now,
      retryMs: { min: 100, max: 1_000 },
    }
    const autoscaler = createAutoscaler({
      ...context,
      settings: { image: 'collector:1', pullPolicy: 'IfNotPresent', ...settings },
    })
    const running = Promise.all([createScheduler(context), autoscaler].map((parts) => runParts(parts, context)))
    return async () => {
      ended.abort()
      await running.catch(() => undefined)
    }
  }

  before(async () => {
    server = await startBareApiServer()
    client = createKubeClient({
      credentials: kubeConfigCredentials(await loadKubeConfig({ path: server.kubeconfig() })),
    })
    const folder = join(import.meta.dirname, '../../crds')
    for (const file of readdirSync(folder)) {
      const crd = parse(readFileSync(join(folder, file), 'utf8')) as KubeObject
      await client.create(RESOURCES.customResourceDefinitions, crd, { fieldManager: 'test' })
    }
    for (const name of [NAMESPACE, 'shop'])
      await client.create(
        RESOURCES.namespaces,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        { fieldManager: 'test' },
      )
    await eventuallyPasses(async () => void (await client.list(RESOURCES.destinations)), 20_000)
    await client.create(
      RESOURCES.instrumentationConfigs,
      object('InstrumentationConfig', 'deployment-cart', { workload, serviceName: 'cart' }, 'shop'),
      { fieldManager: 'instrumentor' },
    )
    stop = await startControllers()
  })
  after(async () => {
    await stop?.()
    await server?.stop()
  })

  const read = async (type: ResourceType, name: string, namespace = NAMESPACE): Promise<KubeObject> => {
    const found = await client.get<KubeObject>({ type, namespace, name })
    assert.ok(found, `${type.kind} ${name}`)
    return found
  }
  const create = (type: ResourceType, made: KubeObject): Promise<KubeObject> =>
    client.create(type, made, { fieldManager: 'user' })
  const pipeline = async (): Promise<unknown> =>
    ((await read(RESOURCES.instrumentationConfigs, 'deployment-cart', 'shop'))['spec'] as { pipeline?: unknown })
      .pipeline
  const accepted = async (name: string): Promise<string> => {
    const { status } = (await read(RESOURCES.destinations, name)) as unknown as { status?: { conditions: Condition[] } }
    const [condition] = status?.conditions ?? []
    return `${condition?.status} ${condition?.reason}`
  }
  const gatewayConfig = async (): Promise<string> => {
    const set = (await read(RESOURCES.statefulSets, 'odigos-gateway')) as unknown as {
      spec: { template: { spec: { volumes: { configMap?: { name: string } }[] } } }
    }
    const name = set.spec.template.spec.volumes.find(({ configMap }) => configMap)?.configMap?.name ?? ''
    return JSON.stringify((await read(RESOURCES.configMaps, name))['data'])
  }
  /** Versions of everything that they write. */
  const versions = async (): Promise<string[]> => {
    const types = [...CREATED, 'destinations', 'collectorsGroups', 'instrumentationConfigs', 'events'] as const
    const lists = await Promise.all(types.map((type) => client.list<KubeObject>(RESOURCES[type])))
    return lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)
  }

  it('deploys collectors and assigns the pipeline when a Destination is there', async () => {
    await create(
      RESOURCES.destinations,
      object('Destination', 'backend', { type: 'otlp', signals: ['traces'], fields: { endpoint: 'backend:4317' } }),
    )
    await eventuallyPasses(async () => {
      for (const type of CREATED) assert.notDeepEqual(await client.list(RESOURCES[type], { namespace: NAMESPACE }), [])
      assert.equal(await accepted('backend'), 'True Valid')
    })
    await eventuallyPasses(async () =>
      assert.deepEqual(await pipeline(), {
        collectorsGroup: 'odigos-node-collector',
        endpoint: 'http://odigos-node-collector.odigos-system.svc:4318',
        signals: ['traces'],
      }),
    )
    const config = await read(RESOURCES.instrumentationConfigs, 'deployment-cart', 'shop')
    assert.equal((config['spec'] as { serviceName: string }).serviceName, 'cart', "another writer's field stays")
  })

  it('writes nothing after a restart', async () => {
    await stop()
    const before = await versions()
    stop = await startControllers()
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    assert.deepEqual(await versions(), before)
  })

  it('tells what is wrong with a Destination, and takes it when that is mended', async () => {
    await create(
      RESOURCES.destinations,
      object('Destination', 'second', {
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
      const group = await read(RESOURCES.collectorsGroups, 'odigos-node-collector')
      assert.deepEqual((group['spec'] as { signals: string[] }).signals, ['traces', 'logs'])
    })
    const events = await client.list<KubeObject>(RESOURCES.events, { namespace: NAMESPACE })
    assert.ok(events.some((event) => event['reason'] === 'InvalidField' && event['type'] === 'Warning'))
  })

  it('takes pipelines and collectors away with the last Destination', async () => {
    for (const name of ['backend', 'second'])
      await client.delete({ type: RESOURCES.destinations, namespace: NAMESPACE, name })
    await eventuallyPasses(async () => {
      assert.equal(await pipeline(), undefined)
      assert.deepEqual(await client.list(RESOURCES.collectorsGroups), [])
    })
    const owners = (await client.list<KubeObject>(RESOURCES.statefulSets)).flatMap(
      ({ metadata }) => metadata.ownerReferences?.map(({ kind }) => kind) ?? [],
    )
    assert.deepEqual(owners, ['CollectorsGroup'], 'the garbage collector removes the rest')
  })
})
