/** The one collector for the cluster, and a node collector, on a real API server, with the permissions that the chart gives them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { toolPath } from '../../deploy/toolchain/build.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { CLUSTER_COLLECTOR_NAME, NODE_COLLECTOR_NAME } from '../../src/api/names.ts'
import type { CollectorConfig, CollectorPlace } from '../../src/collector/config.ts'
import { clusterConfig } from '../../src/collector/infrastructure/cluster.ts'
import { nodeConfig } from '../../src/collector/node.ts'
import { effectiveConfig } from '../../src/api/kinds/odigos-config.ts'
import { desiredGroups, groupObject } from '../../src/controllers/scheduler/desired-groups.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { clientFrom } from '../support/api-server/kubeconfig-client.ts'
import { createCrds } from '../support/api-server/our-crds.ts'
import { DISK } from '../support/collectors/settings.ts'
import { collectorBinary } from '../support/telemetry/collector-binary.ts'
import { infrastructureOf, laneEndpoints } from '../support/telemetry/collector-case.ts'
import type { CollectorProcess } from '../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../support/telemetry/collector-process.ts'
import { criLine, receivingCollector } from '../support/telemetry/infrastructure-scene.ts'
import type { Received } from '../support/telemetry/received-file.ts'
import { receivedIn } from '../support/telemetry/received-file.ts'

const root = join(import.meta.dirname, '../..')
const account = (name: string): string => `system:serviceaccount:odigos-system:${name}`
const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
const NODE = 'this-node'
const TIMEOUT_MS = 60_000

/** The roles of collectors, and who has them, as the chart renders them. */
const roles = async (): Promise<KubeObject[]> => {
  const values = ['--set', 'image.registry=none', '--set', 'collector.infrastructure.enabled=true']
  const args = ['template', 'odigos', 'deploy/helm', '-n', 'odigos-system', ...values]
  const { stdout } = await promisify(execFile)(toolPath('helm'), args, { cwd: root, maxBuffer: 2 ** 24 })
  return parseAllDocuments(stdout)
    .map((document) => document.toJSON() as KubeObject | null)
    .filter((object) => object !== null)
    .filter(({ kind, metadata }) => /^ClusterRole(Binding)?$/.test(kind) && metadata.name.endsWith('-collector'))
}

const container = { name: 'app', image: 'registry.example.com/cart:1.2' }
const pod = (name: string, owner: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: 'cart', 'pod-template-hash': '5d59d67564' },
    ownerReferences: [owner],
  },
  spec: { nodeName: NODE, containers: [container] },
})

const acceptedDestination = {
  metadata: { name: 'backend', namespace: 'odigos-system', generation: 1 },
  spec: { type: 'otlp', signals: ['logs' as const], fields: {}, disabled: false },
  status: {
    conditions: [
      {
        type: 'Accepted',
        status: 'True' as const,
        reason: 'Valid' as const,
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        observedGeneration: 1,
      },
    ],
  },
}

describe('infrastructure on a real API server', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-infrastructure-'))
  const started: CollectorProcess[] = []
  let server: BareApiServer | undefined
  let client: KubeClient
  let gateway = ''
  let uid = ''

  const post = (path: string, object: object): Promise<KubeObject> => client.request('POST', path, object)
  const start = async (
    name: string,
    configure: (place: CollectorPlace) => CollectorConfig,
  ): Promise<CollectorPlace> => {
    const own = join(folder, name)
    mkdirSync(own)
    const place = await loopbackPlace(own)
    const env = { NODE_NAME: NODE, NODE_IP: '127.0.0.1', KUBECONFIG: server?.kubeconfig(account(name)) ?? '' }
    const made = collectorProcess({
      binary: collectorBinary() ?? '',
      config: configure(place),
      place,
      folder: own,
      env,
    })
    started.push(made)
    await made.start()
    return place
  }
  const received = (): Received => {
    const file = join(folder, 'gateway/received.json')
    return receivedIn(existsSync(file) ? readFileSync(file, 'utf8') : '')
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    server = await startBareApiServer([account(CLUSTER_COLLECTOR_NAME), account(NODE_COLLECTOR_NAME)])
    client = await clientFrom(server.kubeconfig())
    for (const role of await roles()) await post(`/apis/rbac.authorization.k8s.io/v1/${role.kind.toLowerCase()}s`, role)
    await post('/api/v1/namespaces', { metadata: { name: 'shop' } })
    await post('/api/v1/nodes', { metadata: { name: NODE } })
    const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [container] } }
    const spec = { replicas: 3, selector: { matchLabels: { app: 'cart' } }, template }
    await post('/apis/apps/v1/namespaces/shop/deployments', { metadata: { name: 'cart' }, spec })
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-5d59d67564', uid: 'u', controller: true }
    const { metadata } = await post('/api/v1/namespaces/shop/pods', pod('cart-5d59d67564-x2x4z', owner))
    uid = metadata.uid ?? ''
    const { place, process } = await receivingCollector(binary, join(folder, 'gateway'))
    started.push(process)
    await process.start()
    gateway = `127.0.0.1:${place.grpcPort}`
    await start(CLUSTER_COLLECTOR_NAME, (at) =>
      clusterConfig({
        group: { resources },
        gateway,
        disk: DISK,
        infrastructure: infrastructureOf({
          settings: { clusterMetrics: { enabled: true, intervalSeconds: 5 }, events: { enabled: true } },
          named: [],
        }),
        place: at,
      }),
    )
  })
  after(async () => {
    await Promise.all(started.map((each) => each.kill()))
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  it('one collector reports the objects of the cluster, with the attributes of spans', async () => {
    await eventuallyPasses(() => {
      const { metrics } = received()
      const resourceOf = (name: string): Record<string, unknown> | undefined =>
        metrics.find((metric) => metric.name === name)?.resource
      const deployment = resourceOf('k8s.deployment.desired')
      assert.equal(deployment?.['k8s.deployment.name'], 'cart')
      assert.equal(deployment?.['k8s.namespace.name'], 'shop')
      assert.equal(deployment?.['service.name'], 'cart')
      const phase = resourceOf('k8s.pod.phase')
      assert.equal(phase?.['k8s.deployment.name'], 'cart')
      assert.equal(phase?.['service.name'], 'cart')
      assert.equal(resourceOf('k8s.node.condition_ready')?.['k8s.node.name'], NODE)
    }, TIMEOUT_MS)
  })

  it('and Events, about the object that they are of', async () => {
    const eventTime = new Date().toISOString()
    await post('/api/v1/namespaces/shop/events', {
      metadata: { name: 'cart.1' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-5d59d67564-x2x4z', uid },
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      type: 'Warning',
      source: { component: 'kubelet', host: NODE },
      firstTimestamp: eventTime.replace(/\.\d+/, ''),
      lastTimestamp: eventTime.replace(/\.\d+/, ''),
      count: 1,
    })
    await eventuallyPasses(() => {
      const event = received().logs.find(({ attributes }) => attributes['k8s.event.reason'] === 'BackOff')
      assert.equal(event?.body, 'Back-off restarting failed container')
      assert.equal(event.severity, 'Warning')
      assert.equal(event.resource['k8s.namespace.name'], 'shop')
      assert.equal(event.resource['k8s.pod.name'], 'cart-5d59d67564-x2x4z')
      assert.equal(event.resource['service.name'], 'cart')
    }, TIMEOUT_MS)
  })

  describe('settings', () => {
    const CONFIGS = '/apis/odigos.io/v1alpha1/namespaces/odigos-system/odigosconfigs'
    const config = (containerLogs: object): object => ({
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'OdigosConfig',
      metadata: { name: 'odigos' },
      spec: { infrastructure: { containerLogs } },
    })

    before(async () => {
      await createCrds(client)
      await post('/api/v1/namespaces', { metadata: { name: 'odigos-system' } })
      await eventuallyPasses(async () => void (await client.request('GET', CONFIGS)), TIMEOUT_MS)
    })

    it('are refused where a pattern is none to a collector', async () => {
      for (const firstLinePattern of ['(', 'a{1001}', '(?=a)'])
        await assert.rejects(
          post(CONFIGS, config({ enabled: true, firstLinePattern })),
          /firstLinePattern/,
          firstLinePattern,
        )
    })

    it('become a group that is stored as the scheduler writes it, so that it is written once', async () => {
      const stored = await post(CONFIGS, config({ enabled: true, firstLinePattern: String.raw`^\d{4}-"` }))
      const groups = desiredGroups(
        {
          namespace: 'odigos-system',
          config: effectiveConfig(stored['spec']),
          destinations: [acceptedDestination],
          groups: [],
        },
        [],
      )
      const spec = groups.get(NODE_COLLECTOR_NAME)
      assert.equal(spec?.infrastructure?.containerLogs?.select, 'Instrumented')
      const path = '/apis/odigos.io/v1alpha1/namespaces/odigos-system/collectorsgroups'
      const group = await post(path, groupObject('odigos-system', NODE_COLLECTOR_NAME, spec))
      assert.deepEqual(group['spec'], spec)
    })
  })

  it('a node collector may ask about pods, and for nothing else', async () => {
    const settings = { containerLogs: { enabled: true, select: 'Namespaces', namespaces: ['shop'] } }
    const place = await start(NODE_COLLECTOR_NAME, (at) =>
      nodeConfig({
        group: { signals: ['logs'], resources },
        endpoints: laneEndpoints(gateway),
        disk: DISK,
        infrastructure: infrastructureOf({ settings }),
        place: at,
      }),
    )
    const path = join(place.logDirectory, `shop_cart-5d59d67564-x2x4z_${uid}/app/0.log`)
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, criLine('from a real cluster'))
    await eventuallyPasses(() => {
      const log = received().logs.find(({ body }) => body === 'from a real cluster')
      assert.equal(log?.resource['service.name'], 'cart')
    }, TIMEOUT_MS)
    for (const name of [NODE_COLLECTOR_NAME, CLUSTER_COLLECTOR_NAME])
      assert.doesNotMatch(readFileSync(join(folder, name, 'log'), 'utf8'), /forbidden/i)
    const node = await clientFrom(server?.kubeconfig(account(NODE_COLLECTOR_NAME)) ?? '')
    await assert.rejects(node.request('GET', '/api/v1/namespaces/shop/secrets'), /forbidden/)
  })
})
