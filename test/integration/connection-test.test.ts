/** Tests of connections and the setting of hosts, with a real API server and the permissions of the chart. */
import assert from 'node:assert/strict'
import type { KubeObject, PodSpec } from '../../src/api/kubernetes.ts'
import { CONNECTION_TEST_PATH } from '../../src/api/names.ts'
import type { ConnectionTestReport } from '../../src/api/reports/connection-test.ts'
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
import { failedStatus } from '../support/collectors/trial-kubelet.ts'

const VALUE = 'planted-value'
const SPEC = {
  type: 'otlp',
  signals: ['traces', 'logs'],
  fields: { endpoint: 'otel.example.com:4317', secretHeader: 'x-key' },
  secretRef: { name: 'entered' },
}

describe('tests of connections, with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>

  const secret = (name: string, labels: Record<string, string>): KubeObject => {
    const metadata = { name, namespace: NAMESPACE, labels }
    return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { secretHeaderValue: VALUE } }
  }

  before(async () => {
    scene = await startCollectorsScene()
    await scene.create(RESOURCES.secrets, secret('entered', { 'odigos.io/connection-test': 'allowed' }))
    await scene.create(RESOURCES.secrets, secret('stored', {}))
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('web'))
    await scene.create(
      RESOURCES.odigosConfigs,
      odigosObject('OdigosConfig', 'odigos', { destinations: { allowedHosts: ['*.example.com', '10.0.0.0/8'] } }),
    )
    stop = scene.startControllers()
    await eventuallyPasses(async () => {
      const { body } = await scene.ask(CONNECTION_TEST_PATH, { spec: { ...SPEC, fields: {} } })
      assert.match((body as { error: string }).error, /^MissingField: /)
    }, 20_000)
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  const pods = () =>
    listObjects<KubeObject>(scene.client, RESOURCES.pods, {
      namespace: NAMESPACE,
      labelSelector: 'odigos.io/component=connection-test',
    })
  const accepted = (name: string) => scene.condition(RESOURCES.destinations, name, 'Accepted')

  it('start a pod that the API server takes, tell its words without values, and leave nothing', async () => {
    const asked = scene.ask(CONNECTION_TEST_PATH, { spec: SPEC })
    let pod: KubeObject | undefined
    await eventuallyPasses(async () => {
      pod = (await pods())[0]
      assert.ok(pod)
    }, 10_000)
    assert.ok(pod)
    const { containers, volumes } = pod['spec'] as PodSpec
    assert.deepEqual([containers.length, volumes], [1, undefined])
    assert.doesNotMatch(JSON.stringify(pod), new RegExp(VALUE))
    await scene.client.mergePatch(
      { type: RESOURCES.pods, namespace: NAMESPACE, name: pod.metadata.name },
      { status: failedStatus(`Error: no extension takes ${VALUE}`) },
      { fieldManager: 'kubelet', subresource: 'status' },
    )
    const { status, body } = await asked
    assert.equal(status, 200, JSON.stringify(body))
    const { signals } = body as ConnectionTestReport
    assert.deepEqual(
      signals.map(({ signal, reason, message }) => [signal, reason, message]),
      ['traces', 'logs'].map((signal) => [signal, 'CollectorRefuses', 'no extension takes ****']),
    )
    assert.deepEqual(await pods(), [])
  })

  it('are refused a Secret that no Destination sends there, and a host that is not allowed', async () => {
    const errorOf = async (spec: object): Promise<string> => {
      const { status, body } = await scene.ask(CONNECTION_TEST_PATH, { spec })
      return `${status} ${(body as { error: string }).error}`
    }
    assert.match(
      await errorOf({ ...SPEC, secretRef: { name: 'stored' } }),
      /^422 the values of Secret stored are only sent/,
    )
    const elsewhere = { ...SPEC, fields: { ...SPEC.fields, endpoint: '192.168.0.1:4317' } }
    assert.match(await errorOf(elsewhere), /^422 HostNotAllowed: 192\.168\.0\.1 is not among the allowed hosts/)
    assert.deepEqual(await pods(), [])
  })

  it('follow the setting, as Destinations do', async () => {
    await scene.addDestination('backend')
    await eventuallyPasses(
      async () =>
        assert.equal(await accepted('backend'), 'False HostNotAllowed: backend is not among the allowed hosts'),
      20_000,
    )
    const config = { spec: { destinations: { allowedHosts: ['backend'] } } }
    await scene.patch(RESOURCES.odigosConfigs, 'odigos', config)
    await eventuallyPasses(async () => assert.match(await accepted('backend'), /^True Valid/), 20_000)
    for (const pattern of ['a*.example.com', 'http://a', 'a:80'])
      await assert.rejects(
        scene.patch(RESOURCES.odigosConfigs, 'odigos', { spec: { destinations: { allowedHosts: [pattern] } } }),
        /allowedHosts/,
      )
  })
})
