/** What the instrumentor remembers between reconciles: answers, slots, own writes, indexes, settings. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../src/api/kinds/instrumentation-config.ts'
import { createDetectionAnswers } from '../../../../src/controllers/instrumentor/detection/answers.ts'
import type { ContainerDetection } from '../../../../src/controllers/instrumentor/detection/read-report.ts'
import { createOwnWrites } from '../../../../src/controllers/instrumentor/watch/own-writes.ts'
import { isGivenUp, keptAttempts, nextAttempt } from '../../../../src/controllers/instrumentor/restart/attempts.ts'
import { createRestartSlots } from '../../../../src/controllers/instrumentor/restart/slots.ts'
import { createSettings, settingsView } from '../../../../src/controllers/instrumentor/watch/settings.ts'
import { podView, workloadView } from '../../../../src/controllers/instrumentor/watch/views.ts'
import { createWorkloadIndex } from '../../../../src/controllers/instrumentor/watch/workload-index.ts'
import { isHealthy } from '../../../../src/controllers/instrumentor/restart/workload-health.ts'

const detection = (reason: ContainerDetection['reason']): ContainerDetection => ({
  name: 'app',
  reason,
  message: '',
  evidence: [],
})

describe('detection answers', () => {
  it('are final for a pod when all is known, and asked again, later and later, when not', () => {
    let now = 0
    const answers = createDetectionAnswers(() => now)
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
    const waits = [undefined, [detection('StillStarting')], undefined, undefined, undefined].map((containers) => {
      answers.put('k', 'pod-1', containers)
      return answers.waitMs('k', 'pod-1', ['app'])
    })
    assert.deepEqual(waits, [5_000, 20_000, 60_000, 300_000, 300_000])
    now = 300_000
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
    answers.put('k', 'pod-1', [detection('Detected')])
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), undefined)
    assert.equal(answers.waitMs('k', 'pod-2', ['app']), 0, 'another pod is another question')
    answers.forget('k')
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
  })

  it('are not about a container of the pod that did not run then: it is looked at soon, and both answers stay', () => {
    let now = 0
    const answers = createDetectionAnswers(() => now)
    answers.put('k', 'pod-1', [detection('Detected')])
    assert.equal(answers.waitMs('k', 'pod-1', ['sidecar']), 5_000)
    now = 5_000
    assert.equal(answers.waitMs('k', 'pod-1', ['sidecar']), 0)
    answers.put('k', 'pod-1', [{ ...detection('Detected'), name: 'sidecar' }])
    assert.deepEqual(
      answers.get('k')?.containers.map(({ name }) => name),
      ['app', 'sidecar'],
    )
    assert.equal(answers.waitMs('k', 'pod-1', ['app', 'sidecar']), undefined)
  })
})

describe('restart slots', () => {
  let now: number
  let healthy: Set<string>
  const start = () =>
    createRestartSlots(
      (key) => healthy.has(key),
      () => now,
    )
  const ask = (key: string, isRollback = false) => ({ key, limit: 2, isRollback })
  beforeEach(() => {
    now = 1_000_000
    healthy = new Set()
  })

  it('no more at once than the limit, and the next when one is well and had time to show it', () => {
    const slots = start()
    assert.deepEqual([slots.take(ask('a')), slots.take(ask('b')), slots.take(ask('c'))], [true, true, false])
    healthy.add('a')
    assert.equal(slots.take(ask('c')), false, 'its status is not about the restart yet')
    now += 10_001
    assert.deepEqual([slots.take(ask('c')), slots.take(ask('d'))], [true, false])
    now += 600_001
    assert.equal(slots.take(ask('d')), true, 'what never becomes well holds up nobody for ever')
  })

  it('what was under way before the process began counts', () => {
    const slots = start()
    slots.hold('x')
    slots.hold('y')
    assert.equal(slots.take(ask('a')), false)
  })

  it('a rollback goes on in the slot of the restart that brought the agent, and takes no more than the limit', () => {
    const slots = start()
    assert.deepEqual([slots.take(ask('a')), slots.take(ask('a')), slots.take(ask('a', true))], [true, false, true])
    assert.deepEqual([slots.take(ask('b', true)), slots.take(ask('c', true))], [true, false])
    healthy.add('a')
    now += 10_001
    assert.equal(slots.take(ask('c', true)), true)
    slots.forget('c')
    assert.equal(slots.take(ask('d')), true)
  })
})

describe('restart attempts', () => {
  const MINUTE_MS = 60_000

  it('are three for one decision, further and further apart', () => {
    let before = nextAttempt(undefined, 'd1', 0)
    assert.deepEqual(before, { decision: 'd1', count: 1, at: '1970-01-01T00:00:00.000Z' })
    assert.equal(nextAttempt(before, 'd1', 5 * MINUTE_MS - 1), undefined)
    before = nextAttempt(before, 'd1', 5 * MINUTE_MS)
    assert.equal(nextAttempt(before, 'd1', 20 * MINUTE_MS - 1), undefined)
    before = nextAttempt(before, 'd1', 20 * MINUTE_MS)
    assert.equal(before?.count, 3)
    assert.equal(isGivenUp(before, 'd1', 35 * MINUTE_MS - 1), false, 'the last one may still help')
    assert.equal(isGivenUp(before, 'd1', 35 * MINUTE_MS), true)
    assert.equal(nextAttempt(before, 'd1', 9_000 * MINUTE_MS), undefined)
  })

  it('begin anew with another decision, and with the removal of the mark of a rollback', () => {
    const last = { decision: 'd1', count: 3, at: '1970-01-01T00:00:00.000Z' }
    assert.equal(nextAttempt(last, 'd2', 1)?.count, 1)
    assert.deepEqual(keptAttempts(last, false), { restarts: last })
    const rollback = { ...last, decision: 'rollback' }
    assert.deepEqual([keptAttempts(rollback, true), keptAttempts(rollback, false)], [{ restarts: rollback }, {}])
  })
})

describe('own writes', () => {
  const config = (resourceVersion: string): InstrumentationConfig => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { name: 'c', namespace: 'n', resourceVersion },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'c' }, containers: [] },
  })
  const versionOf = (found: InstrumentationConfig | undefined) => found?.metadata.resourceVersion

  it('count until the watch has brought them', () => {
    const writes = createOwnWrites(() => 0)
    writes.put(config('20'))
    assert.equal(versionOf(writes.newest(config('9'), 'n', 'c')), '20')
    assert.equal(versionOf(writes.newest(undefined, 'n', 'c')), '20')
    assert.equal(versionOf(writes.newest(config('21'), 'n', 'c')), '21')
    writes.seen(config('19'))
    assert.equal(versionOf(writes.newest(undefined, 'n', 'c')), '20', 'an older one was deleted')
    writes.seen(config('20'))
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
  })

  it('do not count for ever, nor after a deletion of ours', () => {
    let now = 0
    const writes = createOwnWrites(() => now)
    writes.put(config('20'))
    writes.forget('n', 'c')
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
    writes.put(config('20'))
    now = 10_001
    assert.equal(writes.newest(undefined, 'n', 'c'), undefined)
  })
})

describe('settings in force', () => {
  const object = (spec: object) =>
    settingsView({ apiVersion: 'odigos.io/v1alpha1', kind: 'OdigosConfig', metadata: { name: 'odigos' }, spec })

  it('what is not understood changes nothing, and is told', () => {
    const problems: string[] = []
    const settings = createSettings(({ problem = '' }) => problems.push(problem))
    assert.equal(settings.read().mode, 'opt-in')
    settings.put(object({ mode: 'opt-out' }), 'added')
    settings.put(object({ mode: 'sometimes' }), 'changed')
    assert.equal(settings.read().mode, 'opt-out')
    assert.match(problems.join(), /mode/)
    settings.put(object({}), 'removed')
    assert.equal(settings.read().mode, 'opt-in')
  })

  it('nothing is decided on defaults where the first that was read is not understood', () => {
    const settings = createSettings(() => undefined)
    settings.put(object({ mode: 'sometimes' }), 'added')
    assert.throws(settings.read, /not understood/)
    settings.put(object({ mode: 'opt-out' }), 'changed')
    assert.equal(settings.read().mode, 'opt-out')
  })
})

const owned = (name: string, owner: { apiVersion: string; kind: string; name: string }, labels = {}) => ({
  name,
  namespace: 'n',
  labels,
  ownerReferences: [{ ...owner, uid: 'u', controller: true }],
})
const podOf = (name: string, owner: { apiVersion: string; kind: string; name: string }, labels = {}) =>
  podView({ apiVersion: 'v1', kind: 'Pod', metadata: owned(name, owner, labels), spec: { containers: [] } })
const batch = { apiVersion: 'batch/v1', kind: 'Job' }

describe('workload index', () => {
  it("counts the pods of a CronJob's Jobs for the CronJob, in whatever order they are seen", () => {
    const index = createWorkloadIndex()
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report' }
    const job = workloadView({ ...batch, metadata: owned('report-29000000', cronJob) })
    const pod = podOf('report-29000000-x', { ...batch, name: 'report-29000000' })
    index.putPod(pod)
    assert.deepEqual(index.pods('n/CronJob/report'), [])
    index.putJob(job)
    assert.deepEqual(index.pods('n/CronJob/report'), [pod])
    index.removeJob(job)
    assert.deepEqual(index.pods('n/CronJob/report'), [])
    index.removePod(pod)
    assert.deepEqual(index.pods('n/Job/report-29000000'), [])
  })

  it('forgets a pod that lost its owner, and one that got another', () => {
    const index = createWorkloadIndex()
    const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', name })
    const pod = podOf('db-0', owner('db'))
    index.putPod(pod)
    const orphan = { ...pod, metadata: { ...pod.metadata, ownerReferences: [] } }
    index.putPod(orphan)
    assert.deepEqual([index.pods('n/StatefulSet/db'), index.countedFor(orphan)], [[], undefined])
    index.putPod(pod)
    index.putPod(podOf('db-0', owner('db2')))
    assert.deepEqual([index.pods('n/StatefulSet/db').length, index.pods('n/StatefulSet/db2').length], [0, 1])
    index.removePod(orphan)
    assert.deepEqual(index.pods('n/StatefulSet/db2'), [])
  })

  it('takes the owner by apiVersion and kind, and a Deployment by its template hash', () => {
    const index = createWorkloadIndex()
    const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc' }
    index.putPod(podOf('web-abc-1', replicaSet, { 'pod-template-hash': 'abc' }))
    index.putPod(podOf('other-1', { ...replicaSet, apiVersion: 'example.com/v1' }, { 'pod-template-hash': 'abc' }))
    index.putPod(podOf('db-0', { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' }))
    assert.deepEqual(
      index.pods('n/Deployment/web').map(({ metadata }) => metadata.name),
      ['web-abc-1'],
    )
    assert.equal(index.pods('n/StatefulSet/db').length, 1)
  })
})

describe('views', () => {
  const deployment = (status: object, spec: object = {}) =>
    workloadView({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'n', generation: 3, annotations: { 'odigos.io/agent': 'none', big: 'x' } },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ name: 'app', image: 'web:1', args: ['-v'] }] } },
        ...spec,
      },
      status: { observedGeneration: 3, replicas: 2, readyReplicas: 2, updatedReplicas: 2, ...status },
    })

  it('of the environment only what decisions ask for', () => {
    const env = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME', 'PASSWORD'].map((name) => ({ name, value: 'x' }))
    const containers = [{ name: 'app', env, envFrom: [{ configMapRef: {} }, { secretRef: { name: 's' } }] }]
    const status = { containerStatuses: [{ name: 'app', imageID: 'x', ready: true, restartCount: 0 }] }
    const view = podView({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers }, status })
    const { variables, readsSecret } = view.containers[0] ?? {}
    const environment = (annotations: Record<string, string>) =>
      podView({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec: { containers }, status })
        .containers[0]?.environment
    assert.match(environment({}) ?? '', /^[0-9a-f]{8}$/)
    assert.equal(environment({ 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}' }), '')
    assert.deepEqual([variables, readsSecret], [['NODE_OPTIONS', 'OTEL_SERVICE_NAME'], true])
  })

  it('a Deployment is healthy only when every pod is ready, current and counted', () => {
    assert.equal(isHealthy(deployment({})), true)
    assert.equal(isHealthy(deployment({ observedGeneration: 2 })), false)
    assert.equal(isHealthy(deployment({ readyReplicas: 1 })), false)
    assert.equal(isHealthy(deployment({ updatedReplicas: 1 })), false)
    assert.equal(isHealthy(deployment({ replicas: 3 })), false, 'a pod of the old revision is still there')
    assert.equal(isHealthy(deployment({}, { paused: true })), false)
  })

  for (const [kind, spec, strategy] of [
    ['Deployment', {}, 'Rolling'],
    ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, 'OnDelete'],
    ['StatefulSet', {}, 'Ordered'],
    ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, 'OnDelete'],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } }, 'Ordered'],
    ['StatefulSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 'Partitioned'],
    ['StatefulSet', { podManagementPolicy: 'Parallel' }, 'Rolling'],
  ] as const) {
    it(`a ${kind} with ${JSON.stringify(spec)} is ${strategy}`, () => {
      const metadata = { name: 'w', namespace: 'n' }
      assert.equal(workloadView({ apiVersion: 'apps/v1', kind, metadata, spec }).strategy, strategy)
    })
  }

  it('keeps only annotations of ours', () =>
    assert.deepEqual(deployment({}).metadata.annotations, { 'odigos.io/agent': 'none' }))

  it('reads the template of a CronJob', () => {
    const containers = [{ name: 'app', image: 'x' }]
    const view = workloadView({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', namespace: 'n' },
      spec: { jobTemplate: { spec: { template: { spec: { containers } } } } },
    })
    assert.deepEqual(view.containers, [{ name: 'app', image: 'x', entry: '643d5437', variables: [] }])
    assert.equal(isHealthy(view), false, 'it has no rollout')
  })
})
