/** Collectors get only configurations that were seen to start, with a real API server; what does not start is found and left out. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import {
  NAMESPACE,
  odigosObject,
  startCollectorsScene,
  workloadConfig,
} from '../support/collectors/collectors-scene.ts'
import { failedStatus, startedStatus, unscheduledStatus } from '../support/collectors/trial-kubelet.ts'

const GATEWAY = 'odigos-gateway'
const SECRET = 's3cr3t-token'
const POD_SPEC = { containers: [{ name: 'any', image: 'any' }] }

describe('trials of configurations, with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>

  before(async () => {
    scene = await startCollectorsScene()
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('web'))
    stop = scene.startControllers()
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  /** The configuration that the gateways are to use. */
  const gatewayConfig = async (): Promise<string> => {
    const set = (await scene.read(RESOURCES.statefulSets, GATEWAY)) as unknown as {
      spec: { template: { spec: { volumes: { configMap?: { name: string } }[] } } }
    }
    const name = set.spec.template.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? [])[0] ?? ''
    const { data } = (await scene.read(RESOURCES.configMaps, name)) as unknown as { data: Record<string, string> }
    return Object.values(data).join()
  }
  const accepted = (name: string) => scene.condition(RESOURCES.destinations, name, 'Accepted')
  const configured = () => scene.condition(RESOURCES.collectorsGroups, GATEWAY, 'Configured')
  const trialPods = () =>
    listObjects<KubeObject>(scene.client, RESOURCES.pods, {
      namespace: NAMESPACE,
      labelSelector: 'odigos.io/component=trial',
    })
  /** What the controllers of Kubernetes would say of the gateways. */
  const becomeReady = async (): Promise<void> => {
    const { metadata } = await scene.read(RESOURCES.statefulSets, GATEWAY)
    const counts = { replicas: 1, readyReplicas: 1, updatedReplicas: 1, observedGeneration: metadata.generation }
    const ref = { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }
    await scene.client.mergePatch(ref, { status: counts }, { fieldManager: 'test', subresource: 'status' })
  }

  const nodesBecomeReady = async (): Promise<void> => {
    const ref = { type: RESOURCES.daemonSets, namespace: NAMESPACE, name: 'odigos-node-collector' }
    const { metadata } = await scene.read(ref.type, ref.name)
    const status = {
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: 1,
      updatedNumberScheduled: 1,
      observedGeneration: metadata.generation,
    }
    await scene.client.mergePatch(ref, { status }, { fieldManager: 'test', subresource: 'status' })
  }

  it('come before the first collector, and leave no pod', async () => {
    scene.trials.outcome = () => undefined
    await scene.addDestination('healthy')
    await eventuallyPasses(async () => assert.match(await configured(), /^False BeingTried/), 20_000)
    await sleep(1_000)
    assert.equal(
      await scene.client.get({ type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }),
      undefined,
    )
    assert.match(await accepted('healthy'), /^Unknown BeingTried/)
    scene.trials.outcome = startedStatus
    for (const pod of await trialPods()) {
      const ref = { type: RESOURCES.pods, namespace: NAMESPACE, name: pod.metadata.name }
      await scene.client.mergePatch(
        ref,
        { status: startedStatus() },
        { fieldManager: 'kubelet', subresource: 'status' },
      )
    }
    await eventuallyPasses(async () => assert.match(await gatewayConfig(), /_grpc\/healthy-/), 20_000)
    await eventuallyPasses(async () => assert.deepEqual(await trialPods(), []), 20_000)
    assert.match(await accepted('healthy'), /^True/)
    await becomeReady()
  })

  it('find the Destination with which a collector does not start, in its words without secrets', async () => {
    const outcome = (config: string) =>
      config.includes('/culprit-')
        ? failedStatus(`Error: cannot start an exporter: bad certificate ${SECRET}`)
        : startedStatus()
    scene.trials.outcome = outcome
    await scene.create(RESOURCES.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'token', namespace: NAMESPACE },
      stringData: { token: SECRET },
    })
    const spec = {
      type: 'otlp',
      signals: ['traces'],
      fields: { endpoint: 'culprit:4317' },
      secretRef: { name: 'token' },
    }
    await scene.create(RESOURCES.destinations, odigosObject('Destination', 'culprit', spec))
    await scene.addDestination('later')
    await eventuallyPasses(async () => {
      assert.match(await accepted('culprit'), /^False CollectorRefuses: cannot start an exporter: bad certificate \*+$/)
      const config = await gatewayConfig()
      assert.match(config, /_grpc\/later-/)
      assert.doesNotMatch(config, /_grpc\/culprit-/)
    }, 30_000)
    assert.match(await accepted('later'), /^True/)
    assert.ok((await scene.events('culprit')).includes('Warning CollectorRefuses'))
    await becomeReady()
  })

  it('are not done again by a new leader', async () => {
    await nodesBecomeReady()
    await scene.settled()
    await stop()
    const { length } = scene.trials.seen
    stop = scene.startControllers()
    await scene.settled()
    assert.deepEqual(scene.trials.seen.slice(length), [])
    assert.match(await accepted('culprit'), /^False CollectorRefuses/)
  })

  it('are done again where collectors are not ready, so that a culprit would be found', async () => {
    const ref = { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }
    const to = { fieldManager: 'test', subresource: 'status' } as const
    await stop()
    await scene.client.mergePatch(ref, { status: { readyReplicas: 0 } }, to)
    const { length } = scene.trials.seen
    stop = scene.startControllers()
    await eventuallyPasses(() => Promise.resolve(assert.equal(scene.trials.seen.length, length + 1)), 20_000)
    await becomeReady()
  })

  it('are done again when the culprit is changed', async () => {
    scene.trials.outcome = startedStatus
    await scene.patch(RESOURCES.destinations, 'culprit', { spec: { fields: { endpoint: 'mended:4317' } } })
    await eventuallyPasses(async () => {
      assert.match(await accepted('culprit'), /^True/)
      assert.match(await gatewayConfig(), /mended:4317/)
    }, 30_000)
    await becomeReady()
  })

  it('that cannot run leave the collectors as they are, and say why', async () => {
    scene.trials.outcome = () => unscheduledStatus('0/1 nodes are available: insufficient cpu')
    await scene.patch(RESOURCES.destinations, 'later', { spec: { fields: { endpoint: 'moved:4317' } } })
    await eventuallyPasses(async () => {
      assert.equal(
        await configured(),
        'False TrialNotRun: the pod cannot be scheduled: 0/1 nodes are available: insufficient cpu',
      )
    }, 20_000)
    assert.doesNotMatch(await gatewayConfig(), /moved:4317/)
  })

  it('that cannot run hold nothing up where no collector is ready', async () => {
    const ref = { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }
    await scene.client.mergePatch(
      ref,
      { status: { readyReplicas: 0 } },
      { fieldManager: 'test', subresource: 'status' },
    )
    await eventuallyPasses(async () => assert.match(await gatewayConfig(), /moved:4317/), 20_000)
  })

  it('that the API server refuses are told in its words', async () => {
    scene.trials.outcome = startedStatus
    await becomeReady()
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace: NAMESPACE },
      spec: { hard: { pods: '0' } },
    }
    await scene.create(RESOURCES.resourceQuotas, quota)
    const counted = { hard: { pods: '0' }, used: { pods: '0' } }
    const ref = { type: RESOURCES.resourceQuotas, namespace: NAMESPACE, name: 'none' }
    await scene.client.mergePatch(ref, { status: counted }, { fieldManager: 'test', subresource: 'status' })
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'any', namespace: NAMESPACE }, spec: POD_SPEC }
    const dryRun = { fieldManager: 'user', isDryRun: true } as const
    await eventuallyPasses(() => assert.rejects(scene.client.create(RESOURCES.pods, pod, dryRun), /quota/), 20_000)
    await scene.patch(RESOURCES.destinations, 'later', { spec: { fields: { endpoint: 'again:4317' } } })
    await eventuallyPasses(async () => assert.match(await configured(), /^False TrialNotRun: .*quota/), 30_000)
    assert.doesNotMatch(await gatewayConfig(), /again:4317/)
    await scene.client.delete(ref)
    await eventuallyPasses(async () => assert.match(await gatewayConfig(), /again:4317/), 30_000)
  })
})
