/** Whether telemetry has arrived, and the cause where it has not, by what is known at one moment. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { instrumentationConfigKind } from '../../../../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { reconcile } from '../../../../../src/controllers/instrumentor/reconcile.ts'
import type { Moment } from '../../../../support/instrumentor/instrumentor-case.ts'
import { afterActions, edited, observedAt } from '../../../../support/instrumentor/instrumentor-case.ts'
import { injectedPod } from '../../../../support/instrumentor/seen-case.ts'

type Status = NonNullable<InstrumentationConfig['status']>
type MomentOfPod = NonNullable<Moment['seen']>[string]

const at = (time: string): string => `2026-11-23T${time}Z`

interface Case {
  /** As an annotation demands. */
  agent?: string
  /** The container's probe. */
  probe?: object
  signals?: string[]
  now?: string
  ready?: boolean
  pods?: string[]
  seen?: Record<string, MomentOfPod>
  watchedSince?: string
  runtimeEnv?: { name: string; value: string }[]
  status?: Partial<Status>
}

const workloadOf = ({ probe, agent }: Case): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    ...(agent ? { annotations: { 'odigos.io/agent': agent } } : {}),
  },
  spec: { template: { spec: { containers: [{ name: 'app', image: 'web:1', ...probe }] } } },
})

const momentOf = (each: Case): Moment => ({
  when: '',
  now: at(each.now ?? '10:30:00'),
  namespaceLabels: { 'odigos-instrumentation': 'enabled' },
  workload: workloadOf(each),
  pods: (each.pods ?? ['web-1']).map((name) => injectedPod(name, { ready: each.ready ?? true })),
  seen: each.seen ?? {},
  watchedSince: each.watchedSince ?? at('09:00:00'),
  detections: {
    app: {
      image: 'sha256:1#0',
      detection: {
        reason: 'Detected',
        message: '',
        language: 'nodejs',
        runtimeVersion: '22.1.0',
        evidence: [],
        ...(each.runtimeEnv ? { runtimeEnv: each.runtimeEnv } : {}),
      },
    },
  },
})

/** The status once a pipeline was assigned. */
const statusOf = (each: Case): Status => {
  const moment = momentOf(each)
  const created = afterActions(undefined, reconcile(observedAt({ ...moment, pods: [] }, undefined)))
  const signals = each.signals ?? ['traces']
  const pipeline = { collectorsGroup: 'g', endpoint: 'http://c:4318', signals }
  const assigned = edited(created, { spec: { pipeline }, ...(each.status ? { status: each.status } : {}) })
  const config = afterActions(assigned, reconcile(observedAt(moment, assigned)))
  const status = instrumentationConfigKind.status.parse(config?.status)
  return status
}

const HTTP = { probe: { readinessProbe: { httpGet: { path: '/', port: 80 } } } }
const loaded: MomentOfPod = {
  reports: [
    {
      container: 'app',
      agent: 'nodejs',
      outcome: 'Loaded',
      reason: 'AgentLoaded',
      version: '1',
      message: '',
      count: 1,
      at: at('10:00:10'),
    },
  ],
}
const report = (outcome: 'StoodBack' | 'Failed', time: string): NonNullable<MomentOfPod['reports']>[number] => ({
  container: 'app',
  agent: 'nodejs',
  outcome,
  reason: outcome === 'Failed' ? 'AgentFailed' : 'OtherAgent',
  version: '1',
  message: 'dd-trace',
  count: 1,
  at: at(time),
})
const arrived = (...kinds: (keyof NonNullable<MomentOfPod['arrived']>)[]): Record<string, MomentOfPod> => ({
  'web-1': { arrived: Object.fromEntries(kinds.map((kind) => [kind, at('10:29:00')])) },
})
const env = (name: string, value: string) => ({ ...HTTP, runtimeEnv: [{ name, value }] })
const was = (status: 'True' | 'False', lastSeen?: Status['lastSeen']): Partial<Status> => ({
  ...(lastSeen ? { lastSeen } : {}),
  conditions: [
    { type: 'Instrumented', status, reason: 'TelemetryArrives', message: '', lastTransitionTime: at('09:00:00') },
  ],
})

const CASES: Record<string, [Case, string]> = {
  'spans arrived': [{ seen: arrived('traces') }, 'Instrumented'],
  'spans of one of two pods arrived': [{ pods: ['web-1', 'web-2'], seen: arrived('traces') }, 'Instrumented'],
  'spans of a pod that is gone arrived': [
    { seen: { 'web-0': { arrived: { traces: at('10:29:00') } } } },
    'Injected NoTraffic',
  ],
  'only metrics arrived where only metrics are wanted': [
    { signals: ['metrics'], seen: arrived('metrics') },
    'Instrumented',
  ],
  'only logs arrived where metrics and logs are wanted': [
    { signals: ['metrics', 'logs'], seen: arrived('logs') },
    'Instrumented',
  ],
  'nothing arrived for nine minutes': [{ ...HTTP, now: '10:09:00' }, 'Injected'],
  'nothing arrived, and the collector is read since a minute': [{ ...HTTP, watchedSince: at('10:29:00') }, 'Injected'],
  'nothing arrived, and the collector cannot be read': [{ ...HTTP, watchedSince: '' }, 'Injected'],
  'nothing arrived, and nothing asks': [{}, 'Injected NoTraffic'],
  'nothing arrived, and a probe of another kind succeeds': [
    { probe: { readinessProbe: { tcpSocket: { port: 80 } }, livenessProbe: { exec: { command: ['true'] } } } },
    'Injected NoTraffic',
  ],
  'nothing arrived, and the probe fails': [{ ...HTTP, ready: false }, 'Injected NoTraffic'],
  'nothing arrived, and the probe succeeds': [HTTP, 'NothingArrives CollectorNotReached'],
  'nothing arrived, and a liveness probe by gRPC succeeds': [
    { probe: { livenessProbe: { grpc: { port: 80 } } } },
    'NothingArrives CollectorNotReached',
  ],
  'only the report arrived': [{ ...HTTP, seen: { 'web-1': loaded } }, 'NothingArrives ServerNotInstrumented'],
  'only metrics arrived': [{ ...HTTP, seen: arrived('metrics') }, 'NothingArrives ServerNotInstrumented'],
  'only metrics of the runtime and the report arrived, as of a server in a shaded jar': [
    { ...HTTP, now: '10:10:00', seen: { 'web-1': { ...loaded, ...arrived('metrics')['web-1'] } } },
    'NothingArrives ServerNotInstrumented',
  ],
  'the same, after nine minutes': [
    { ...HTTP, now: '10:09:00', seen: { 'web-1': { ...loaded, ...arrived('metrics')['web-1'] } } },
    'Injected',
  ],
  'only logs arrived, and a liveness probe succeeds': [
    { probe: { livenessProbe: { httpGet: { path: '/', port: 80 } } }, seen: arrived('logs') },
    'NothingArrives ServerNotInstrumented',
  ],
  'only the report arrived, and nothing asks': [{ seen: { 'web-1': loaded } }, 'Injected NoTraffic'],
  'spans of calls to others arrived, but none of a request': [{ ...HTTP, seen: arrived('traces') }, 'Instrumented'],
  'only metrics arrived, and nothing asks': [{ seen: arrived('metrics') }, 'Injected NoTraffic'],
  'metrics of requests arrived': [{ seen: arrived('metrics', 'requests') }, 'NothingArrives SampledAway'],
  'the sampler is off': [env('OTEL_TRACES_SAMPLER', 'always_off'), 'NothingArrives SampledAway'],
  'the sampler of the parent is off': [
    env('OTEL_TRACES_SAMPLER', 'parentbased_always_off'),
    'NothingArrives SampledAway',
  ],
  'the exporter is none': [env('OTEL_TRACES_EXPORTER', 'none'), 'NothingArrives SampledAway'],
  'the SDK is disabled': [env('OTEL_SDK_DISABLED', 'true'), 'NothingArrives SampledAway'],
  'the ratio is zero': [
    {
      ...HTTP,
      runtimeEnv: [
        { name: 'OTEL_TRACES_SAMPLER', value: 'traceidratio' },
        { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0' },
      ],
    },
    'NothingArrives SampledAway',
  ],
  'the ratio is a half': [
    {
      ...HTTP,
      runtimeEnv: [
        { name: 'OTEL_TRACES_SAMPLER', value: 'traceidratio' },
        { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.5' },
      ],
    },
    'NothingArrives CollectorNotReached',
  ],
  'the agent stood back, after ten seconds': [
    { now: '10:00:10', seen: { 'web-1': { reports: [report('StoodBack', '10:00:05')] } } },
    'Injected OtherAgent',
  ],
  'the agent stood back, after a minute': [
    { now: '10:01:10', seen: { 'web-1': { reports: [report('StoodBack', '10:00:05')] } } },
    'NothingArrives AgentStoodBack OtherAgent',
  ],
  'the agent stood back in one process, and was loaded in another': [
    { now: '10:01:10', seen: { 'web-1': { reports: [report('StoodBack', '10:00:05'), ...(loaded.reports ?? [])] } } },
    'Injected',
  ],
  'the agent was loaded, and failed later': [
    { now: '10:01:10', seen: { 'web-1': { reports: [...(loaded.reports ?? []), report('Failed', '10:00:40')] } } },
    'NothingArrives AgentStoodBack AgentFailed',
  ],
  'the agent failed, and was loaded when the container started again': [
    { now: '10:01:10', seen: { 'web-1': { reports: [report('Failed', '10:00:05'), ...(loaded.reports ?? [])] } } },
    'Injected',
  ],
  'the agent stood back, but the application sends spans of its own to us': [
    {
      seen: {
        'web-1': { arrived: { traces: at('10:29:00') }, reports: [report('StoodBack', '10:00:05')] },
      },
    },
    'Instrumented OtherAgent',
  ],
  'it was seen while the pod lived': [{ ...HTTP, status: was('True', { traces: at('10:00:30') }) }, 'Instrumented'],
  'it was seen before the pod lived, which is new': [
    { ...HTTP, now: '10:05:00', status: was('True', { traces: at('09:59:00') }) },
    'Instrumented',
  ],
  'it was seen before the pod lived, and its agent fails now': [
    {
      now: '10:05:00',
      seen: { 'web-1': { reports: [report('Failed', '10:00:05')] } },
      status: was('True', { traces: at('09:59:00') }),
    },
    'NothingArrives AgentStoodBack AgentFailed',
  ],
  'it was seen before the pod lived, which is silent since ten minutes': [
    { ...HTTP, seen: { 'web-1': loaded }, status: was('True', { traces: at('09:59:00') }) },
    'NothingArrives ServerNotInstrumented',
  ],
  'it was seen before the pod lived, whose collector is read since a minute': [
    { ...HTTP, watchedSince: at('10:29:00'), status: was('True', { traces: at('09:59:00') }) },
    'Instrumented',
  ],
  'it was seen before the pod lived, whose collector cannot be read since ten minutes': [
    { ...HTTP, watchedSince: '', status: was('True', { traces: at('09:59:00') }) },
    'Injected',
  ],
  'only its metrics were seen while the pod lived': [
    { ...HTTP, status: was('True', { metrics: at('10:00:30') }) },
    'NothingArrives CollectorNotReached',
  ],
  'it was Instrumented by a release that did not look': [{ ...HTTP, status: was('True') }, 'Instrumented'],
  'it was not Instrumented': [
    { ...HTTP, status: was('False', { traces: at('10:00:30') }) },
    'NothingArrives CollectorNotReached',
  ],
}

describe('the state of a workload', () => {
  for (const [name, [each, expected]] of Object.entries(CASES))
    it(`where ${name}: ${expected}`, () => {
      const { state, cause, conditions = [] } = statusOf(each)
      const left = conditions.find(({ type, status }) => type === 'AgentLoaded' && status === 'False')
      assert.equal([state, cause, left?.reason].filter(Boolean).join(' '), expected)
      const isTrue = conditions.find(({ type }) => type === 'Instrumented')?.status === 'True'
      assert.equal(isTrue, state === 'Instrumented')
    })

  it('expects no report of an SDK that is only configured', () => {
    const reported = (agent?: string): boolean | undefined =>
      statusOf(agent ? { agent } : {}).conditions?.some(({ type }) => type === 'AgentLoaded')
    assert.equal(reported(), true)
    assert.equal(reported('sdk-config'), false)
  })

  it('remarks where only calls to others arrive, though requests are answered', () => {
    const messageOf = (each: Case): string =>
      statusOf(each).conditions?.find(({ type }) => type === 'Instrumented')?.message ?? ''
    assert.match(messageOf({ ...HTTP, seen: arrived('traces') }), /no span of a request/)
    assert.doesNotMatch(messageOf({ ...HTTP, seen: arrived('traces', 'servers') }), /no span of a request/)
    assert.doesNotMatch(messageOf({ ...HTTP, now: '10:05:00', seen: arrived('traces') }), /no span of a request/)
    assert.doesNotMatch(messageOf({ seen: arrived('traces') }), /no span of a request/)
  })
})
