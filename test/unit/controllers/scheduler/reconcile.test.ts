import assert from 'node:assert/strict'
import type { CollectorsGroup } from '../../../../src/api/kinds/collectors-group.ts'
import type { DestinationSpec } from '../../../../src/api/kinds/destination.ts'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { AssignedWorkload, Observed, SchedulerAction } from '../../../../src/controllers/scheduler/reconcile.ts'
import { reconcile } from '../../../../src/controllers/scheduler/reconcile.ts'

type ObservedDestination = Observed['destinations'][number]

const destination = (
  spec: Partial<DestinationSpec> = {},
  accepted: { status: 'True' | 'False'; observedGeneration: number } = { status: 'True', observedGeneration: 2 },
): ObservedDestination => ({
  metadata: { name: 'd', namespace: 'odigos-system', generation: 2 },
  spec: { type: 'otlp', signals: ['traces'], fields: {}, disabled: false, ...spec },
  status: {
    conditions: [
      { type: 'Accepted', reason: 'Valid', message: '', lastTransitionTime: '2026-01-01T00:00:00Z', ...accepted },
    ],
  },
})
const observed = (changes: Partial<Observed> = {}): Observed => ({
  namespace: 'odigos-system',
  config: effectiveConfig({}),
  destinations: [],
  groups: [],
  workloads: [],
  ...changes,
})
const cart: AssignedWorkload = { namespace: 'shop', name: 'deployment-cart', uid: 'u1' }

/** The observed world after the actions were done. */
const after = (before: Observed, actions: SchedulerAction[]): Observed => {
  const groups = new Map(before.groups.map((group) => [group.metadata.name, group]))
  const workloads = new Map(before.workloads.map((workload) => [workload.name, workload]))
  for (const action of actions) {
    if (action.do === 'apply') groups.set(action.object.metadata.name, action.object)
    if (action.do === 'delete') groups.delete(action.name)
    if (action.do === 'assign') workloads.set(action.workload.name, { ...action.workload, pipeline: action.pipeline })
  }
  return { ...before, groups: [...groups.values()], workloads: [...workloads.values()] }
}
const settle = (world: Observed): Observed => after(world, reconcile(world))
const summary = (world: Observed): string[] =>
  world.groups.map(({ metadata, spec }) => `${metadata.name}: ${spec.signals.join(' ')}`)

describe('scheduler', () => {
  it('wants nothing where there is no Destination', () => {
    assert.deepEqual(reconcile(observed({ workloads: [cart] })), [])
  })

  it('wants a node collector and a gateway, and assigns every workload, where there is one', () => {
    const world = settle(observed({ destinations: [destination()], workloads: [cart] }))
    assert.deepEqual(
      world.groups.map(({ spec }) => spec),
      [
        { role: 'node', signals: ['traces'], size: { memoryLimitMiB: 256, cpuRequestMillicores: 100 } },
        {
          role: 'gateway',
          signals: ['traces'],
          size: { memoryLimitMiB: 512, cpuRequestMillicores: 100 },
          replicas: { min: 1, max: 3 },
        },
      ],
    )
    assert.deepEqual(world.workloads[0]?.pipeline, {
      collectorsGroup: 'odigos-node-collector',
      endpoint: 'http://odigos-node-collector.odigos-system.svc:4318',
      signals: ['traces'],
    })
  })

  it('has nothing to do after what it did', () => {
    const world = settle(observed({ destinations: [destination({ signals: ['logs', 'traces'] })], workloads: [cart] }))
    assert.deepEqual(reconcile(world), [])
    const gone = settle({ ...world, destinations: [] })
    assert.deepEqual(reconcile(gone), [])
  })

  it('takes pipelines away before the collectors, when the last Destination goes', () => {
    const world = settle(observed({ destinations: [destination()], workloads: [cart] }))
    const actions = reconcile({ ...world, destinations: [] })
    assert.deepEqual(
      actions.map((action) => action.do),
      ['assign', 'delete', 'delete'],
    )
    assert.equal(after(world, actions).workloads[0]?.pipeline, undefined)
  })

  it('keeps collectors and pipelines while the Destination is refused, and removes them when it is switched off', () => {
    const both = destination({ signals: ['traces', 'logs'] })
    const world = settle(observed({ destinations: [both], workloads: [cart] }))
    const refused = destination({ signals: ['traces', 'metrics'] }, { status: 'False', observedGeneration: 2 })
    const kept = settle({ ...world, destinations: [refused] })
    assert.deepEqual(summary(kept), ['odigos-node-collector: traces', 'odigos-gateway: traces'])
    assert.deepEqual(kept.workloads[0]?.pipeline?.signals, ['traces'])
    const off = settle({ ...kept, destinations: [{ ...refused, spec: { ...refused.spec, disabled: true } }] })
    assert.deepEqual(summary(off), [])
  })

  const groupsFor: [string, ObservedDestination[], string[]][] = [
    ['a disabled Destination', [destination({ disabled: true })], []],
    ['a refused one', [destination({}, { status: 'False', observedGeneration: 2 })], []],
    ['one that nobody judged yet', [{ ...destination(), status: {} }], []],
    ['one that was accepted as it was before', [destination({}, { status: 'True', observedGeneration: 1 })], []],
    [
      'several, one of them refused',
      [
        destination({ signals: ['logs'] }),
        destination({ signals: ['traces', 'logs'] }),
        destination({ signals: ['metrics'] }, { status: 'False', observedGeneration: 2 }),
      ],
      ['odigos-node-collector: traces logs', 'odigos-gateway: traces logs'],
    ],
  ]
  for (const [name, destinations, expected] of groupsFor)
    it(`takes account of ${name}`, () => assert.deepEqual(summary(settle(observed({ destinations }))), expected))

  it('has agents send no more than the OdigosConfig allows', () => {
    const config = effectiveConfig({ signals: ['metrics'] })
    const world = settle(
      observed({ config, destinations: [destination({ signals: ['traces', 'metrics'] })], workloads: [cart] }),
    )
    assert.deepEqual(world.workloads[0]?.pipeline?.signals, ['metrics'])
  })

  it('follows the sizes of the OdigosConfig', () => {
    const size = { memoryLimitMiB: 1000, cpuRequestMillicores: 500 }
    const config = effectiveConfig({ collectors: { node: size, gateway: size, gatewayReplicas: { min: 2, max: 9 } } })
    const before = settle(observed({ destinations: [destination()] }))
    const world = settle({ ...before, config })
    assert.deepEqual(
      world.groups.map(({ spec }) => [spec.size.memoryLimitMiB, spec.replicas]),
      [
        [1000, undefined],
        [1000, { min: 2, max: 9 }],
      ],
    )
  })

  it('leaves a group alone that somebody else made', () => {
    const foreign = {
      metadata: { name: 'mine', namespace: 'odigos-system' },
      spec: { role: 'node', signals: [], size: { memoryLimitMiB: 64, cpuRequestMillicores: 10 } },
    } as unknown as CollectorsGroup
    assert.deepEqual(reconcile(observed({ groups: [foreign] })), [])
  })
})
