import assert from 'node:assert/strict'
import type { CollectorsGroup } from '../../../../src/api/kinds/collectors-group.ts'
import type { ScaleFacts } from '../../../../src/controllers/autoscaler/scaling/decide.ts'
import { decideScale } from '../../../../src/controllers/autoscaler/scaling/decide.ts'
import { createScalingRunner } from '../../../../src/controllers/autoscaler/scaling/runner.ts'
import { createUsage, loadOf } from '../../../../src/controllers/autoscaler/scaling/usage.ts'
import { createLog } from '../../../../src/process/log.ts'
import type { Sample } from '../../../../src/prometheus/text.ts'

const MiB = 2 ** 20
const MINUTES = 60_000
const usage = (cpuCores: number, heapMiB: number, more: object = {}) => ({
  collectors: 2,
  cpuCores,
  heapBytes: heapMiB * MiB,
  isRefusing: false,
  ...more,
})
const facts = (more: Partial<ScaleFacts>): ScaleFacts => ({
  min: 1,
  max: 6,
  desired: 2,
  ready: 2,
  requests: { cpuCores: 0.1, memoryBytes: 500 * MiB },
  usage: usage(0.3, 100),
  isDrained: true,
  lowSinceMs: undefined,
  nowMs: 60 * MINUTES,
  ...more,
})
const high = 'processor time is at 1000 % of what is aimed at'

describe('the number of gateways by their own figures', () => {
  const cases: [string, Partial<ScaleFacts>, ReturnType<typeof decideScale>][] = [
    ['stays where all is as it is aimed at', {}, { message: '' }],
    ['stays within a tenth', { usage: usage(0.32, 100) }, { message: '' }],
    [
      'grows with the processor time',
      { usage: usage(0.45, 100) },
      { replicas: 3, message: 'processor time is at 150 % of what is aimed at' },
    ],
    ['grows by two at once at most', { usage: usage(3, 100) }, { replicas: 4, message: high }],
    ['grows to the maximum', { usage: usage(3, 100), max: 3 }, { replicas: 3, message: high }],
    [
      'grows with the memory',
      { usage: usage(0.1, 525) },
      { replicas: 3, message: 'memory is at 150 % of what is aimed at' },
    ],
    [
      'grows by one where telemetry is refused',
      { usage: usage(0, 0, { isRefusing: true }) },
      { replicas: 3, message: 'collectors refuse telemetry' },
    ],
    ['does not grow beyond the maximum', { usage: usage(9, 900), max: 2 }, { message: '' }],
    ['stays while collectors start', { usage: usage(9, 900), ready: 1 }, { message: '' }],
    ['stays until each was read twice', { usage: usage(9, 900, { collectors: 1 }) }, { message: '' }],
    ['follows the bounds', { desired: 9 }, { replicas: 6, message: 'the bounds demand it' }],
    ['remembers since when fewer would do', { usage: usage(0.05, 50) }, { message: '', lowSinceMs: 60 * MINUTES }],
    [
      'shrinks after a quarter of an hour',
      { usage: usage(0.05, 50), lowSinceMs: 45 * MINUTES },
      { replicas: 1, message: 'one collector less is enough', lowSinceMs: 60 * MINUTES },
    ],
    [
      'does not shrink before',
      { usage: usage(0.05, 50), lowSinceMs: 46 * MINUTES },
      { message: '', lowSinceMs: 46 * MINUTES },
    ],
    [
      'does not shrink while something waits',
      { usage: usage(0.05, 50), lowSinceMs: 1, isDrained: false },
      { message: '', lowSinceMs: 1 },
    ],
    ['does not shrink where the others would have too much', { usage: usage(0.2, 50), lowSinceMs: 1 }, { message: '' }],
    ['does not shrink below the minimum', { usage: usage(0, 0), min: 2, lowSinceMs: 1 }, { message: '' }],
  ]
  for (const [name, more, expected] of cases) it(name, () => assert.deepEqual(decideScale(facts(more)), expected))
})

const samples = (cpu: number, heapMiB: number, refused = 0): Sample[] => [
  { name: 'otelcol_process_cpu_seconds_total', labels: {}, value: cpu },
  { name: 'otelcol_process_runtime_heap_alloc_bytes', labels: {}, value: heapMiB * MiB },
  { name: 'otelcol_receiver_refused_spans_total', labels: { transport: 'grpc' }, value: refused },
  { name: 'otelcol_receiver_refused_log_records_total', labels: { transport: 'grpc' }, value: 0 },
]

describe('what gateways use', () => {
  const readings = (...rounds: [atMs: number, cpu: number, refused?: number][]) => {
    const of = createUsage()
    for (const [atMs, cpu, refused] of rounds) {
      const load = loadOf(samples(cpu, 100, refused))
      assert.ok(load)
      of.read({ uid: 'a', group: 'g' }, load, atMs)
    }
    return of.of('g')
  }

  it('is the processor time between two readings, and the memory of the last', () => {
    assert.deepEqual(readings([0, 10], [20_000, 15]), {
      collectors: 1,
      cpuCores: 0.25,
      heapBytes: 100 * MiB,
      isRefusing: false,
    })
    assert.equal(readings([0, 10]).collectors, 0)
    assert.equal(readings([0, 10], [20_000, 1]).collectors, 0, 'it has started again')
    assert.equal(readings([0, 10, 5], [20_000, 15, 6]).isRefusing, true)
    assert.equal(loadOf([]), undefined)
  })
})

describe('scaling while the HorizontalPodAutoscaler has no metrics', () => {
  it('wants more of a group that is blind, and tells once', async () => {
    let nowMs = 0
    let isBlind = true
    let news = 0
    let cpu = 0
    const group = {
      metadata: { name: 'odigos-gateway', namespace: 'odigos-system' },
      spec: { replicas: { min: 1, max: 3 }, resources: { requests: { cpu: '100m', memory: '512Mi' } } },
    } as unknown as CollectorsGroup
    const runner = createScalingRunner({
      pods: () => [
        {
          metadata: { namespace: 'o', name: 'g-0', uid: 'g' },
          group: 'odigos-gateway',
          address: 'g:8888',
          damaged: [],
        },
      ],
      groups: () => [group],
      workload: () => ({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { namespace: 'odigos-system', name: 'odigos-gateway', uid: 'u' },
        contentHash: 'as seen',
        isDeleting: false,
        workload: { appliedHash: 'x', isObserved: true, desired: 1, updated: 1, ready: 1 },
      }),
      isBlind: () => isBlind,
      drained: () => new Set(),
      log: createLog('test', 'silent'),
      signal: new AbortController().signal,
      nowMs: () => nowMs,
      onNews: () => (news += 1),
      pull: () => Promise.resolve(samples(cpu, 100)),
    })
    const look = async (): Promise<[number, number | undefined]> => {
      await runner.readAll()
      nowMs += 15_000
      cpu += 15
      return [news, runner.view().get('odigos-gateway')?.replicas]
    }
    assert.deepEqual(await look(), [0, undefined])
    assert.deepEqual(await look(), [1, 3])
    assert.equal(runner.view().get('odigos-gateway')?.contentHash, 'as seen')
    assert.deepEqual(await look(), [1, 3])
    isBlind = false
    assert.deepEqual(await look(), [2, undefined])
  })
})
