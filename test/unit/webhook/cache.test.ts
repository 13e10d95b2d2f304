import assert from 'node:assert/strict'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { instrumentationConfigName } from '../../../src/api/workloads.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import { createCaches, createFindContext, keepConfig } from '../../../src/webhook/cache.ts'
import { readQuota } from '../../../src/inject/resources/read-limits.ts'
import { podOf } from '../../support/admission/admission-review.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { configFor, IMAGES } from '../../support/injection/injection-context.ts'

const configObject = (kind: string, name: string, workload = { apiVersion: 'apps/v1', kind, name }): KubeObject => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: {
    name: instrumentationConfigName(kind, name),
    namespace: 'shop',
    labels: { 'app.kubernetes.io/managed-by': 'odigos' },
  },
  spec: { ...configFor(podOf('cart'), 'nodejs', { image: 'cart:1' }), workload },
})

const namespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { team: 'a' },
    annotations: { large: 'x', 'instrumentation.opentelemetry.io/inject-java': 'true' },
  },
}

const demand = (kind: string, fields: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'demand', namespace: 'shop' },
  ...fields,
})

const start = async (objects: [type: keyof typeof RESOURCES, object: KubeObject][]) => {
  const server = await startFakeApiServer()
  const controller = new AbortController()
  const client = createKubeClient({ credentials: server.credentials, signal: controller.signal })
  for (const [type, object] of objects) await client.create(RESOURCES[type], object, { fieldManager: 'test' })
  const errors: unknown[] = []
  const watched = createCaches({
    client,
    systemNamespace: 'odigos-system',
    signal: controller.signal,
    onError: (error) => errors.push(error),
  })
  await Promise.all(Object.values(watched.caches).map(({ synced }) => synced))
  const stop = async (): Promise<void> => {
    controller.abort()
    await server[Symbol.asyncDispose]()
  }
  return {
    find: createFindContext(watched, {
      images: IMAGES,
      systemNamespace: 'odigos-system',
      podSecurityDefault: 'baseline',
    }),
    client,
    errors,
    stop,
  }
}

describe('webhook: what a decision is made from', () => {
  it('is found by the owner of the pod, with the labels of its namespace', async () => {
    const { find, stop } = await start([
      ['namespaces', namespace],
      ['instrumentationConfigs', configObject('Deployment', 'cart')],
    ])
    const context = find('shop', podOf('cart'))
    assert.equal(context?.configFor?.workload.name, 'cart')
    const annotations = { 'instrumentation.opentelemetry.io/inject-java': 'true' }
    assert.deepEqual(context?.namespace, { name: 'shop', labels: { team: 'a' }, annotations })
    assert.equal(context?.settings.agentDelivery, 'InitContainer')
    assert.equal(find('shop', podOf('other'))?.configFor, undefined)
    assert.equal(find('elsewhere', podOf('cart'))?.configFor, undefined)
    assert.equal(find('elsewhere', podOf('cart'))?.namespace.labels, undefined)
    assert.equal(find('shop', { spec: 7 })?.configFor, undefined)
    await stop()
  })

  it('is not a config that has the right name, but another workload in it', async () => {
    const foreign = { apiVersion: 'example.com/v1', kind: 'Deployment', name: 'cart' }
    const { find, stop } = await start([['instrumentationConfigs', configObject('Deployment', 'cart', foreign)]])
    assert.equal(find('shop', podOf('cart'))?.configFor, undefined)
    await stop()
  })

  it('is not a config without our label', async () => {
    const object = configObject('Deployment', 'cart')
    const unlabelled = { ...object, metadata: { ...object.metadata, labels: {} } }
    const { find, stop } = await start([['instrumentationConfigs', unlabelled]])
    assert.equal(find('shop', podOf('cart'))?.configFor, undefined)
    await stop()
  })

  it('has the settings of the OdigosConfig, and is nothing where no valid one is known: the defaults could undo an opt-out', async () => {
    const settings = (spec: object): KubeObject => ({
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'OdigosConfig',
      metadata: { name: 'odigos', namespace: 'odigos-system' },
      spec,
    })
    const good = await start([['odigosConfigs', settings({ agentDelivery: 'ImageVolume' })]])
    assert.equal(good.find('shop', podOf('cart'))?.settings.agentDelivery, 'ImageVolume')
    await good.stop()
    const bad = await start([['odigosConfigs', settings({ agentDelivery: 'carrier-pigeon' })]])
    assert.equal(bad.find('shop', podOf('cart')), undefined)
    assert.deepEqual(bad.errors, [])
    await bad.stop()
  })

  it('knows the demands of the namespace, as they are now', async () => {
    const range = { limits: [{ type: 'Pod', max: { cpu: '1' } }, { type: 'PersistentVolumeClaim' }] }
    const { find, client, stop } = await start([
      ['limitRanges', demand('LimitRange', { spec: range })],
      ['resourceQuotas', demand('ResourceQuota', { spec: { hard: { cpu: '1', pods: '5' } } })],
    ])
    const limits = find('shop', podOf('cart'))?.limits
    assert.deepEqual(limits?.ranges, [{ name: 'demand', type: 'Pod', max: { cpu: '1' } }])
    assert.deepEqual(
      limits?.quotas.map(({ hard, used }) => ({ hard, used })),
      [{ hard: { cpu: '1' }, used: {} }],
    )
    assert.deepEqual(find('elsewhere', podOf('cart'))?.limits, { ranges: [], quotas: [] })
    await client.delete({ type: RESOURCES.limitRanges, namespace: 'shop', name: 'demand' })
    await eventuallyPasses(async () => assert.deepEqual(find('shop', podOf('cart'))?.limits?.ranges, []))
    await stop()
  })

  it('is of a quota what its status says, where it has one', () => {
    const amounts = { hard: { 'requests.cpu': '2', 'count/secrets': '1' }, used: { 'requests.cpu': '500m', pods: '1' } }
    const { hard, used } = readQuota(demand('ResourceQuota', { spec: { hard: { cpu: '9' } }, status: amounts }))
    assert.deepEqual({ hard, used }, { hard: { 'requests.cpu': '2' }, used: { 'requests.cpu': '500m' } })
  })

  it('is no more than decisions need', () => {
    const kept = keepConfig(configObject('Deployment', 'cart'))
    assert.ok(!JSON.stringify(kept).includes('evidence'))
    assert.ok(!JSON.stringify(kept).includes('sha256'))
    const musl = configObject('Deployment', 'cart')
    musl['spec'] = { ...configFor(podOf('cart'), 'nodejs', { libc: 'musl' }), workload: kept.spec.workload }
    assert.equal(keepConfig(musl).spec.containers[0]?.libc, 'musl')
  })

  it('keep what rules ask of a container, also of one without an agent', () => {
    const object = configObject('Deployment', 'cart')
    const facts = { executable: '/web', firstProcess: '/init', measured: { memoryMiB: 64, processes: 2 } }
    const web = { name: 'web', reason: 'Infrastructure', message: 'runs nginx', ...facts }
    object['spec'] = { ...(object['spec'] as object), containers: [web] }
    assert.deepEqual(keepConfig(object).spec.containers, [web])
  })
})
