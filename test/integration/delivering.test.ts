/** What gateways deliver, in the status of a Destination of a real API server: written when it is news, and not again. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import type { Destination } from '../../src/api/kinds/destination.ts'
import { FLOW_TIMING } from '../../src/controllers/autoscaler/delivery/flow/timing.ts'
import { renderDestination } from '../../src/destinations/render.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { Sample } from '../../src/prometheus/text.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import { NAMESPACE, startCollectorsScene, workloadConfig } from '../support/collectors/collectors-scene.ts'

const GATEWAY: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'odigos-gateway-0',
    namespace: NAMESPACE,
    labels: {
      'app.kubernetes.io/managed-by': 'odigos',
      'app.kubernetes.io/name': 'odigos',
      'odigos.io/component': 'gateway',
    },
  },
  spec: { containers: [{ name: 'collector', image: 'none' }], automountServiceAccountToken: false },
}
const READY = { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }
const CONTAINER = { name: 'collector', ready: true, restartCount: 0, image: 'none', imageID: 'none' }

const SERVICE_ACCOUNTS = { ...RESOURCES.pods, plural: 'serviceaccounts', kind: 'ServiceAccount' }

describe('the delivery to a Destination, with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>
  let exporter = ''
  const counted = { sent: 0, failed: 0 }

  const pull = (): Promise<Sample[]> =>
    Promise.resolve([
      { name: 'otelcol_exporter_queue_size', labels: { exporter, data_type: 'traces' }, value: 0 },
      { name: 'otelcol_exporter_queue_capacity', labels: { exporter, data_type: 'traces' }, value: 1_000 },
      { name: 'otelcol_exporter_sent_spans', labels: { exporter }, value: counted.sent },
      { name: 'otelcol_exporter_send_failed_spans', labels: { exporter }, value: counted.failed },
    ])
  const start = (): (() => Promise<void>) =>
    scene.startControllers({}, { pull, intervalMs: 200, timing: { ...FLOW_TIMING, holdMs: 500, recentMs: 2_000 } })

  const destination = async (): Promise<Destination> =>
    (await scene.read(RESOURCES.destinations, 'backend')) as unknown as Destination
  const says = (expected: string): Promise<void> =>
    eventuallyPasses(
      async () => assert.equal(await scene.condition(RESOURCES.destinations, 'backend', 'Delivering'), expected),
      20_000,
    )
  const versionOf = async (): Promise<string> => (await destination()).metadata.resourceVersion ?? ''

  before(async () => {
    scene = await startCollectorsScene()
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('cart'))
    await scene.create(SERVICE_ACCOUNTS, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: NAMESPACE },
    })
    await scene.create(RESOURCES.pods, GATEWAY)
    await scene.client.mergePatch(
      { type: RESOURCES.pods, namespace: NAMESPACE, name: 'odigos-gateway-0' },
      { status: { ...READY, containerStatuses: [CONTAINER] } },
      { fieldManager: 'user', subresource: 'status' },
    )
    const { metadata, spec } = (await scene.addDestination('backend')) as unknown as Destination
    exporter = renderDestination({ name: 'backend', uid: metadata.uid, spec }, []).exporters[0]?.id ?? ''
    stop = start()
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  it('is unknown until there is telemetry', () =>
    says('Unknown NoTelemetryYet: traces: no data has arrived for the destination yet'))

  it('is told as soon as the backend accepts something, with figures', async () => {
    counted.sent = 100
    await says('True Delivering: traces: the backend accepts the data')
    const { delivery } = (await destination()).status ?? {}
    const [figures] = delivery?.signals ?? []
    assert.ok(figures?.lastSuccessTime)
    assert.deepEqual(
      { ...figures, lastSuccessTime: '' },
      {
        signal: 'traces',
        sent: 100,
        failed: 0,
        dropped: 0,
        queuedBytes: 0,
        queueCapacityBytes: 1_000,
        lastSuccessTime: '',
      },
    )
  })

  it('is not written again for each item, nor by a new leader', async () => {
    await scene.settled()
    const before = await versionOf()
    for (let tick = 0; tick < 10; tick += 1) {
      counted.sent += 50
      await sleep(200)
    }
    await stop()
    stop = start()
    await sleep(3_000)
    assert.equal(await versionOf(), before)
  })

  it('is told with an Event when the backend rejects everything', async () => {
    counted.failed = 30
    await eventuallyPasses(async () =>
      assert.match(
        await scene.condition(RESOURCES.destinations, 'backend', 'Delivering'),
        /^False (All|Some)DataRejected: traces: the backend rejects (everything|a part); about 30 spans were lost/,
      ),
    )
    await eventuallyPasses(async () => {
      const events = await scene.events('backend')
      assert.ok(events.includes('Normal Delivering'), events.join())
      assert.ok(
        events.some((event) => /^Warning (All|Some)DataRejected$/.test(event)),
        events.join(),
      )
    })
  })

  it('is not said of a Destination that is disabled', async () => {
    await scene.patch(RESOURCES.destinations, 'backend', { spec: { disabled: true } })
    await says('none')
    assert.equal((await destination()).status?.delivery, undefined)
  })
})
