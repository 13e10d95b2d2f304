/** What a real node collector counts of what agents and applications send, whatever that contains. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import { AGENT_SCOPE, REPORT_ATTRIBUTES, SEEN_METRICS } from '../../../src/collector/seen.ts'
import type { Sample } from '../../../src/prometheus/text.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { createSeen } from '../../../src/controllers/instrumentor/seen/runner.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { seenOptions, statusOf } from '../../support/instrumentor/seen-case.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { laneEndpoints } from '../../support/telemetry/collector-case.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { logsOf, metricsOf, podResource, postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { DISK } from '../../support/collectors/settings.ts'

const SIGNALS = ['traces', 'metrics', 'logs'] as const
const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

const report = (outcome: string, reason: string, message = '') => ({
  [REPORT_ATTRIBUTES.agent]: 'nodejs',
  [REPORT_ATTRIBUTES.outcome]: outcome,
  [REPORT_ATTRIBUTES.reason]: reason,
  [REPORT_ATTRIBUTES.version]: '1.2.3',
  [REPORT_ATTRIBUTES.message]: message,
})

describe('what a real node collector counts', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-seen-'))
  const started: CollectorProcess[] = []
  let sink: OtlpSink
  let endpoint = ''
  let node: CollectorProcess
  let address = ''

  const collector = async (binary: string, options: Omit<Parameters<typeof collectorProcess>[0], 'binary'>) => {
    mkdirSync(options.folder, { recursive: true })
    const made = collectorProcess({ ...options, binary })
    started.push(made)
    await made.start()
    return made
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    sink = await startOtlpSink()
    const gatewayPlace = await loopbackPlace(join(folder, 'g'))
    const destination = renderDestination(
      {
        name: 'backend',
        spec: { type: 'otlphttp', signals: [...SIGNALS], fields: { endpoint: sink.endpoint }, disabled: false },
      },
      [],
    )
    const group = { signals: [...SIGNALS], resources }
    const gateway = gatewayConfig({ group, destinations: [destination], actions: [], disk: DISK, place: gatewayPlace })
    await collector(binary, { config: gateway, place: gatewayPlace, folder: join(folder, 'g') })
    const endpoints = laneEndpoints(`127.0.0.1:${gatewayPlace.grpcPort}`)
    const nodePlace = await loopbackPlace(join(folder, 'n'))
    node = await collector(binary, {
      config: nodeConfig({ group, disk: DISK, endpoints, place: nodePlace }),
      place: nodePlace,
      folder: join(folder, 'n'),
      env: { NODE_NAME: 'this-node' },
    })
    endpoint = `http://127.0.0.1:${nodePlace.httpPort}`
    address = `127.0.0.1:${nodePlace.seenPort}`
  })
  after(async () => {
    await Promise.all(started.map((each) => each.kill()))
    await sink?.close()
    rmSync(folder, { recursive: true })
  })

  const send = async (signal: (typeof SIGNALS)[number], body: object): Promise<void> =>
    assert.equal(await postOtlp(endpoint, signal, body), 200)
  const samples = (): Promise<Sample[]> => pullSamples(address, new AbortController().signal)
  const countOf = async (name: string, pod: string): Promise<number> =>
    (await samples())
      .filter((sample) => sample.name === name && sample.labels['pod'] === pod)
      .reduce((sum, { value }) => sum + value, 0)
  const expectCount = (name: string, pod: string, count: number): Promise<void> =>
    eventuallyPasses(async () => assert.equal(await countOf(name, pod), count))

  it('counts each signal by pod, and spans of requests apart', async () => {
    const resource = podResource('cart-1')
    await send('traces', tracesOf(resource, [{ kind: 2 }, { kind: 3 }]))
    await send('traces', tracesOf(resource, [{ kind: 3 }, { kind: 5 }, { kind: 1 }]))
    await send('metrics', metricsOf(resource, ['process.memory', 'http.server.request.duration']))
    await send('logs', logsOf(resource, 'test', [{}, {}, {}]))
    await expectCount(SEEN_METRICS.traces, 'cart-1', 5)
    await expectCount(SEEN_METRICS.servers, 'cart-1', 2)
    await expectCount(SEEN_METRICS.metrics, 'cart-1', 2)
    await expectCount(SEEN_METRICS.requests, 'cart-1', 1)
    await expectCount(SEEN_METRICS.logs, 'cart-1', 3)
    await eventuallyPasses(() => assert.equal(sink.spans.length, 5), 20_000)
  })

  it('keeps the reports of agents, and hands on other logs only', async () => {
    await eventuallyPasses(() => assert.equal(sink.posts.get('/v1/logs'), 1), 20_000)
    const resource = podResource('cart-2')
    await send('logs', logsOf(resource, AGENT_SCOPE, [report('Loaded', 'AgentLoaded')]))
    await send(
      'logs',
      logsOf(resource, AGENT_SCOPE, [report('StoodBack', 'OwnSdk', 'brings "@opentelemetry/api"\n1.9')]),
    )
    await expectCount(SEEN_METRICS.reports, 'cart-2', 2)
    const reports = (await samples()).filter(({ labels }) => labels['outcome'] !== undefined)
    assert.deepEqual(
      reports.map(({ labels }) => labels).find(({ outcome }) => outcome === 'StoodBack'),
      {
        namespace: 'shop',
        pod: 'cart-2',
        container: 'app',
        agent: 'nodejs',
        outcome: 'StoodBack',
        reason: 'OwnSdk',
        version: '1.2.3',
        message: 'brings "@opentelemetry/api"?1.9',
      },
    )
    await send('logs', logsOf(resource, 'test', [{}]))
    await expectCount(SEEN_METRICS.logs, 'cart-2', 1)
    await eventuallyPasses(() => assert.equal(sink.posts.get('/v1/logs'), 2), 20_000)
  })

  it('makes a workload Instrumented, or says why not', async () => {
    const stories = [
      { pod: 'web-1', report: report('Loaded', 'AgentLoaded'), spans: [{}], states: ['Instrumented', undefined] },
      { pod: 'web-2', report: report('StoodBack', 'OwnSdk'), spans: [], states: ['NothingArrives', 'AgentStoodBack'] },
    ]
    for (const { pod, report: sent, spans } of stories) {
      await send('logs', logsOf(podResource(pod), AGENT_SCOPE, [sent]))
      if (spans.length > 0) await send('traces', tracesOf(podResource(pod), spans))
      await expectCount(SEEN_METRICS.reports, pod, 1)
      await expectCount(SEEN_METRICS.traces, pod, spans.length)
    }
    const seen = createSeen({ ...seenOptions(), pull: (_, signal) => pullSamples(address, signal) })
    await seen.readAll()
    for (const { pod, states } of stories) {
      const telemetry = seen.podTelemetry('shop', pod)
      assert.ok(telemetry, pod)
      const { state, cause } = statusOf(pod, telemetry)
      assert.deepEqual([state, cause], states, pod)
    }
  })

  it('is not misled by attributes and times of telemetry', async () => {
    const resource = podResource('cart-3', { pod: 'other', namespace: 'other' })
    const names = {
      'k8s.pod.name': 'victim',
      'k8s.namespace.name': 'victim',
      pod: 'victim',
      'odigos.outcome': 'Loaded',
    }
    await send('traces', tracesOf(resource, [{ attributes: names, time: '4102444800000000000' }]))
    await send('traces', tracesOf(resource, [{ attributes: names, time: '1' }]))
    await send('traces', tracesOf(resource, [{ attributes: names, time: '0' }]))
    await expectCount(SEEN_METRICS.traces, 'cart-3', 3)
    assert.equal(await countOf(SEEN_METRICS.traces, 'victim'), 0)
    assert.deepEqual((await samples()).find(({ labels }) => labels['pod'] === 'cart-3')?.labels, {
      namespace: 'shop',
      pod: 'cart-3',
      container: 'app',
    })
  })

  it('accepts metrics without data, once', async () => {
    await send('metrics', metricsOf(podResource('cart-4'), ['one'], ['empty']))
    await expectCount(SEEN_METRICS.metrics, 'cart-4', 1)
  })

  const SENDERS: Record<string, Record<string, string | number>> = {
    'has no pod': { 'k8s.namespace.name': 'shop' },
    'has a number': { 'k8s.namespace.name': 'shop', 'k8s.pod.name': 7 },
    'has a name that Kubernetes refuses': { 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'A"\n{}' },
    'has a long name': { 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'x'.repeat(100_000) },
    'has nothing': {},
  }
  for (const [name, resource] of Object.entries(SENDERS))
    it(`hands on, but does not count, what ${name}`, async () => {
      const before = (await samples()).length
      await send('traces', tracesOf(resource, [{ attributes: { case: name } }]))
      await sink.waitFor(({ attributes }) => attributes['case'] === name)
      assert.equal((await samples()).length, before)
    })

  it('bounds the labels of a report, whatever it contains', async () => {
    const resource = podResource('cart-5')
    const hostile = {
      ...report('Loaded', 'AgentLoaded', `é\u0000${'x'.repeat(10_000)}`),
      pod: 'victim',
      other: 'label',
    }
    await send('logs', logsOf(resource, AGENT_SCOPE, [hostile, {}, { [REPORT_ATTRIBUTES.outcome]: 5 }]))
    await expectCount(SEEN_METRICS.reports, 'cart-5', 3)
    const [loaded] = (await samples()).filter(
      ({ labels: { pod, outcome } }) => pod === 'cart-5' && outcome === 'Loaded',
    )
    assert.ok((loaded?.labels['message']?.length ?? 0) <= 256)
    assert.match(loaded?.labels['message'] ?? '', /^\?+x{200}/)
    assert.ok(!('other' in (loaded?.labels ?? {})))
  })

  it('starts with nothing after a restart', async () => {
    await node.kill()
    await node.start()
    assert.deepEqual(await samples(), [])
    await send('traces', tracesOf(podResource('cart-1'), [{}]))
    await expectCount(SEEN_METRICS.traces, 'cart-1', 1)
  })
})
