/** A workload from which telemetry arrived, while its pods are replaced and between its runs. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { reconcile } from '../../../../../src/controllers/instrumentor/reconcile.ts'
import { isTelemetryAwaited } from '../../../../../src/controllers/instrumentor/status/telemetry/awaited.ts'
import type { Moment } from '../../../../support/instrumentor/instrumentor-case.ts'
import { afterActions, edited, observedAt } from '../../../../support/instrumentor/instrumentor-case.ts'
import { injectedPod } from '../../../../support/instrumentor/seen-case.ts'

const at = (time: string): string => `2026-11-23T${time}Z`

const CONTAINERS = [{ name: 'app', image: 'web:1', readinessProbe: { httpGet: { path: '/', port: 80 } } }]

const deployment = (replicas = 1): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
  spec: { replicas, template: { spec: { containers: CONTAINERS } } },
})
const cronJob: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
  spec: { jobTemplate: { spec: { template: { spec: { containers: CONTAINERS } } } } },
}

const running = (name: string, created: string): KubeObject => injectedPod(name, { created: at(created) })
const withStatus = (pod: KubeObject, status: object): KubeObject => ({
  ...pod,
  status: { ...(pod['status'] as object), ...status },
})
const done = (pod: KubeObject): KubeObject => withStatus(pod, { phase: 'Succeeded' })
const starting = (pod: KubeObject): KubeObject => {
  const state = { waiting: { reason: 'ContainerCreating' } }
  return withStatus(pod, {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', imageID: '', ready: false, restartCount: 0, state }],
  })
}
const arrived = (pod: string, time: string): NonNullable<Moment['seen']> => ({
  [pod]: { arrived: { traces: at(time) } },
})

type Step = Omit<Moment, 'when' | 'now'> & { now: string }

/** Lets moments pass, each reconciled twice; returns what became of the workload, without what is repeated. */
const statesOf = (workload: KubeObject, steps: readonly Step[]) => {
  let moment: Moment = {
    when: '',
    now: at('09:59:00'),
    workload,
    namespaceLabels: { 'odigos-instrumentation': 'enabled' },
    watchedSince: at('08:00:00'),
    detections: {
      app: {
        image: 'sha256:1#0',
        detection: { reason: 'Detected', message: '', language: 'nodejs', runtimeVersion: '22.1.0', evidence: [] },
      },
    },
  }
  const next = (config: InstrumentationConfig | undefined) =>
    afterActions(config, reconcile(observedAt(moment, config)))
  let config = edited(next(undefined), {
    spec: { pipeline: { collectorsGroup: 'g', endpoint: 'http://c:4318', signals: ['traces'] } },
  })
  const states: string[] = []
  const awaited: boolean[] = []
  for (const { now, ...step } of steps) {
    moment = { ...moment, ...step, now: at(now) }
    config = next(next(config))
    const { reason, status } = config?.status?.conditions?.find(({ type }) => type === 'Instrumented') ?? {}
    const state = [config?.status?.state, status, reason].join(' ')
    if (states.at(-1) !== state) states.push(state)
    awaited.push(isTelemetryAwaited({ config, pods: observedAt(moment, config).pods }))
  }
  const since = config?.status?.conditions?.find(({ type }) => type === 'Instrumented')?.lastTransitionTime
  return { states, since, awaited, status: config?.status }
}

const INSTRUMENTED = 'Instrumented True TelemetryArrives'
const seenAtFirst: Step = {
  now: '10:01:00',
  pods: [running('web-1', '10:00:00')],
  seen: arrived('web-1', '10:00:50'),
}
const isKept = (workload: KubeObject, steps: readonly Step[]): void => {
  const { states, since } = statesOf(workload, [seenAtFirst, ...steps])
  assert.deepEqual([states, since], [[INSTRUMENTED], at('10:01:00')])
}

describe('a workload that is instrumented', () => {
  const web2 = running('web-2', '12:00:05')

  it('stays so at the restart of its only replica', () =>
    isKept(deployment(), [
      { now: '12:00:00', pods: [], seen: {} },
      { now: '12:00:06', pods: [starting(web2)] },
      { now: '12:00:20', pods: [web2] },
      { now: '12:09:00' },
      { now: '12:09:30', seen: arrived('web-2', '12:09:30') },
    ]))
  it('stays so at a rollout of many', () =>
    isKept(deployment(3), [
      { now: '12:00:06', pods: [running('web-1', '10:00:00'), starting(web2)] },
      { now: '12:00:30', pods: [running('web-1', '10:00:00'), web2] },
      { now: '12:01:00', pods: [web2, running('web-3', '12:00:40')], seen: {} },
      { now: '12:08:00', seen: arrived('web-3', '12:08:00') },
      { now: '14:00:00' },
    ]))
  it('stays so where another instrumentor leads during the rollout', () =>
    isKept(deployment(), [
      { now: '12:05:00', pods: [web2], seen: {} },
      { now: '12:06:00', watchedSince: at('12:06:00'), leadsSince: at('12:06:00') },
      { now: '12:14:00', seen: arrived('web-2', '12:14:00') },
    ]))
  it('stays so where another instrumentor leads after it, and requests are rare', () =>
    isKept(deployment(), [
      { now: '10:05:00', pods: [running('web-2', '10:02:00')], seen: arrived('web-2', '10:05:00') },
      { now: '10:20:00', seen: {}, watchedSince: at('10:06:00'), leadsSince: at('10:06:00') },
    ]))
  it('stays so between the runs of a CronJob and in them, whether or not pods of runs are kept', () =>
    isKept(cronJob, [
      { now: '10:02:00', pods: [done(running('web-1', '10:00:00'))] },
      { now: '11:00:00', pods: [], seen: {} },
      { now: '12:00:06', pods: [starting(web2)] },
      { now: '12:00:20', pods: [web2] },
      { now: '12:01:00', pods: [done(web2)] },
      { now: '13:00:00' },
      { now: '14:00:00', pods: [] },
    ]))

  it('is so no longer when its new pods have been silent for ten minutes', () => {
    const { states, awaited } = statesOf(deployment(), [
      seenAtFirst,
      { now: '12:00:20', pods: [web2], seen: {} },
      { now: '12:10:00' },
      { now: '12:10:05' },
    ])
    assert.deepEqual(states, [INSTRUMENTED, 'NothingArrives False NothingArrives'])
    assert.deepEqual(awaited, [false, true, true, true])
  })
  it('is so no longer when its pods do not start for ten minutes', () => {
    const { states, awaited } = statesOf(deployment(), [
      seenAtFirst,
      { now: '12:00:20', pods: [starting(web2)], seen: {} },
      { now: '12:10:00' },
      { now: '12:10:05' },
    ])
    assert.deepEqual(states, [INSTRUMENTED, 'NotInstrumented False AgentStarting'])
    assert.deepEqual(awaited, [false, true, true, false])
  })
  it('is so no longer when it is scaled to nothing', () => {
    const { states } = statesOf(deployment(), [
      seenAtFirst,
      { now: '12:00:20', workload: deployment(0), pods: [], seen: {} },
    ])
    assert.deepEqual(states, [INSTRUMENTED, 'NotInstrumented False NoRunningPods'])
  })
  it('is so no longer when its agents are others', () => {
    const { states } = statesOf(deployment(), [seenAtFirst, { now: '12:00:20', currentHash: 'another' }])
    assert.deepEqual(states, [INSTRUMENTED, 'RestartRequired False RestartRequired'])
  })
})

describe('the figures of the status', () => {
  const common = { container: 'app', agent: 'nodejs', outcome: 'StoodBack', version: '1', message: '' } as const
  const reports = (count: number, time: string): NonNullable<Moment['seen']> => ({
    'web-1': { reports: [{ ...common, reason: 'OwnSdk', count, at: at(time) }] },
  })
  const countsAt = (...steps: readonly Step[]) =>
    statesOf(deployment(), steps).status?.agents?.map(({ stoodBack, time }) => [stoodBack, time])
  const first: Step = { now: '10:01:00', pods: [running('web-1', '10:00:00')], seen: reports(1, '10:00:30') }

  it('are not written for a number alone, but once in ten minutes', () => {
    const second: Step = { now: '10:02:00', seen: reports(5, '10:02:00') }
    assert.deepEqual(countsAt(first, second), [[1, at('10:00:30')]])
    assert.deepEqual(countsAt(first, second, { now: '10:10:00' }), [[1, at('10:00:30')]])
    assert.deepEqual(countsAt(first, second, { now: '10:10:30' }), [[5, at('10:02:00')]])
  })
  it('tell one reason, where short processes have several in turn, until it is ten minutes old', () => {
    const both = (own: string, other: string): NonNullable<Moment['seen']> => ({
      'web-1': {
        reports: [
          { ...common, reason: 'OwnSdk', count: 1, at: at(own) },
          { ...common, reason: 'OtherAgent', count: 1, at: at(other) },
        ],
      },
    })
    const reasonAfter = (now: string, seen: NonNullable<Moment['seen']>) =>
      statesOf(deployment(), [first, { now, seen }]).status?.agents?.map(({ reason }) => reason)
    assert.deepEqual(reasonAfter('10:02:00', both('10:00:30', '10:02:00')), ['OwnSdk'])
    assert.deepEqual(reasonAfter('10:11:00', both('10:00:30', '10:11:00')), ['OtherAgent'])
  })
  it('are written together when a signal arrives for the first time', () => {
    const seen = { 'web-1': { ...reports(5, '10:02:00')['web-1'], arrived: { traces: at('10:02:00') } } }
    assert.deepEqual(countsAt(first, { now: '10:02:00', seen }), [[5, at('10:02:00')]])
  })
})
