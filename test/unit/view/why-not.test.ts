/** How far the telemetry of a workload comes, for each place at which it can stop. */
import assert from 'node:assert/strict'
import type { Condition } from '../../../src/api/conditions.ts'
import type { ClusterView, CollectorsView, DestinationView, WorkloadView } from '../../../src/view/view.ts'
import { obstacleOf, wayOf } from '../../../src/view/why-not.ts'
import { condition, destination, viewOf, workload } from '../../support/ui/view-parts.ts'

const GOOD: Partial<WorkloadView> = {
  containers: [{ name: 'app', reason: 'AgentSelected', message: '', agent: 'python' }],
  pipeline: { collectorsGroup: 'node', signals: ['traces'] },
  lastSeen: { traces: '2026-01-01T00:00:00Z' },
}
const DELIVERING = destination({
  conditions: [condition('Accepted', 'True', 'Valid'), condition('Delivering', 'True', 'Delivering')],
})
const collectors = (ready: number, conditions: Condition[] = []): ClusterView['collectors'] => {
  const group: CollectorsView = { name: 'gateway', role: 'Gateway', signals: ['traces'], ready, desired: 1, conditions }
  return { gateway: group }
}

interface Case {
  change?: Partial<WorkloadView>
  destinations?: DestinationView[]
  groups?: ClusterView['collectors']
  /** Step, outcome and reason of what is in the way. */
  obstacle: string | undefined
  remedy?: RegExp
}

const CASES: Record<string, Case> = {
  'nothing is in the way': { obstacle: undefined },
  'no label': {
    change: { wanted: false, decidedBy: 'mode', state: 'NotOptedIn' },
    obstacle: 'OptedIn stopped NotOptedIn',
    remedy: /^kubectl label namespace shop odigos-instrumentation=enabled/,
  },
  'a label of the workload opts it out': {
    change: { wanted: false, decidedBy: 'workload', state: 'OptedOut' },
    obstacle: 'OptedIn stopped OptedOut',
    remedy: /^kubectl label deployment\/cart -n shop odigos-instrumentation-$/,
  },
  'a label of the namespace opts it out': {
    change: { wanted: false, decidedBy: 'namespace', state: 'OptedOut' },
    obstacle: 'OptedIn stopped OptedOut',
    remedy: /^kubectl label namespace shop odigos-instrumentation=enabled/,
  },
  'the namespace is ignored': {
    change: { wanted: false, decidedBy: 'ignored', state: 'OptedOut' },
    obstacle: 'OptedIn stopped IgnoredNamespace',
    remedy: /ignoredNamespaces/,
  },
  'it is being detected': {
    change: { state: 'Detecting', containers: [] },
    obstacle: 'Detected waiting NotDetectedYet',
  },
  'no agent supports it': {
    change: {
      state: 'NotInstrumented',
      containers: [{ name: 'app', reason: 'NotSupported', message: 'no agent for ruby' }],
    },
    obstacle: 'Detected stopped NotSupported',
  },
  'no destination': {
    change: { pipeline: undefined as never, state: 'WaitingForDestination' },
    destinations: [],
    obstacle: 'Pipeline stopped WaitingForDestination',
  },
  'pods are older than the decision': {
    change: { state: 'RestartRequired' },
    obstacle: 'Pods stopped RestartRequired',
    remedy: /^kubectl rollout restart deployment\/cart -n shop$/,
  },
  'the next run of a CronJob gets it': {
    change: { state: 'RestartRequired', kind: 'CronJob' },
    obstacle: 'Pods stopped RestartRequired',
    remedy: /next run/,
  },
  'it was rolled back': {
    change: { state: 'RolledBack', conditions: [condition('RolledBack', 'True', 'RolledBack')] },
    obstacle: 'Pods stopped RolledBack',
    remedy: /spec\/rollback/,
  },
  'pods would be refused': {
    change: { state: 'NotInstrumented', conditions: [condition('Instrumented', 'False', 'AdmissionRefused')] },
    obstacle: 'Pods stopped AdmissionRefused',
  },
  'nothing arrives': {
    change: { state: 'NothingArrives', cause: 'CollectorNotReached' },
    obstacle: 'Telemetry stopped CollectorNotReached',
    remedy: /NetworkPolicies/,
  },
  'there is no traffic yet': { change: { state: 'Injected' }, obstacle: 'Telemetry waiting NoTraffic' },
  'no gateway is ready': { groups: collectors(0), obstacle: 'Collectors stopped undefined' },
  'a gateway is not reached': {
    groups: collectors(1, [condition('HandingOn', 'False', 'GatewayNotReached')]),
    obstacle: 'Collectors stopped undefined',
  },
  'a wrong token': {
    destinations: [destination({ conditions: [condition('Delivering', 'False', 'AllDataRejected')] })],
    obstacle: 'Destinations stopped AllDataRejected',
  },
  'no destination for its signals': {
    destinations: [{ ...DELIVERING, signals: ['logs'] }],
    obstacle: 'Destinations stopped WaitingForDestination',
  },
  'a disabled destination is none': {
    destinations: [{ ...DELIVERING, disabled: true }],
    obstacle: 'Destinations stopped WaitingForDestination',
  },
  'it is not known whether a destination accepts': {
    destinations: [destination({ conditions: [condition('Delivering', 'Unknown', 'NoTelemetryYet')] })],
    obstacle: 'Destinations waiting NoTelemetryYet',
  },
}

describe('how far the telemetry of a workload comes', () => {
  for (const [
    name,
    { change, destinations = [DELIVERING], groups = collectors(1), obstacle, remedy },
  ] of Object.entries(CASES))
    it(name, () => {
      const cart = workload('cart', { ...GOOD, ...change })
      const steps = wayOf(viewOf([cart], destinations, groups), cart)
      const found = obstacleOf(steps)
      assert.equal(found && `${found.step} ${found.outcome} ${found.reason}`, obstacle)
      if (remedy) assert.match(found?.remedy ?? '', remedy)
      assert.equal(steps.length, 7)
    })

  it('steps after one that has not passed are not judged, but what is not of the workload is', () => {
    const cart = workload('cart', { ...GOOD, state: 'RestartRequired' })
    const outcomes = wayOf(viewOf([cart], [DELIVERING], collectors(1)), cart).map(({ outcome }) => outcome)
    assert.deepEqual(outcomes, ['passed', 'passed', 'passed', 'stopped', 'later', 'passed', 'passed'])
  })

  it('says what the processes report, where the agent left them alone', () => {
    const reported = {
      name: 'app',
      agent: 'python',
      outcome: 'StoodBack' as const,
      reason: 'OtherAgent',
      message: 'ddtrace was loaded before',
      time: '2026-01-01T00:00:00Z',
    }
    const containers = [{ name: 'app', reason: 'AgentSelected', message: '', agent: 'python', reported }]
    const cart = workload('cart', { ...GOOD, state: 'NothingArrives', cause: 'AgentStoodBack', containers } as never)
    const found = obstacleOf(wayOf(viewOf([cart], [DELIVERING], collectors(1)), cart))
    assert.match(found?.message ?? '', /OtherAgent: ddtrace was loaded before/)
  })
})
