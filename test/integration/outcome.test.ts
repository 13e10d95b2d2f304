/** Rollback by what becomes of pods, against a real API server; the test plays kubelet, Job controller and webhook. */
import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { InstrumentorScene } from '../support/instrumentor/instrumentor-scene.ts'
import { startInstrumentorScene } from '../support/instrumentor/instrumentor-scene.ts'
import { createOutcomes } from '../support/instrumentor/fake-outcomes.ts'
import { createTried } from '../support/instrumentor/tried-workloads.ts'

const LIMIT_MS = 30_000

describe('outcome of an injection, with a real API server', function () {
  this.timeout(180_000)
  let scene: InstrumentorScene
  let outcomes: ReturnType<typeof createOutcomes>
  before(async () => {
    scene = await startInstrumentorScene()
    outcomes = createOutcomes(scene.client)
    await scene.start()
    await scene.label('shop', 'enabled')
  })
  after(() => scene?.end())

  const config = async (kind: string, name: string): Promise<InstrumentationConfig | undefined> =>
    (await scene.client.get<KubeObject>({
      type: RESOURCES.instrumentationConfigs,
      namespace: 'shop',
      name: `${kind}-${name}`,
    })) as InstrumentationConfig | undefined

  const awaitAgent = async (kind: string, name: string): Promise<void> => {
    await eventuallyPasses(async () => assert.ok((await config(kind, name))?.spec.containers[0]?.agent), LIMIT_MS)
    await scene.assignPipeline('shop')
    await eventuallyPasses(
      async () =>
        assert.ok(
          (await config(kind, name))?.status?.conditions?.some(
            ({ type, status }) => type === 'PipelineAssigned' && status === 'True',
          ),
        ),
      LIMIT_MS,
    )
  }
  const awaitRollback = async (kind: string, name: string, reason: string, message: RegExp): Promise<void> => {
    await eventuallyPasses(async () => {
      const found = await config(kind, name)
      assert.equal(found?.status?.state, 'RolledBack')
      assert.equal(found.spec.rollback?.reason, reason)
      assert.match(found.spec.rollback.message, message)
      assert.ok(found.spec.rollback.fingerprint)
      assert.equal(found.spec.containers[0]?.agent, undefined)
    }, LIMIT_MS)
  }
  const deployed = async (name: string): Promise<void> => {
    await scene.deploy({ name, namespace: 'shop' })
    await awaitAgent('deployment', name)
  }

  const ended = (exitCode: number, reason: string) => ({
    terminated: { exitCode, reason, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' },
  })
  const running = { running: { startedAt: new Date().toISOString() } }

  it('a sidecar of ours that ends with exit code 0', async () => {
    await deployed('sidecar')
    await outcomes.pod('sidecar', {
      sidecar: { state: ended(0, 'Completed'), restartCount: 2 },
      app: { state: running },
    })
    await awaitRollback('deployment', 'sidecar', 'RolledBack', /odigos-go-ebpf .* ended with exit code 0/)
  })

  it('an application that runs out of memory', async () => {
    await deployed('memory')
    await outcomes.pod('memory', {
      app: { state: ended(137, 'OOMKilled'), lastState: ended(137, 'OOMKilled'), restartCount: 1, ready: false },
    })
    await awaitRollback('deployment', 'memory', 'RolledBack', /killed 2 times because it ran out of memory/)
  })

  it('a neighbour that crashes since processes are shared', async () => {
    await deployed('neighbour')
    await outcomes.pod('neighbour', {
      isShared: true,
      app: { state: running },
      neighbour: { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 6, ready: false },
    })
    await awaitRollback('deployment', 'neighbour', 'RolledBack', /container side .* since an agent was added beside it/)
  })

  it('one of two containers with agents, of which the other keeps its agent', async () => {
    const containers = ['app', 'side'].map((name) => ({ name, image: `${name}:1` }))
    const pair = { kind: 'Deployment', namespace: 'shop', name: 'pair', template: { spec: { containers } } } as const
    await createTried(scene.client, pair)
    await awaitAgent('deployment', 'pair')
    await outcomes.pod('pair', {
      hasTwoAgents: true,
      app: { state: running },
      neighbour: { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 6, ready: false },
    })
    await eventuallyPasses(async () => {
      const { spec, status } = (await config('deployment', 'pair')) ?? {}
      assert.deepEqual(
        spec?.rollback?.containers?.map(({ name, reason }) => [name, reason]),
        [['side', 'RolledBack']],
      )
      assert.deepEqual(
        spec.containers.map(({ name, agent, reason }) => [name, agent, reason]),
        [
          ['app', 'nodejs', 'AgentSelected'],
          ['side', undefined, 'RolledBack'],
        ],
      )
      const told = status?.conditions?.find(({ type }) => type === 'RolledBack')
      assert.match(told?.message ?? '', /^container side of pod pair-new-\d+ has crashed repeatedly/)
      assert.notEqual(status?.state, 'RolledBack')
      assert.equal(status?.summary?.agents, 'nodejs, -')
    }, LIMIT_MS)
  })

  it('pods that admission refuses, which are asked for without the agent and no restart', async () => {
    await deployed('refused')
    const now = (): string => new Date().toISOString()
    await scene.client.mergePatch(
      { type: RESOURCES.deployments, namespace: 'shop', name: 'refused' },
      {
        status: {
          conditions: [
            {
              type: 'ReplicaFailure',
              status: 'True',
              reason: 'FailedCreate',
              message: 'admission webhook "policy" denied the request: container odigos-agent-nodejs is not allowed',
              lastTransitionTime: now(),
              lastUpdateTime: now(),
            },
          ],
        },
      },
      { fieldManager: 'controller', subresource: 'status' },
    )
    await awaitRollback('deployment', 'refused', 'AdmissionRefused', /odigos-agent-nodejs is not allowed/)
    const found = await scene.client.get<KubeObject>({
      type: RESOURCES.deployments,
      namespace: 'shop',
      name: 'refused',
    })
    assert.doesNotMatch(JSON.stringify(found?.['spec']), /restartedAt/)
  })

  it('pods of a StatefulSet that admission refuses, which only Events tell', async () => {
    await outcomes.statefulSet('db')
    await awaitAgent('statefulset', 'db')
    await outcomes.event({
      kind: 'StatefulSet',
      name: 'db',
      message: 'create Pod db-0 in StatefulSet db failed error: denied the request: volume odigos-agent-nodejs',
    })
    await awaitRollback('statefulset', 'db', 'AdmissionRefused', /denied the request: volume odigos-agent-nodejs/)
  })

  it('runs of a CronJob that are not restarted', async () => {
    await outcomes.cronJob('report')
    await outcomes.run('report', '29000001', { phase: 'Running', app: { state: running } })
    await awaitAgent('cronjob', 'report')
    await outcomes.run('report', '29000002', { isInjected: true, phase: 'Failed', app: { state: ended(1, 'Error') } })
    await outcomes.run('report', '29000003', { isInjected: true, phase: 'Failed', app: { state: ended(1, 'Error') } })
    await awaitRollback(
      'cronjob',
      'report',
      'RolledBack',
      /run report-2900000\d-\w+ failed with the agent: .* exit code 1/,
    )
  })

  it('a run that waits for our image is started again, once', async () => {
    await outcomes.cronJob('backup')
    await outcomes.run('backup', '29000001', { phase: 'Running', app: { state: running } })
    await awaitAgent('cronjob', 'backup')
    const waiting = { state: { waiting: { reason: 'ImagePullBackOff' } }, ready: false }
    const pod = await outcomes.run('backup', '29000002', { isInjected: true, phase: 'Pending', copy: waiting })
    await awaitRollback('cronjob', 'backup', 'AgentImageUnavailable', /odigos-agent-nodejs .* waits: ImagePullBackOff/)
    const job = async (): Promise<{ suspend: unknown; renewal: string | undefined }> => {
      const ref = { type: RESOURCES.jobs, namespace: 'shop', name: 'backup-29000002' }
      const found = await scene.client.get<KubeObject>(ref)
      return {
        suspend: (found?.['spec'] as { suspend?: boolean } | undefined)?.suspend,
        renewal: found?.metadata.annotations?.['odigos.io/renewal'],
      }
    }
    await eventuallyPasses(async () => assert.equal((await job()).suspend, true), LIMIT_MS)
    // In place of the Job controller.
    await scene.client.delete({ type: RESOURCES.pods, namespace: 'shop', name: pod })
    await eventuallyPasses(async () => assert.deepEqual(await job(), { suspend: false, renewal: 'resumed' }), LIMIT_MS)
  })
})
