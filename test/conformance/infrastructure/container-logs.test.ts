/** What becomes of the logs of containers in a real node collector, with files as the kubelet and containerd write them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene, NODE } from '../../support/telemetry/infrastructure-scene.ts'
import type { ReceivedLog } from '../../support/telemetry/received-file.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const ADMITTED = { 'odigos.io/injection-hash': 'abc' }
const CART = 'cart-5d59d67564-x2x4z'
const CART_OWNER = { kind: 'ReplicaSet', name: 'cart-5d59d67564' }

/** Each case is a container of its own. */
const RECORDS: Record<string, { lines: string[]; records: string[] }> = {
  'a line that the runtime has split': {
    lines: [criLine('a'.repeat(16_384), { tag: 'P' }), criLine('b'.repeat(16_384), { tag: 'P' }), criLine('c')],
    records: [`${'a'.repeat(16_384)}${'b'.repeat(16_384)}c`],
  },
  'split lines of both streams between each other': {
    lines: [
      criLine('1', { tag: 'P' }),
      criLine('2', { stream: 'stderr' }),
      criLine('3', { tag: 'P' }),
      criLine('x', { tag: 'P', stream: 'stderr' }),
      criLine('4'),
      criLine('y', { stream: 'stderr' }),
    ],
    records: ['134', '2', 'xy'],
  },
  'a split line without an end': { lines: [criLine('half', { tag: 'P' })], records: ['half'] },
  'a stack trace of Java': {
    lines: [
      criLine('ERROR request failed'),
      criLine('java.lang.IllegalStateException: no stock'),
      criLine('\tat shop.Cart.add(Cart.java:17)'),
      criLine('Caused by: java.io.IOException: broken'),
      criLine('\t... 3 more'),
      criLine('INFO next'),
    ],
    records: [
      'ERROR request failed\njava.lang.IllegalStateException: no stock\n\tat shop.Cart.add(Cart.java:17)\nCaused by: java.io.IOException: broken\n\t... 3 more',
      'INFO next',
    ],
  },
  'a traceback of Python': {
    lines: [
      criLine('failed'),
      criLine('Traceback (most recent call last):'),
      criLine('  File "app.py", line 3, in <module>'),
      criLine('ValueError: no stock'),
      criLine('next'),
    ],
    records: [
      'failed\nTraceback (most recent call last):\n  File "app.py", line 3, in <module>\nValueError: no stock',
      'next',
    ],
  },
  'lines of both streams, each with its own stack trace': {
    lines: [
      criLine('out 1'),
      criLine('err 1', { stream: 'stderr' }),
      criLine('  out 2'),
      criLine('  err 2', { stream: 'stderr' }),
    ],
    records: ['err 1\n  err 2', 'out 1\n  out 2'],
  },
  'the time of CRI-O': {
    lines: [criLine('zone', { time: '2026-01-02T05:04:05.678901234+02:00' })],
    records: ['zone'],
  },
  'an empty line': { lines: [criLine('before'), criLine(''), criLine('after')], records: ['before', '', 'after'] },
  'two tags': { lines: [criLine('tagged', { tag: 'F:x' })], records: ['tagged'] },
  'what is not in the format': { lines: ['not of the CRI\n'], records: ['not of the CRI'] },
  'bytes that are no text': { lines: [criLine('caf\u00e9 \u0000 \u{1f600}')], records: ['caf\u00e9 \u0000 \u{1f600}'] },
  'text that looks like a variable': { lines: [criLine('$HOME ${env:HOME}')], records: ['$HOME ${env:HOME}'] },
}

const JSON_CASES: Record<string, { line: string; expected: Partial<ReceivedLog> }> = {
  'fields, message and level': {
    line: JSON.stringify({ message: 'sold', level: 'warn', item: 7, deep: { a: [1] } }),
    expected: { body: 'sold', severity: 'warn', severityNumber: 13 },
  },
  'the numbers of pino': {
    line: JSON.stringify({ level: 50, msg: 'failed', trace_id: TRACE, span_id: SPAN, trace_flags: '01' }),
    expected: { body: 'failed', severityNumber: 17, traceId: TRACE, spanId: SPAN },
  },
  'ids of Python': {
    line: JSON.stringify({ message: 'x', otelTraceID: TRACE, otelSpanID: SPAN }),
    expected: { body: 'x', traceId: TRACE, spanId: SPAN },
  },
  'ids in text': {
    line: `12:00 INFO [trace_id=${TRACE} span_id=${SPAN}] sold`,
    expected: { body: `12:00 INFO [trace_id=${TRACE} span_id=${SPAN}] sold`, traceId: TRACE, spanId: SPAN },
  },
  'ids of no span': {
    line: JSON.stringify({ message: 'idle', otelTraceID: '0', otelSpanID: '0' }),
    expected: { body: 'idle', traceId: '', spanId: '' },
  },
  'ids that are too long or none': {
    line: JSON.stringify({ message: 'odd', trace_id: `${TRACE}0`, span_id: 5 }),
    expected: { body: 'odd', traceId: '', spanId: '' },
  },
  'JSON that ends too early': { line: '{"message": "half', expected: { body: '{"message": "half' } },
  'JSON without a message': { line: '{"a":1}', expected: { body: '{"a":1}' } },
  'a message that is no text': { line: '{"message":{"a":1}}', expected: { body: '{"message":{"a":1}}' } },
  'a list': { line: '[1,2]', expected: { body: '[1,2]' } },
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
    await expectBodies(CART, ['one'])
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
