/** Logs of the shop's containers, metrics of its pods and Events arrive under the names that its spans have. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { BACKEND_ENDPOINT, readReceived, receivedBytes } from '../../deploy/demo/backend.ts'
import { REPOSITORY } from '../../deploy/images/find.ts'
import type { CollectorsGroup } from '../../src/api/kinds/collectors-group.ts'
import { CLUSTER_COLLECTOR_NAME, NODE_COLLECTOR_NAME, ODIGOS_CONFIG_NAME } from '../../src/api/names.ts'
import { eventually } from '../../tools/eventually.ts'
import { configsOf, kubectl, podsOf } from '../support/cluster/demo.ts'
import type { Received } from '../support/telemetry/received-file.ts'
import { receivedIn } from '../support/telemetry/received-file.ts'

const NAMESPACE = 'odigos-system'
const SHOP = 'shop'
const DESTINATION = 'infrastructure'

const own = (kind: string, name: string, spec: object): object => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec,
})

const enabled = { enabled: true, intervalSeconds: 10 }
const INFRASTRUCTURE = {
  containerLogs: { enabled: true },
  hostMetrics: enabled,
  // A kubelet signs its certificate itself, unless it is told otherwise.
  kubeletMetrics: { ...enabled, verifyCertificate: false },
  clusterMetrics: enabled,
  events: { enabled: true },
}

const permit = (isAllowed: boolean): Promise<unknown> =>
  kubectl.helm([
    'upgrade',
    'odigos',
    join(REPOSITORY, 'deploy/helm'),
    `--namespace=${NAMESPACE}`,
    '--reuse-values',
    '--wait',
    '--timeout=5m',
    '--set',
    `collector.infrastructure.enabled=${isAllowed}`,
  ])

/** Everything in a file of the backend since `offset`, of which the first line may be half a one. */
const since = async (file: string, offset: number): Promise<Received> => {
  const { lines } = await readReceived(kubectl, offset, file)
  return receivedIn(`${lines.slice(offset > 0 ? 1 : 0).join('\n')}\n`)
}

describe('telemetry of the infrastructure', function () {
  this.timeout(600_000)
  const LOGS = '/data/logs.jsonl'
  const METRICS = '/data/metrics.jsonl'
  let configBefore = ''
  let metricsOffset = 0
  let services: ReadonlySet<string>

  const group = (name: string): Promise<CollectorsGroup> =>
    kubectl.json<CollectorsGroup>(['get', 'collectorsgroup', '-n', NAMESPACE, name])

  before(async () => {
    services = new Set((await configsOf(SHOP)).keys())
    metricsOffset = await receivedBytes(kubectl, METRICS)
    configBefore = await kubectl.run(['get', 'odigosconfig', '-n', NAMESPACE, ODIGOS_CONFIG_NAME, '--ignore-not-found'])
    await permit(true)
    const fields = { endpoint: BACKEND_ENDPOINT }
    await kubectl.apply([
      own('Destination', DESTINATION, { type: 'otlp', signals: ['logs'], fields }),
      own('OdigosConfig', ODIGOS_CONFIG_NAME, { infrastructure: INFRASTRUCTURE }),
    ])
  })
  after(async () => {
    const config = ['odigosconfig', '-n', NAMESPACE, ODIGOS_CONFIG_NAME]
    const remove = JSON.stringify([{ op: 'remove', path: '/spec/infrastructure' }])
    await kubectl.run(configBefore ? ['patch', ...config, '--type=json', '-p', remove] : ['delete', ...config])
    await kubectl.run(['delete', 'destination', '-n', NAMESPACE, DESTINATION, '--ignore-not-found'])
    await eventually('only what is needed is left', 120, async () => {
      const left = await kubectl.run([
        'get',
        'collectorsgroup',
        '-n',
        NAMESPACE,
        CLUSTER_COLLECTOR_NAME,
        '--ignore-not-found',
      ])
      return left === '' && (await group(NODE_COLLECTOR_NAME)).spec.infrastructure === undefined
    })
    await permit(false)
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, `daemonset/${NODE_COLLECTOR_NAME}`, '--timeout=120s'])
  })

  it('is gathered by collectors that were tried before', async () => {
    for (const name of [NODE_COLLECTOR_NAME, CLUSTER_COLLECTOR_NAME])
      await eventually(`${name} is ready`, 180, async () => {
        const { spec, status } = await group(name)
        const isTrue = (type: string): boolean =>
          status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
        return spec.infrastructure !== undefined && isTrue('Configured') && isTrue('Ready')
      })
    assert.equal((await podsOf(NAMESPACE, 'odigos.io/component=cluster-collector')).length, 1)
  })

  it('has the services of the shop in its logs and metrics', async () => {
    await eventually('logs of the shop', 120, async () => {
      const { logs } = await since(LOGS, 0)
      return logs.some(({ resource }) => services.has(String(resource['service.name'])) && resource['k8s.pod.uid'])
    })
    const expected = ['k8s.pod.cpu.usage', 'k8s.deployment.available']
    await eventually(expected.join(', '), 120, async () => {
      const { metrics } = await since(METRICS, metricsOffset)
      const named = metrics.filter(({ resource }) => services.has(String(resource['service.name'])))
      return expected.every((metric) => named.some(({ name }) => name === metric))
    })
  })

  it('has Events, and nothing of Odigos itself in its logs', async () => {
    const [pod] = await podsOf(SHOP)
    const lastTimestamp = new Date().toISOString().replace(/\.\d+/, '')
    const { name, uid } = pod?.metadata ?? { name: '', uid: '' }
    await kubectl.apply([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'odigos-test', namespace: SHOP },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: SHOP, name, uid },
        reason: 'OdigosTest',
        message: 'seen',
        type: 'Normal',
        firstTimestamp: lastTimestamp,
        lastTimestamp,
        count: 1,
      },
    ])
    let logs: Received['logs'] = []
    await eventually('the Event', 120, async () => {
      logs = (await since(LOGS, 0)).logs
      return logs.some(({ attributes, resource }) => {
        const isOurs = attributes['k8s.event.reason'] === 'OdigosTest'
        return isOurs && resource['k8s.pod.name'] === name && services.has(String(resource['service.name']))
      })
    })
    const fromFiles = logs.filter(({ attributes }) => attributes['log.file.path'] !== undefined)
    assert.deepEqual(
      fromFiles.filter(({ resource }) => resource['k8s.namespace.name'] === NAMESPACE),
      [],
    )
  })
})
