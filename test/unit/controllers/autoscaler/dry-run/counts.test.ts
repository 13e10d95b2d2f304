import assert from 'node:assert/strict'
import type { Action } from '../../../../../src/api/kinds/action.ts'
import { actionSpec } from '../../../../../src/api/kinds/action.ts'
import { createDryRunCounts, isTried } from '../../../../../src/controllers/autoscaler/dry-run/counts.ts'
import { createDryRunRunner } from '../../../../../src/controllers/autoscaler/dry-run/runner.ts'
import { createLog } from '../../../../../src/process/log.ts'
import type { Sample } from '../../../../../src/prometheus/text.ts'

const action = (name: string, generation = 1, more: object = {}): Action => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Action',
  metadata: { name, namespace: 'odigos-system', generation },
  spec: actionSpec.parse({ type: 'SampleTraces', sampleTraces: { ratio: 0.5 }, mode: 'DryRun', ...more }),
})

const samples = (name: string, items: number, dropped: number): Sample[] => [
  { name: 'odigos_dry_run_spans_total', labels: { odigos_dry_run: name }, value: items },
  { name: 'odigos_dry_run_dropped_spans_total', labels: { odigos_dry_run: name }, value: dropped },
]

describe('what Actions in mode DryRun would have dropped', () => {
  const tried = [action('half')]
  const counting = (...before: string[]) => {
    const counts = createDryRunCounts()
    counts.list(tried, new Set(before), 0)
    return {
      ...counts,
      sums: () => {
        const { items, dropped } = counts.view(tried).get('half')?.signals[0] ?? {}
        return [items, dropped]
      },
    }
  }

  it('is the sum over all gateways of what they count from then on', () => {
    const counts = counting('old')
    counts.read('old', samples('half', 100, 50))
    counts.read('new', samples('half', 10, 4))
    assert.deepEqual(counts.sums(), [10, 4])
    counts.read('old', samples('half', 130, 65))
    counts.read('new', samples('half', 11, 5))
    assert.deepEqual(counts.sums(), [41, 20])
  })

  it('counts all of a series that was not there before', () => {
    const counts = counting('old')
    counts.read('old', [])
    counts.read('old', samples('half', 7, 3))
    assert.deepEqual(counts.sums(), [7, 3])
  })

  it('goes on where a counter starts again', () => {
    const counts = counting()
    counts.read('a', samples('half', 7, 3))
    counts.read('a', samples('half', 2, 1))
    assert.deepEqual(counts.sums(), [9, 4])
  })

  it('is of one Action, and begins again when it is changed', () => {
    const counts = counting()
    counts.read('a', [...samples('half', 7, 3), ...samples('other', 70, 30)])
    assert.deepEqual(counts.sums(), [7, 3])
    counts.list([action('half', 2)], new Set(['a']), 5_000)
    assert.deepEqual(counts.sums(), [0, 0])
    assert.equal(counts.view(tried).get('half')?.sinceTime, '1970-01-01T00:00:05Z')
    counts.list([], new Set(), 6_000)
    assert.equal(counts.view(tried).size, 0)
  })

  it('is only of Actions that drop, in that mode, and not disabled', () => {
    assert.equal(isTried(action('a')), true)
    assert.equal(isTried(action('a', 1, { disabled: true })), false)
    assert.equal(isTried(action('a', 1, { mode: 'Enforce' })), false)
    assert.throws(
      () => actionSpec.parse({ type: 'DeleteAttributes', signals: ['logs'], deleteAttributes: ['a'], mode: 'DryRun' }),
      /mode DryRun is allowed with the types SampleTraces and DropTelemetry only/,
    )
  })

  it('is published at once, and then once a minute', async () => {
    let nowMs = 0
    let items = 1
    let news = 0
    const actions: Action[] = [action('half')]
    const runner = createDryRunRunner({
      pods: () => [
        {
          metadata: { namespace: 'o', name: 'g', uid: 'g' },
          group: 'odigos-gateway',
          seenAddress: 'g:8889',
          damaged: [],
        },
      ],
      actions: () => actions,
      log: createLog('test', 'silent'),
      signal: new AbortController().signal,
      nowMs: () => nowMs,
      onNews: () => (news += 1),
      pull: () => Promise.resolve(samples('half', items, 0)),
    })
    const read = async (atMs: number, value: number): Promise<[number, number | undefined]> => {
      nowMs = atMs
      items = value
      await runner.readAll()
      return [news, runner.view().get('half')?.signals[0]?.items]
    }
    assert.deepEqual(await read(0, 1), [1, 0])
    assert.deepEqual(await read(30_000, 5), [1, 0])
    assert.deepEqual(await read(60_000, 9), [2, 8])
    assert.deepEqual(await read(120_000, 9), [2, 8])
    actions.pop()
    assert.deepEqual(await read(125_000, 9), [3, undefined])
  })
})
