import assert from 'node:assert/strict'
import type { DestinationSpec } from '../../../../src/api/kinds/destination.ts'
import type { Sources } from '../../../../src/api/destinations/sources.ts'
import type { Selected } from '../../../../src/collector/ottl.ts'
import { selectorCondition, selects } from '../../../../src/collector/ottl.ts'
import { refuseBeyondRoom } from '../../../../src/controllers/autoscaler/queue-room.ts'
import { MAX_SELECTED } from '../../../../src/controllers/autoscaler/selection.ts'
import { judgeSources } from '../../../../src/controllers/autoscaler/sources/judge.ts'
import { resolveSources } from '../../../../src/controllers/autoscaler/sources/resolve.ts'
import { renderDestination } from '../../../../src/destinations/render.ts'
import { DISK } from '../../../support/collectors/settings.ts'

const workload = (namespace: string, name: string, labels = {}) => ({ namespace, kind: 'Deployment', name, labels })
const named = (namespace: string, name: string) => ({ namespace, kind: 'Deployment' as const, name })
const cluster = {
  namespaces: [
    { name: 'shop', labels: { team: 'a' } },
    { name: 'legacy', labels: { team: 'a' } },
    { name: 'pay', labels: {} },
  ],
  workloads: [
    workload('shop', 'web'),
    workload('shop', 'cart', { app: 'cart' }),
    workload('pay', 'cart', { app: 'cart' }),
  ],
}
const team = { matchLabels: { team: 'a' } }
const app = { matchLabels: { app: 'cart' } }

describe('what the sources of a Destination stand for', () => {
  const cases: [title: string, sources: Sources | undefined, selected: Selected][] = [
    ['everything, where there are none', undefined, {}],
    ['everything, where they are empty', { namespaceSelector: {} }, {}],
    ['languages', { languages: ['java'] }, { languages: ['java'] }],
    ['namespaces by label', { namespaceSelector: team }, { namespaces: ['legacy', 'shop'] }],
    [
      'namespaces by name, in order, whether they exist or not',
      { namespaces: ['x', 'pay'] },
      { namespaces: ['pay', 'x'] },
    ],
    ['all namespaces but some', { excludedNamespaces: ['pay', 'legacy'] }, { excludedNamespaces: ['legacy', 'pay'] }],
    [
      'names without those excluded',
      { namespaces: ['shop', 'pay'], excludedNamespaces: ['pay'] },
      { namespaces: ['shop'] },
    ],
    [
      'labels without those excluded',
      { namespaceSelector: team, excludedNamespaces: ['legacy'] },
      { namespaces: ['shop'] },
    ],
    ['labels and names', { namespaceSelector: team, namespaces: ['pay', 'shop'] }, { namespaces: ['shop'] }],
    [
      'workloads by label, in namespaces by name',
      { workloadSelector: app, namespaces: ['pay'], languages: ['go'] },
      { workloads: [named('pay', 'cart')], languages: ['go'] },
    ],
    [
      'workloads by name, in order, whether they exist or not',
      { workloads: [named('x', 'y'), named('shop', 'cart')] },
      { workloads: [named('shop', 'cart'), named('x', 'y')] },
    ],
    [
      'workloads by name in namespaces by label',
      { workloads: [named('pay', 'cart'), named('shop', 'web')], namespaceSelector: team },
      { workloads: [named('shop', 'web')] },
    ],
    [
      'workloads by name and label',
      { workloads: [named('shop', 'cart'), named('shop', 'web')], workloadSelector: app },
      { workloads: [named('shop', 'cart')] },
    ],
    [
      'workloads that are excluded',
      { workloads: [named('pay', 'cart')], excludedNamespaces: ['pay'] },
      { workloads: [] },
    ],
  ]
  for (const [title, sources, selected] of cases)
    it(title, () => assert.deepEqual(resolveSources(sources, cluster), selected))
})

describe('what is told of the sources of a Destination', () => {
  const judged = (sources: Sources | undefined, selectable: Parameters<typeof judgeSources>[1] = cluster) =>
    judgeSources(
      { metadata: { name: 'a', generation: 2 }, spec: { sources } } as unknown as Parameters<typeof judgeSources>[0],
      selectable,
    )
  const told = (sources: Sources | undefined): string | undefined => {
    const { sources: condition } = judged(sources)
    return condition && `${condition.status} ${condition.reason}: ${condition.message}`
  }

  it('nothing, where there are none', () => {
    assert.equal(told(undefined), undefined)
    assert.equal(told({}), undefined)
    assert.equal(judged({}).takes, undefined)
  })
  it('how many names match that exist', () => {
    assert.equal(told({ namespaces: ['shop', 'x'] }), 'True SourcesMatch: namespaces selected: 1')
    assert.equal(
      told({ workloads: [named('shop', 'cart'), named('x', 'y')], languages: ['go', 'java'] }),
      'True SourcesMatch: workloads selected: 1; languages: go, java',
    )
    assert.equal(told({ excludedNamespaces: ['x'] }), 'True SourcesMatch: namespaces excluded: 1')
    assert.equal(judged({ namespaces: ['shop'] }).sources?.observedGeneration, 2)
  })
  it('that nothing matches at present', () => {
    for (const sources of [{ namespaces: ['x'] }, { namespaceSelector: { matchLabels: { team: 'z' } } }])
      assert.match(told(sources) ?? '', /^False SourcesMatchNothing: spec\.sources matches no namespace at present/)
    for (const sources of [{ workloads: [named('x', 'y')] }, { workloadSelector: app, namespaces: ['legacy'] }])
      assert.match(told(sources) ?? '', /^False SourcesMatchNothing: .* no instrumented workload at present/)
  })
  it('that they match too much', () => {
    const workloads = Array.from({ length: MAX_SELECTED + 1 }, (_, index) =>
      workload('shop', `w-${index}`, { app: 'cart' }),
    )
    const [problem] = judged({ workloadSelector: app }, { ...cluster, workloads }).problems
    assert.equal(problem?.reason, 'SelectorTooBroad')
    assert.deepEqual(judged({ workloadSelector: app }).problems, [])
  })
})

describe('sources that take much of the configuration of collectors', () => {
  it('are refused where older Destinations leave no room, and no others', () => {
    const spec: DestinationSpec = {
      type: 'otlp',
      signals: ['traces', 'logs'],
      fields: { endpoint: 'b:4317' },
      disabled: false,
    }
    const candidate = (name: string, createdAt: string, kib: number) => ({
      name,
      createdAt,
      rendered: { ...renderDestination({ name, spec }, []), takes: 'x'.repeat(kib * 1024) },
    })
    const refusals = refuseBeyondRoom(
      [
        candidate('younger', '3', 100),
        candidate('oldest', '1', 100),
        candidate('small', '4', 10),
        candidate('old', '2', 80),
      ],
      DISK,
    )
    assert.deepEqual([...refusals.keys()], ['younger'])
    assert.deepEqual(refusals.get('younger'), {
      reason: 'SelectorTooBroad',
      message:
        'what spec.sources matches takes 200 KiB of the configuration of collectors; all Destinations may take 384 KiB, and older ones take 360',
    })
  })
})

describe('whether telemetry is selected', () => {
  const resource = (namespace: string, more = {}) => ({ 'k8s.namespace.name': namespace, ...more })
  const cases: [Selected, attributes: Record<string, string>, boolean][] = [
    [{}, {}, true],
    [{ namespaces: ['shop'] }, resource('shop'), true],
    [{ namespaces: ['shop'] }, resource('pay'), false],
    [{ namespaces: ['shop'] }, {}, false],
    [{ excludedNamespaces: ['shop'] }, resource('pay'), true],
    [{ excludedNamespaces: ['shop'] }, resource('shop'), false],
    [{ excludedNamespaces: ['shop'] }, {}, false],
    [{ workloads: [named('shop', 'cart')] }, resource('shop', { 'k8s.deployment.name': 'cart' }), true],
    [{ workloads: [named('shop', 'cart')] }, resource('shop', { 'k8s.job.name': 'cart' }), false],
    [{ workloads: [{ ...named('shop', 'cart'), kind: 'Unknown' }] }, resource('shop'), false],
    [{ languages: ['native'] }, { 'telemetry.sdk.language': 'cpp' }, true],
    [{ namespaces: ['shop'], languages: ['go'] }, resource('shop', { 'telemetry.sdk.language': 'java' }), false],
  ]
  for (const [selected, attributes, expected] of cases)
    it(`${selectorCondition(selected) ?? 'everything'} of ${JSON.stringify(attributes)}: ${expected}`, () =>
      assert.equal(selects(selected, attributes), expected))
})
