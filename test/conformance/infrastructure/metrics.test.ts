/** Metrics of the node and of its pods, and telemetry of pods that Odigos has not instrumented, in a real node collector. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene, NODE } from '../../support/telemetry/infrastructure-scene.ts'
import { postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'

const CART = 'cart-5d59d67564-x2x4z'
const TIME = '2026-01-02T03:04:05Z'
const cpu = { time: TIME, usageNanoCores: 1000, usageCoreNanoSeconds: 5000 }
const memory = { time: TIME, usageBytes: 4096, workingSetBytes: 4096 }

/** What a kubelet says of its node and one pod. */
const summary = (uid: string) => ({
  node: { nodeName: NODE, startTime: TIME, cpu, memory },
  pods: [
    {
      podRef: { name: CART, namespace: 'shop', uid },
      startTime: TIME,
      cpu,
      memory,
      containers: [{ name: 'app', startTime: TIME, cpu, memory }],
      volume: [],
    },
  ],
})

describe('metrics of nodes and pods, and attributes of telemetry, in a real collector', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-metrics-'))
  let scene: InfrastructureScene
  let kubelet: Server | undefined

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const enabled = { enabled: true, intervalSeconds: 5 }
    scene = await infrastructureScene({
      binary,
      folder,
      infrastructure: {
        settings: {
          hostMetrics: enabled,
          kubeletMetrics: enabled,
          enrichment: { enabled: true },
          containerLogs: {
            enabled: true,
            select: 'Namespaces',
            namespaces: ['shop'],
            firstLinePattern: String.raw`^"\d{4}-\d\d" \$$`,
            parseJson: false,
          },
        },
        named: [{ namespace: 'shop', kind: 'StatefulSet', name: 'db', serviceName: 'ledger' }],
      },
      pods: [
        { name: CART, owner: { kind: 'ReplicaSet', name: 'cart-5d59d67564' } },
        { name: 'db-0', owner: { kind: 'StatefulSet', name: 'db' } },
      ],
    })
    kubelet = createServer((request, response) => {
      const isKnown = request.url === '/stats/summary'
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
      response.end(isKnown ? JSON.stringify(summary(scene.uidOf(CART))) : '')
    })
    await new Promise<void>((resolve) => kubelet?.listen(scene.place.kubeletPort, '127.0.0.1', resolve))
    await scene.node.start()
  })
  after(async () => {
    await scene?.stop()
    await new Promise((resolve) => (kubelet ? kubelet.close(resolve) : resolve(undefined)))
    rmSync(folder, { recursive: true })
  })

  const resourceOf = async (metric: string): Promise<Record<string, unknown>> => {
    let resource: Record<string, unknown> | undefined
    await eventuallyPasses(() => {
      resource = scene.received().metrics.find(({ name }) => name === metric)?.resource
      assert.ok(resource, metric)
    }, 40_000)
    return resource ?? {}
  }

  for (const metric of ['system.cpu.time', 'system.memory.usage', 'system.cpu.load_average.1m', 'system.disk.io'])
    it(`reports ${metric} of the node`, async () =>
      assert.deepEqual(await resourceOf(metric), { 'k8s.node.name': NODE }))

  it('reports what the kubelet measures, with the attributes of spans', async () => {
    assert.deepEqual(await resourceOf('k8s.node.cpu.usage'), { 'k8s.node.name': NODE })
    const expected = {
      'k8s.namespace.name': 'shop',
      'k8s.deployment.name': 'cart',
      'k8s.replicaset.name': 'cart-5d59d67564',
      'k8s.pod.name': CART,
      'k8s.pod.uid': scene.uidOf(CART),
      'k8s.node.name': NODE,
      'service.name': 'cart',
      'service.namespace': 'shop',
      'service.version': '1.2',
    }
    assert.deepEqual(await resourceOf('k8s.pod.cpu.usage'), expected)
    assert.deepEqual(await resourceOf('container.cpu.usage'), {
      ...expected,
      'k8s.container.name': 'app',
      'service.instance.id': `shop.${CART}.app`,
    })
  })

  it('reads logs with a pattern of the user beside them', async () => {
    const lines = ['"2026-01" $', '{"message": "second line"}', '"2026-02" $', 'x "2026-03" $']
    scene.write(scene.logPath('db-0'), lines.map((line) => criLine(line)).join(''))
    await eventuallyPasses(() =>
      assert.deepEqual(
        scene
          .received()
          .logs.map(({ body }) => body)
          .toSorted(),
        ['"2026-01" $\n{"message": "second line"}', '"2026-02" $\nx "2026-03" $'],
      ),
    )
  })

  const send = (resource: Record<string, string>): Promise<number> =>
    postOtlp(`http://127.0.0.1:${scene.place.httpPort}`, 'traces', tracesOf(resource, [{}]))
  const spanOf = async (key: string): Promise<Record<string, unknown>> => {
    let found: Record<string, unknown> | undefined
    await eventuallyPasses(() => {
      found = scene.received().spans.find((resource) => resource['case'] === key)
      assert.ok(found)
    })
    return found ?? {}
  }

  it('adds the attributes of the pod to what its SDK sends, and names the service', async () => {
    await send({ case: 'unknown', 'k8s.pod.uid': scene.uidOf(CART), 'service.name': 'unknown_service:node' })
    const { 'k8s.deployment.name': deployment, 'service.name': name, 'k8s.pod.name': pod } = await spanOf('unknown')
    assert.deepEqual([deployment, name, pod], ['cart', 'cart', CART])
  })

  it('keeps the name that an application has given itself, and adds the one that the user has set otherwise', async () => {
    await send({ case: 'named', 'k8s.pod.uid': scene.uidOf('db-0'), 'service.name': 'own' })
    await send({ case: 'set', 'k8s.pod.uid': scene.uidOf('db-0') })
    assert.deepEqual(
      [(await spanOf('named'))['service.name'], (await spanOf('set'))['service.name']],
      ['own', 'ledger'],
    )
  })

  it('leaves alone what nothing is known of', async () => {
    await send({ case: 'nothing', 'service.name': 'unknown_service' })
    assert.deepEqual(await spanOf('nothing'), {
      case: 'nothing',
      'k8s.node.name': NODE,
      'service.name': 'unknown_service',
    })
  })
})
