/** How often the status of workloads is written while they work, by a simulation of what node collectors count. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { SEEN_METRICS } from '../../../../../src/collector/seen.ts'
import { seenOf } from '../../../../../src/controllers/instrumentor/gather.ts'
import { reconcile } from '../../../../../src/controllers/instrumentor/reconcile.ts'
import { createSeen } from '../../../../../src/controllers/instrumentor/seen/runner.ts'
import type { Sample } from '../../../../../src/prometheus/text.ts'
import { afterActions, edited } from '../../../../support/instrumentor/instrumentor-case.ts'
import { observedPod, seenOptions } from '../../../../support/instrumentor/seen-case.ts'

const READ_MS = 10_000
const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-11-23T10:00:10Z')

const REPORT = {
  container: 'app',
  agent: 'nodejs',
  outcome: 'Loaded',
  reason: 'AgentLoaded',
  version: '1',
  message: '',
}

/** What the collector has counted of a pod: each signal in a phase of its own, and processes that start all the time. */
const samplesOf = (index: number, elapsedMs: number): Sample[] => {
  const every = (ms: number, phase: number): number => Math.floor((elapsedMs + ((index * phase) % ms)) / ms)
  const labels = { namespace: 'shop', pod: `pod-${index}` }
  return [
    { name: SEEN_METRICS.traces, labels, value: every(READ_MS, 1) },
    { name: SEEN_METRICS.servers, labels, value: every(3 * READ_MS, 17_000) },
    { name: SEEN_METRICS.metrics, labels, value: every(MINUTE_MS, 7_000) },
    { name: SEEN_METRICS.logs, labels, value: every(7 * READ_MS, 11_000) },
    { name: SEEN_METRICS.reports, labels: { ...labels, ...REPORT }, value: every(2 * MINUTE_MS, 13_000) },
  ].filter(({ value }) => value > 0)
}

/** Lets time pass for working workloads; returns how often a status was written in the minutes after the first ones. */
const writesOf = async (workloads: number, { warmUp, minutes }: { warmUp: number; minutes: number }) => {
  let nowMs = START_MS
  const news = new Set<string>()
  const options = seenOptions()
  const seen = createSeen({
    ...options,
    caches: {
      ...options.caches,
      podOf: (_, pod) => ({ nodeName: 'node-1', createdMs: START_MS - READ_MS, workload: pod }),
    },
    nowMs: () => nowMs,
    onNews: (pod) => news.add(pod),
    pull: () =>
      Promise.resolve(Array.from({ length: workloads }, (_, index) => samplesOf(index, nowMs - START_MS)).flat()),
  })
  const configs = new Map<string, InstrumentationConfig | undefined>()
  const reconcileOne = (pod: string): number => {
    const observed = observedPod(pod)
    const before =
      configs.get(pod) ??
      edited(afterActions(undefined, reconcile({ ...observed, config: undefined })), {
        spec: { pipeline: { collectorsGroup: 'g', endpoint: 'http://c:4318', signals: ['traces', 'metrics', 'logs'] } },
      })
    const actions = reconcile({ ...observed, config: before, nowMs, seen: seenOf(pod, observed.pods, seen) })
    configs.set(pod, afterActions(before, actions))
    return actions.filter((action) => action.do === 'status').length
  }
  let writes = 0
  for (const endMs = START_MS + (warmUp + minutes) * MINUTE_MS; nowMs < endMs; nowMs += READ_MS) {
    news.clear()
    await seen.readAll()
    const written = [...news].reduce((sum, pod) => sum + reconcileOne(pod), 0)
    if (nowMs >= START_MS + warmUp * MINUTE_MS) writes += written
  }
  return { writes, configs: [...configs.values()], nowMs }
}

describe('the writes of the status of workloads that work', function () {
  this.timeout(300_000)
  it('are fewer than two a second for 1,000 workloads, and the status is exact to ten minutes', async () => {
    const minutes = 10
    const { writes, configs, nowMs } = await writesOf(1_000, { warmUp: 5, minutes })
    assert.ok(writes > 0)
    assert.ok(writes / (minutes * 60) < 2, `${writes} writes in ${minutes} minutes`)
    for (const config of configs) {
      const { state, lastSeen, agents } = config?.status ?? {}
      assert.equal(state, 'Instrumented')
      for (const time of [lastSeen?.traces, lastSeen?.metrics, lastSeen?.logs, agents?.[0]?.time])
        assert.ok(nowMs - Date.parse(time ?? '') < 13 * MINUTE_MS, time)
    }
  })
})
