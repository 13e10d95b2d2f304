import assert from 'node:assert/strict'
import type { InstrumentationConfig, LastSeen } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { telemetryReport } from '../../../../../src/api/reports/telemetry-report.ts'
import { telemetryReportOf } from '../../../../../src/controllers/instrumentor/status/telemetry/report.ts'
import { rfc3339 } from '../../../../../src/api/time.ts'
import { SEEN_METRICS } from '../../../../../src/collector/seen.ts'
import type { Sample } from '../../../../../src/prometheus/text.ts'
import { reportLastSeen } from '../../../../../src/controllers/instrumentor/status/telemetry/last-seen-metric.ts'
import { createSeen } from '../../../../../src/controllers/instrumentor/seen/runner.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { createLog } from '../../../../../src/process/log.ts'
import { createMetrics } from '../../../../../src/process/metrics.ts'

const MINUTE_MS = 60_000

interface Place {
  nodeName: string
  createdMs: number
  workload: string
}

const collectorPod = (node: string, { ready = true, ip = '10.0.0.1' } = {}) =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `collector-${node}`, namespace: 'odigos-system', uid: `uid-${node}` },
    spec: { nodeName: node, containers: [{ name: 'collector' }] },
    status: {
      podIP: ip,
      containerStatuses: [{ name: 'collector', ready, restartCount: 0, image: 'c', imageID: 'c' }],
    },
  })

const sample = (name: string, pod: string, value: number, labels: Record<string, string> = {}): Sample => ({
  name,
  labels: { namespace: 'shop', pod, ...labels },
  value,
})
const spans = (pod: string, value: number): Sample => sample(SEEN_METRICS.traces, pod, value)

/** What caches have of one workload with one pod. */
const cartWith = (lastSeen: LastSeen) => {
  const config: InstrumentationConfig = {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { name: 'deployment-cart', namespace: 'shop' },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, containers: [] },
    status: { lastSeen },
  }
  const pod = podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart-1', namespace: 'shop' },
    spec: { containers: [{ name: 'app' }] },
  })
  const podsOf = (key: string) => (key === 'shop/Deployment/cart' ? [pod] : [])
  return { ownConfigs: () => [config], podsOf }
}

const scene = () => {
  let nowMs = 100 * MINUTE_MS
  const news: string[] = []
  const answers = new Map<string, Sample[] | Error>([['10.0.0.1:8889', []]])
  const places = new Map<string, Place>([
    ['shop/cart-1', { nodeName: 'node-1', createdMs: 99 * MINUTE_MS, workload: 'shop/Deployment/cart' }],
    ['shop/far-1', { nodeName: 'node-2', createdMs: 0, workload: 'shop/Deployment/far' }],
  ])
  const collectors = [collectorPod('node-1')]
  const asked: string[] = []
  const seen = createSeen({
    caches: {
      podsOf: (key) => (key === 'odigos-system/DaemonSet/odigos-node-collector' ? collectors : []),
      podOf: (namespace, name) => places.get(`${namespace}/${name}`),
    },
    config: { NAMESPACE: 'odigos-system', SILENCE_SECONDS: 600 },
    log: createLog('test', 'fatal'),
    metrics: createMetrics(),
    signal: new AbortController().signal,
    nowMs: () => nowMs,
    onNews: (key) => news.push(key),
    pull: (address) => {
      asked.push(address)
      const answer = answers.get(address)
      return answer instanceof Error || !answer
        ? Promise.reject(answer ?? new Error('refused'))
        : Promise.resolve(answer)
    },
  })
  return {
    seen,
    places,
    collectors,
    asked,
    /** Reads the collectors once, when they have counted this; returns the workloads about which that is news. */
    read: async (samples: Sample[] | Error, afterMs = 10_000): Promise<string[]> => {
      nowMs += afterMs
      answers.set('10.0.0.1:8889', samples)
      news.length = 0
      await seen.readAll()
      return [...news]
    },
    now: () => nowMs,
  }
}

describe('the reading of node collectors', () => {
  it('tells what arrives, and again once a minute', async () => {
    const { seen, read, now } = scene()
    await read([])
    assert.deepEqual(await read([spans('cart-1', 1)]), ['shop/Deployment/cart'])
    assert.deepEqual(seen.podTelemetry('shop', 'cart-1')?.arrivedMs, { traces: now() })
    assert.deepEqual(await read([spans('cart-1', 2)]), [])
    assert.deepEqual(await read([spans('cart-1', 3)], MINUTE_MS), ['shop/Deployment/cart'])
    assert.deepEqual(seen.podTelemetry('shop', 'cart-1')?.arrivedMs, { traces: now() })
    assert.deepEqual(await read([spans('cart-1', 3)], MINUTE_MS), [], 'nothing has arrived')
  })
  it('dates what it finds at first no later than it can have arrived', async () => {
    const { seen, read } = scene()
    assert.deepEqual(await read([spans('cart-1', 9)]), ['shop/Deployment/cart'])
    assert.deepEqual(seen.podTelemetry('shop', 'cart-1')?.arrivedMs, { traces: 99 * MINUTE_MS })
  })
  it('tells in a metric when telemetry last arrived, more exactly than the status, or else what that says', async () => {
    const { seen, read, now } = scene()
    await read([])
    await read([spans('cart-1', 1)])
    const metrics = createMetrics()
    const lastSeen = { traces: rfc3339(now() - 5 * MINUTE_MS), logs: rfc3339(now() - 7 * MINUTE_MS) }
    const caches = cartWith(lastSeen)
    reportLastSeen(metrics, caches, seen)
    const values = (await metrics.metrics())
      .split('\n')
      .flatMap((line) => /^odigos_last_seen_timestamp_seconds\{.*signal="(\w+)".*\} (\d+)$/.exec(line)?.slice(1) ?? [])
    assert.deepEqual(values, ['traces', `${now() / 1000}`, 'logs', `${now() / 1000 - 7 * 60}`])
  })
  it('reports the items of each workload, over restarts of collectors', async () => {
    const { seen, read, now } = scene()
    await read([spans('cart-1', 40)])
    await read([spans('cart-1', 42), sample(SEEN_METRICS.logs, 'cart-1', 7)])
    await read([spans('cart-1', 3)])
    const report = telemetryReportOf(cartWith({ metrics: rfc3339(now() - 9 * MINUTE_MS) }), seen)
    assert.deepEqual(telemetryReport.parse(report), report)
    const [cart] = report.workloads
    assert.deepEqual([cart?.namespace, cart?.kind, cart?.name], ['shop', 'Deployment', 'cart'])
    assert.deepEqual(
      cart?.signals.map(({ signal, items }) => [signal, items]),
      [
        ['traces', 45],
        ['metrics', 0],
        ['logs', 7],
      ],
    )
    assert.equal(cart?.signals[2]?.lastSeenTime, rfc3339(now() - 10_000))
  })
  it('believes no collector about a pod of another node, or that does not exist', async () => {
    const { seen, read } = scene()
    assert.deepEqual(await read([spans('far-1', 1), spans('nobody', 1)]), [])
    assert.equal(seen.podTelemetry('shop', 'far-1'), undefined)
    assert.equal(seen.podTelemetry('shop', 'nobody'), undefined)
  })
  it('adds up reports that are alike, and keeps few of one pod', async () => {
    const { seen, read } = scene()
    const report = (message: string, value = 1): Sample =>
      sample(SEEN_METRICS.reports, 'cart-1', value, {
        container: 'app',
        agent: 'nodejs',
        outcome: 'Loaded',
        reason: 'AgentLoaded',
        version: '1',
        message,
      })
    await read([])
    assert.deepEqual(await read([report('', 2)]), ['shop/Deployment/cart'])
    assert.deepEqual(await read([report('', 5)]), ['shop/Deployment/cart'])
    assert.deepEqual(
      seen.podTelemetry('shop', 'cart-1')?.reports.map(({ count }) => count),
      [5],
    )
    await read(Array.from({ length: 5_000 }, (_, index) => report(`spam ${index}`)))
    assert.equal(seen.podTelemetry('shop', 'cart-1')?.reports.length, 20)
  })
  it('forgets pods that are gone', async () => {
    const { seen, read, places } = scene()
    await read([spans('cart-1', 1)])
    places.delete('shop/cart-1')
    await read([spans('cart-1', 1)])
    assert.equal(seen.podTelemetry('shop', 'cart-1'), undefined)
  })
  it('knows since when it has read a node without a gap', async () => {
    const { seen, read, now } = scene()
    assert.equal(seen.watchedSinceMs('node-1'), undefined)
    await read([])
    const since = now()
    await read([], 50_000)
    await read(new Error('refused'), 20_000)
    assert.equal(seen.watchedSinceMs('node-1'), since, 'one failure is no gap')
    await read(new Error('refused'), 50_000)
    assert.equal(seen.watchedSinceMs('node-1'), undefined)
    await read([])
    assert.equal(seen.watchedSinceMs('node-1'), now())
    assert.equal(seen.watchedSinceMs('node-2'), undefined)
  })
  it('asks only collectors that are ready and have an address, also one of IPv6', async () => {
    const { collectors, asked, read } = scene()
    collectors.push(
      collectorPod('node-2', { ready: false, ip: '10.0.0.2' }),
      collectorPod('node-3', { ip: '' }),
      collectorPod('node-4', { ip: 'fd00::4' }),
    )
    await read([])
    assert.deepEqual(asked.toSorted(), ['10.0.0.1:8889', '[fd00::4]:8889'])
  })
})
