/** What becomes of the logs of containers in a real node collector, with files as the kubelet and containerd write them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InstrumentationConfigSpec } from '../../../src/api/kinds/instrumentation-config.ts'
import type { Pod } from '../../../src/api/kubernetes.ts'
import type { DownwardName } from '../../../src/inject/environment/resource-attributes.ts'
import { resourceAttributes, serviceName } from '../../../src/inject/environment/resource-attributes.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene, NODE } from '../../support/telemetry/infrastructure-scene.ts'
import type { ReceivedLog } from '../../support/telemetry/received-file.ts'
import { FIELDS, JSON_CASES, RECORDS } from './log-lines.ts'

const ADMITTED = { 'odigos.io/injection-hash': 'abc' }
const CART = 'cart-5d59d67564-x2x4z'
const CART_OWNER = { kind: 'ReplicaSet', name: 'cart-5d59d67564' }

/** The resource of spans, as the webhook sets it in `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. */
const webhookAttributes = (pod: Pod, spec: InstrumentationConfigSpec): Record<string, string> => {
  const [container] = pod.spec.containers
  const identity = { pod, spec, container: container ?? { name: '' }, namespace: 'shop' }
  const downward: Record<DownwardName, string> = {
    ODIGOS_POD_NAME: pod.metadata?.name ?? '',
    ODIGOS_POD_UID: pod.metadata?.uid ?? '',
    ODIGOS_NODE_NAME: NODE,
  }
  const attributes = resourceAttributes(identity).map(({ key, parts }): [string, string] => [
    key,
    parts.map((part) => (typeof part === 'string' ? part : downward[part.variable])).join(''),
  ])
  return { ...Object.fromEntries(attributes), 'service.name': serviceName(identity).value }
}

const HUGE = Array.from({ length: 160 }, (_, index) =>
  criLine(String(index % 10).repeat(16_384), { tag: index === 159 ? 'F' : 'P' }),
)

describe('logs of containers in a real collector', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-logs-'))
  let scene: InfrastructureScene

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    scene = await infrastructureScene({
      binary,
      folder,
      infrastructure: {
        settings: { containerLogs: { enabled: true } },
        named: [{ namespace: 'shop', kind: 'StatefulSet', name: 'db', serviceName: 'ledger' }],
      },
      pods: [
        { name: CART, annotations: ADMITTED, owner: CART_OWNER },
        {
          name: 'db-0',
          annotations: { ...ADMITTED, 'resource.opentelemetry.io/service.name': 'other' },
          owner: { kind: 'StatefulSet', name: 'db' },
        },
        { name: 'web-1', annotations: { ...ADMITTED, 'resource.opentelemetry.io/service.name': 'front' } },
        {
          name: 'batch-1',
          annotations: {
            ...ADMITTED,
            'resource.opentelemetry.io/service.name': 'nightly',
            'resource.opentelemetry.io/team': 'ledger',
          },
          owner: { kind: 'DaemonSet', name: 'batch' },
        },
        { name: 'static-1', annotations: ADMITTED },
        { name: 'plain-1' },
      ],
    })
    await scene.node.start()
    for (const [index, { lines }] of Object.values(RECORDS).entries())
      scene.write(scene.logPath('web-1', { container: `case-${index}` }), lines.join(''))
    for (const [index, { line }] of Object.values(JSON_CASES).entries())
      scene.write(scene.logPath('web-1', { container: `json-${index}` }), criLine(line))
    scene.write(scene.logPath('web-1', { container: 'huge' }), HUGE.join(''))
  })
  after(async () => {
    await scene?.stop()
    rmSync(folder, { recursive: true })
  })

  const logsOf = (pod: string): ReceivedLog[] =>
    scene.received().logs.filter(({ resource }) => resource['k8s.pod.name'] === pod)
  const logsOfContainer = (container: string): ReceivedLog[] =>
    logsOf('web-1').filter(({ resource }) => resource['k8s.container.name'] === container)
  const bodiesOf = (pod: string): string[] => logsOf(pod).map(({ body }) => body)
  const expectBodies = (pod: string, bodies: string[]): Promise<void> =>
    eventuallyPasses(() => assert.deepEqual(bodiesOf(pod).toSorted(), bodies.toSorted()))

  it('have the attributes of spans, and the time at which they were written', async () => {
    scene.write(scene.logPath(CART), criLine('one'))
    await expectBodies(CART, ['one'])
    const [log] = logsOf(CART)
    assert.equal(log?.time, '1767323045678901234')
    assert.deepEqual(log?.attributes, {
      'log.iostream': 'stdout',
      'log.file.path': scene.logPath(CART),
      'k8s.container.restart_count': '0',
    })
    const { 'k8s.pod.uid': uid, ...resource } = log?.resource ?? {}
    assert.ok(uid)
    assert.deepEqual(resource, {
      'k8s.namespace.name': 'shop',
      'k8s.deployment.name': 'cart',
      'k8s.replicaset.name': 'cart-5d59d67564',
      'k8s.pod.name': CART,
      'k8s.container.name': 'app',
      'k8s.node.name': NODE,
      'service.name': 'cart',
      'service.namespace': 'shop',
      'service.version': '1.2',
      'service.instance.id': `shop.${CART}.app`,
    })
  })

  it('have the name of the service that the user has set for the workload, or for the pod', async () => {
    scene.write(scene.logPath('db-0'), criLine('from db'))
    await expectBodies('db-0', ['from db'])
    await eventuallyPasses(() => assert.ok(logsOf('web-1').length > 0))
    assert.deepEqual(
      ['db-0', 'web-1'].map((pod) => logsOf(pod)[0]?.resource['service.name']),
      ['ledger', 'front'],
    )
  })

  const SPANS: Record<string, Pick<InstrumentationConfigSpec, 'workload' | 'serviceName'>> = {
    [CART]: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } },
    'db-0': { workload: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' }, serviceName: 'ledger' },
    'batch-1': { workload: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'batch' } },
  }
  for (const [name, spec] of Object.entries(SPANS))
    it(`have every attribute that the webhook gives the spans of ${name}`, async () => {
      // Files that begin alike count as one; those of the kubelet do not, by their times.
      const body = `compared ${name}`
      scene.write(scene.logPath(name, { file: '7.log' }), criLine(body))
      const expected = webhookAttributes(scene.pod(name), { ...spec, containers: [] })
      await eventuallyPasses(() => assert.deepEqual(logsOf(name).find((log) => log.body === body)?.resource, expected))
    })

  it('have the attributes of a static pod, of which the kubelet and the API server know different uids', async () => {
    scene.write(scene.logPath('static-1', { uid: '0123456789abcdef0123456789abcdef' }), criLine('static'))
    await expectBodies('static-1', ['static'])
    assert.equal(logsOf('static-1')[0]?.resource['service.name'], 'static-1')
  })

  it('are not read where no instrumented workload has the pod, in other namespaces, and of Odigos itself', async () => {
    scene.write(scene.logPath('plain-1'), criLine('not admitted'))
    scene.write(scene.logPath('other-1', { namespace: 'other' }), criLine('other namespace'))
    scene.write(scene.logPath('gateway-0', { namespace: 'odigos-system' }), criLine('own'))
    scene.write(scene.logPath('unknown-1'), criLine('cannot be looked up'))
    await expectBodies('unknown-1', ['cannot be looked up'])
    assert.equal(logsOf('unknown-1')[0]?.resource['service.name'], undefined)
    for (const pod of ['plain-1', 'other-1', 'gateway-0']) assert.deepEqual(bodiesOf(pod), [])
  })

  for (const [index, [name, { records }]] of Object.entries(RECORDS).entries())
    it(`make records of ${name}`, () =>
      eventuallyPasses(() =>
        assert.deepEqual(
          logsOfContainer(`case-${index}`)
            .map(({ body }) => body)
            .toSorted(),
          records.toSorted(),
        ),
      ))

  for (const [index, [name, { expected }]] of Object.entries(JSON_CASES).entries())
    it(`understand ${name}`, () =>
      eventuallyPasses(() => {
        const log = logsOfContainer(`json-${index}`)[0]
        assert.ok(log)
        const keys = Object.keys(expected) as (keyof ReceivedLog)[]
        assert.deepEqual(Object.fromEntries(keys.map((key) => [key, log[key]])), expected)
      }))

  it('keep the digits of numbers, and the place that they come from', async () => {
    scene.write(scene.logPath('web-1', { container: 'fields' }), criLine(FIELDS.line))
    await eventuallyPasses(() => assert.equal(logsOfContainer('fields').length, 1))
    const { attributes = {} } = logsOfContainer('fields')[0] ?? {}
    const names = Object.keys(FIELDS.attributes)
    assert.deepEqual(Object.fromEntries(names.map((name) => [name, attributes[name]])), FIELDS.attributes)
    assert.ok(!('odigos.json' in attributes))
  })

  it('have the fields of JSON as attributes, without what has a place of its own', async () => {
    await eventuallyPasses(() => assert.equal(logsOfContainer('json-0').length, 1))
    assert.deepEqual(Object.keys(logsOfContainer('json-0')[0]?.attributes ?? {}).toSorted(), [
      'deep',
      'item',
      'k8s.container.restart_count',
      'level',
      'log.file.path',
      'log.iostream',
    ])
    assert.deepEqual(Object.keys(logsOfContainer('json-1')[0]?.attributes ?? {}).toSorted(), [
      'k8s.container.restart_count',
      'level',
      'log.file.path',
      'log.iostream',
      'trace_flags',
    ])
  })

  it('are not counted as something that the application has sent', async () => {
    await eventuallyPasses(() => assert.ok(bodiesOf(CART).includes('one')))
    assert.deepEqual(await pullSamples(`127.0.0.1:${scene.place.seenPort}`, new AbortController().signal), [])
  })

  it('are divided where a line is longer than a record may be', () =>
    eventuallyPasses(() => {
      const found = logsOfContainer('huge')
      assert.equal(
        found.reduce((sum, { body }) => sum + body.length, 0),
        160 * 16_384,
      )
      assert.ok(found.every(({ body }) => body.length <= 1.1 * 2 ** 20))
    }))
})
