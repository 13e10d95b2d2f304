/** A workload with much traffic gets collectors of its own and returns, as scheduler and autoscaler write it to a real API server. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { laneOf, LANES } from '../../src/api/routing/lanes.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import { odigosObject, startCollectorsScene, workloadConfig } from '../support/collectors/collectors-scene.ts'

const CART = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
const LANE = laneOf(CART)
const GROUP = `odigos-dedicated-${LANE}`
const MUCH = { sharePercent: 70, itemsPerSecond: 9_000 }
const SETTINGS = { afterSeconds: 1, returnAfterSeconds: 1 }

describe('collectors for single workloads with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>

  const SHARED = { gateway: 'odigos-gateway', reason: 'SharedGateway' }
  const pipelineOf = async (name: string): Promise<object> => {
    const config = await scene.read(RESOURCES.instrumentationConfigs, `deployment-${name}`, 'shop')
    const { pipeline } = config['spec'] as { pipeline?: { gateway: string; reason: string } }
    return { gateway: pipeline?.gateway, reason: pipeline?.reason }
  }
  const daemonSet = async (): Promise<unknown> =>
    (await scene.read(RESOURCES.daemonSets, 'odigos-node-collector'))['spec']

  before(async () => {
    scene = await startCollectorsScene()
    for (const name of ['cart', 'web']) await scene.create(RESOURCES.instrumentationConfigs, workloadConfig(name))
    const config = odigosObject('OdigosConfig', 'odigos', { collectors: { dedicated: SETTINGS } })
    await scene.create(RESOURCES.odigosConfigs, config)
    const destination = { type: 'otlp', signals: ['traces'], fields: { endpoint: 'backend:4317' } }
    await scene.create(RESOURCES.destinations, odigosObject('Destination', 'backend', destination))
    stop = scene.startControllers()
    await eventuallyPasses(async () => assert.deepEqual(await pipelineOf('cart'), SHARED), 30_000)
    await eventuallyPasses(async () => void (await daemonSet()), 30_000)
    await scene.settled()
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  /** The component that the Service of a lane leads to. */
  const target = async (lane: number): Promise<string | undefined> => {
    const { spec } = (await scene.read(RESOURCES.services, `odigos-lane-${lane}`)) as unknown as {
      spec: { selector: Record<string, string> }
    }
    return spec.selector['odigos.io/component']
  }
  /** What the instrumentor would measure. */
  const measure = (traffic: object | null): Promise<KubeObject> =>
    scene.client.mergePatch(
      { type: RESOURCES.instrumentationConfigs, namespace: 'shop', name: 'deployment-cart' },
      { status: { traffic } },
      { fieldManager: 'instrumentor', subresource: 'status' },
    )
  /** What the controllers of Kubernetes would say of the collectors. */
  const becomeReady = async (): Promise<void> => {
    const { metadata } = await scene.read(RESOURCES.statefulSets, GROUP)
    const counts = { replicas: 1, readyReplicas: 1, updatedReplicas: 1, observedGeneration: metadata.generation }
    await scene.client.mergePatch(
      { type: RESOURCES.statefulSets, namespace: 'odigos-system', name: GROUP },
      { status: counts },
      { fieldManager: 'kubernetes', subresource: 'status' },
    )
  }

  it('a Service for each lane leads to the gateway, and every workload has a reason', async () => {
    await eventuallyPasses(async () => {
      for (let lane = 0; lane < LANES; lane += 1) assert.equal(await target(lane), 'gateway')
    }, 20_000)
    assert.deepEqual(await pipelineOf('web'), SHARED)
    // After its trial.
    await eventuallyPasses(async () => void (await daemonSet()), 20_000)
  })

  it('much traffic brings collectors, to which the lane leads once they are ready, without a change of node collectors', async () => {
    const before = await daemonSet()
    await measure(MUCH)
    await eventuallyPasses(async () => void (await scene.read(RESOURCES.statefulSets, GROUP)), 20_000)
    await eventuallyPasses(async () => {
      assert.deepEqual(await pipelineOf('cart'), { gateway: GROUP, reason: 'DedicatedByTraffic' })
    }, 5_000)
    assert.equal(await target(LANE), 'gateway')
    await becomeReady()
    await eventuallyPasses(async () => assert.equal(await target(LANE), `dedicated-${LANE}`), 20_000)
    await eventuallyPasses(async () => {
      assert.match(
        await scene.condition(RESOURCES.collectorsGroups, GROUP, 'Serving'),
        /^True Serving: Deployment shop\/cart/,
      )
    }, 10_000)
    assert.deepEqual(await daemonSet(), before)
    assert.deepEqual(await pipelineOf('web'), SHARED)
  })

  it('another start of the controllers writes nothing', async () => {
    await scene.settled()
    await stop()
    const before = scene.writes.length
    stop = scene.startControllers()
    await scene.settled()
    // The autoscaler applies what it owns again, which changes nothing.
    const written = scene.writes.slice(before).filter((write) => /CollectorsGroup|InstrumentationConfig/.test(write))
    assert.deepEqual(written, [])
    assert.equal(await target(LANE), `dedicated-${LANE}`)
  })

  it('when it sends less, the lane leads to the gateway again, and the collectors deliver what they have', async () => {
    await measure(null)
    await eventuallyPasses(async () => assert.deepEqual(await pipelineOf('cart'), SHARED), 20_000)
    await eventuallyPasses(async () => assert.equal(await target(LANE), 'gateway'), 20_000)
    await eventuallyPasses(async () => {
      assert.match(await scene.condition(RESOURCES.collectorsGroups, GROUP, 'Serving'), /^False Draining/)
    }, 10_000)
  })

  it("the user's choice holds at once, and an invalid one of the settings is refused", async () => {
    await scene.patch(RESOURCES.instrumentationConfigs, 'deployment-cart', { spec: { gateway: 'Dedicated' } }, 'shop')
    await eventuallyPasses(async () => {
      assert.deepEqual(await pipelineOf('cart'), { gateway: GROUP, reason: 'DedicatedByUser' })
      assert.equal(await target(LANE), `dedicated-${LANE}`)
    }, 20_000)
    const wrong = { spec: { collectors: { dedicated: { sharePercent: 20, returnSharePercent: 30 } } } }
    await assert.rejects(
      scene.patch(RESOURCES.odigosConfigs, 'odigos', wrong),
      /returnSharePercent must be less than sharePercent/,
    )
  })
})
