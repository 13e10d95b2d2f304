import assert from 'node:assert/strict'
import type { Condition } from '../../../src/api/conditions.ts'
import { attentionOf } from '../../../src/view/attention/attention.ts'
import type { ClusterView, DestinationView, WorkloadView } from '../../../src/view/view.ts'
import { condition, destination, viewOf, workload } from '../../support/ui/view-parts.ts'
import { flowOf } from '../../../ui/model/flow.ts'

const keys = (view: ClusterView): string[] => attentionOf(view).map(({ key }) => key)

describe('what needs attention', () => {
  it('tells of collectors that are ready and do not hand on, and not of what passes by itself', () => {
    const collectors = (conditions: Condition[], ready = 2): ClusterView['collectors'] => ({
      nodes: { name: 'nodes', role: 'Node', signals: ['traces'], ready, desired: 2, conditions },
    })
    const keysOf = (conditions: Condition[], ready?: number) =>
      keys(viewOf([], undefined, collectors(conditions, ready)))
    const stuck = condition('HandingOn', 'False', 'GatewayNotReached')
    assert.deepEqual(keysOf([condition('Ready', 'True', 'Deployed'), stuck]), ['collectors-GatewayNotReached'])
    assert.deepEqual(keysOf([condition('QueuesIntact', 'False', 'QueuesDamaged')]), ['collectors-QueuesDamaged'])
    assert.deepEqual(keysOf([condition('Configured', 'False', 'BeingTried')]), [])
    assert.deepEqual(keysOf([stuck], 1), ['collectors'])
  })

  it('is nothing where all is well', () => assert.deepEqual(keys(viewOf([workload('cart')])), []))

  it('has the worst first', () => {
    const refused = workload('reviews', {
      state: 'NotInstrumented',
      containers: [{ name: 'app', reason: 'NotSupported', message: '' }],
    })
    const workloads = [workload('cart', { state: 'RestartRequired' }), refused, workload('p', { state: 'RolledBack' })]
    assert.deepEqual(keys(viewOf(workloads)), ['rolled-back-RolledBack', 'restart', 'left-alone-NotSupported'])
  })

  it('tells why new pods would not get the chosen agent, but not while that is being tried', () => {
    const held = (name: string, reason: Condition['reason']): WorkloadView =>
      workload(name, {
        state: 'NotInstrumented',
        containers: [{ name: 'app', agent: 'nodejs', reason: 'AgentSelected', message: '' }],
        conditions: [condition('Instrumented', 'False', reason)],
      })
    const groups = attentionOf(
      viewOf([held('a', 'WebhookNotCalled'), held('b', 'AgentSelected'), held('c', 'MemoryTooSmall')]),
    )
    assert.deepEqual(
      groups.map(({ key, items }) => [key, items.map(({ label }) => label)]),
      [
        ['held-WebhookNotCalled', ['a']],
        ['held-MemoryTooSmall', ['c']],
      ],
    )
    assert.equal(groups[0]?.items[0]?.detail, 'shop · Deployment · because')
  })

  it('tells of agents that were removed from some containers only, with what happened', () => {
    const conditions = [
      condition('Instrumented', 'True', 'TelemetryArrives'),
      condition('RolledBack', 'True', 'RolledBack'),
    ]
    const [first, ...others] = attentionOf(viewOf([workload('cart', { conditions })]))
    assert.deepEqual(
      [first?.key, first?.items[0]?.detail, others],
      ['partly-rolled-back', 'shop · Deployment · because', []],
    )
  })

  it('tells why agents were removed', () => {
    const harmed = (name: string, reason: Condition['reason']): WorkloadView =>
      workload(name, {
        state: 'RolledBack',
        conditions: [condition('Instrumented', 'False', reason), condition('RolledBack', 'True', 'RestartIneffective')],
      })
    const groups = attentionOf(
      viewOf([harmed('a', 'AdmissionRefused'), harmed('b', 'AgentImageUnavailable'), harmed('c', 'RolledBack')]),
    )
    assert.deepEqual(
      groups.map(({ title, items }) => [title, items.map(({ label }) => label)]),
      [
        ['1 workload was rolled back: the API server refuses pods with the agent, so it was removed', ['a']],
        ["1 workload was rolled back: nodes cannot pull the agent's image for the namespace", ['b']],
        ['1 workload was rolled back: pods failed after the agent was added, so it was removed', ['c']],
      ],
    )
  })

  it('names the cause where nothing arrives, and what the processes report', () => {
    const reported = { name: 'app', agent: 'python', outcome: 'StoodBack', reason: 'OwnSdk', time: '' } as const
    const groups = attentionOf(
      viewOf([
        workload('new', { state: 'Injected' }),
        workload('cart', {
          state: 'NothingArrives',
          cause: 'AgentStoodBack',
          containers: [{ name: 'app', agent: 'python', reason: 'AgentSelected', message: '', reported }],
        }),
        workload('shaded', { state: 'NothingArrives', cause: 'ServerNotInstrumented' }),
        workload('unknown', { state: 'NothingArrives' }),
      ]),
    )
    assert.deepEqual(
      groups.map(({ key, severity, items }) => [key, severity, items.map(({ detail }) => detail)]),
      [
        ['silent-AgentStoodBack', 'warn', ['shop · Deployment · OwnSdk']],
        ['silent-ServerNotInstrumented', 'warn', ['shop · Deployment']],
        ['silent-NothingArrives', 'warn', ['shop · Deployment']],
      ],
    )
  })

  it('counts no application as instrumented from which nothing has arrived', () => {
    const pods = { total: 2, instrumented: 1, outdated: 1, missed: 0 }
    const lastSeen = { traces: '2026-01-01T00:00:00Z' }
    const [applications] = flowOf(
      viewOf([
        workload('seen', { pods, lastSeen }),
        workload('injected', { state: 'Injected', pods }),
        workload('silent', { state: 'NothingArrives', pods }),
        workload('old', { state: 'RestartRequired', pods }),
        workload('restarting', { state: 'RestartRequired', pods, lastSeen }),
      ]),
    )
    assert.deepEqual([applications?.figure, applications?.of, applications?.tone], [2, 5, 'warn'])
  })

  it('offers a restart for what can be restarted', () => {
    const [group] = attentionOf(
      viewOf([
        workload('cart', { state: 'RestartRequired' }),
        workload('job', { id: 'shop/CronJob/job', kind: 'CronJob', state: 'RestartRequired' }),
      ]),
    )
    assert.deepEqual(
      group?.items.map(({ restart }) => restart),
      ['shop/Deployment/cart', undefined],
    )
  })

  it('leads to a new destination only where there is none', () => {
    const waiting = [workload('cart', { state: 'WaitingForDestination' })]
    assert.equal(attentionOf(viewOf(waiting, []))[0]?.action?.href, '/destinations/new')
    assert.equal(attentionOf(viewOf(waiting))[0]?.action, undefined)
  })

  it('does not complain of databases, nor of destinations that were switched off', () => {
    const database = workload('pg', {
      state: 'NotInstrumented',
      containers: [{ name: 'pg', reason: 'Infrastructure', message: '' }],
    })
    const off = destination({ disabled: true, conditions: [condition('Accepted', 'False', 'Disabled')] })
    assert.deepEqual(keys(viewOf([database], [off])), [])
  })

  for (const reason of ['IgnoredNamespace', 'IgnoredContainer', 'OverriddenByUser'] as const) {
    it(`does not complain of what someone wanted: ${reason}`, () => {
      const containers = [{ name: 'app', reason, message: '' }]
      assert.deepEqual(keys(viewOf([workload('cart', { state: 'NotInstrumented', containers })])), [])
    })
  }

  it('names what is wrong with a destination', () => {
    const wrong = destination({ conditions: [condition('Accepted', 'False', 'MissingSecret')] })
    const [group] = attentionOf(viewOf([], [wrong]))
    assert.equal(group?.key, 'destination-MissingSecret')
    assert.equal(group?.severity, 'bad')
    assert.equal(group?.items[0]?.detail, 'because')
  })

  it('shows a reason of a newer controller as it is', () => {
    const unknown = condition('Accepted', 'False', 'MoonPhase' as 'Valid')
    assert.match(attentionOf(viewOf([], [destination({ conditions: [unknown] })]))[0]?.title ?? '', /: MoonPhase$/)
  })

  it('names what is wrong with the OdigosConfig, before all else', () => {
    const view = viewOf([workload('p', { state: 'RolledBack' })])
    const [group] = attentionOf({ ...view, status: { ...view.status, settingsProblem: 'mode: invalid' } })
    assert.deepEqual([group?.key, group?.items[0]?.detail], ['settings', 'mode: invalid'])
  })
})

describe('the way of telemetry', () => {
  it('counts what could be instrumented, and does not count databases', () => {
    const database = workload('pg', { state: 'NotInstrumented' })
    const off = workload('off', { wanted: false, state: 'NotOptedIn' })
    const [applications] = flowOf(viewOf([workload('cart'), workload('x', { state: 'Detecting' }), database, off]))
    assert.deepEqual([applications?.figure, applications?.of], [1, 2])
  })
  it('says of destinations what is known: that they are accepted', () => {
    const refused = destination({ name: 'b', conditions: [condition('Accepted', 'False', 'MissingSecret')] })
    const edited = destination({
      generation: 2,
      conditions: [{ ...condition('Accepted', 'True', 'Valid'), observedGeneration: 1 }],
    })
    const noteOf = (...all: DestinationView[]) => flowOf(viewOf([], all)).at(-1)?.note
    assert.equal(noteOf(destination()), 'accepted')
    assert.equal(noteOf(destination(), refused), '1 needs attention')
    assert.equal(noteOf(edited), 'pending')
    assert.equal(noteOf(), 'none yet')
  })
  it('flows only where collectors are ready', () => {
    const node = { name: 'n', role: 'Node' as const, signals: [], ready: 0, desired: 1, conditions: [] }
    const [, collectors] = flowOf(viewOf([workload('cart')], undefined, { n: node }))
    assert.deepEqual([collectors?.tone, collectors?.flows], ['busy', false])
  })
})
