/** Gateways are scaled by their own figures, as the cluster has no metrics-server; nothing is lost or doubled meanwhile. */
import assert from 'node:assert/strict'
import type { CollectorsGroup } from '../../src/api/kinds/collectors-group.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { eventually } from '../../tools/eventually.ts'
import { kubectl, only, podsOf, watchSpans } from '../support/cluster/demo.ts'
import { timesArrived } from '../support/cluster/times-arrived.ts'
import type { SpanSender } from '../support/telemetry/span-sender.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'

const NAMESPACE = 'odigos-system'
const GATEWAY = 'odigos-gateway'
const SERVICE = 'numbered-scaling'

/** Gateways aim at three times their request, which is less than one needs for what is sent. */
const CPU = '10m'
const SMALL = { resources: { requests: { cpu: CPU } } }
const SENT = { perRequest: 300, intervalMs: 100 }
/** Costs processor time for each span. */
const COSTLY = {
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Action',
  metadata: { name: 'costly', namespace: NAMESPACE },
  spec: {
    type: 'MaskValues',
    signals: ['traces'],
    maskValues: { kinds: ['Email', 'PaymentCard', 'PhoneNumber', 'IpAddress', 'Token'] },
  },
}

const configWith = (gateway: object): object => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'OdigosConfig',
  metadata: { name: 'odigos', namespace: NAMESPACE },
  spec: { collectors: { gateway } },
})

const gateways = () => podsOf(NAMESPACE, 'odigos.io/component=gateway')
const readyGateways = async (): Promise<number> =>
  (await gateways()).filter(({ status }) => status?.containerStatuses?.every(({ ready }) => ready)).length

const replicas = async (): Promise<number> =>
  (await kubectl.json<{ spec: { replicas: number } }>(['get', 'statefulset', '-n', NAMESPACE, GATEWAY])).spec.replicas

const scaling = async (): Promise<string> => {
  const { status } = await kubectl.json<CollectorsGroup>(['get', 'collectorsgroup', '-n', NAMESPACE, GATEWAY])
  return status?.conditions?.find(({ type }) => type === 'Scaling')?.reason ?? ''
}

const eventMessages = async (): Promise<string[]> => {
  const { items } = await kubectl.json<{ items: (KubeObject & { message: string })[] }>([
    'get',
    'events',
    '-n',
    NAMESPACE,
    `--field-selector=reason=ScaledByCollectors,involvedObject.name=${GATEWAY}`,
  ])
  return items.map(({ message }) => message)
}

describe('gateways without metrics-server', function () {
  this.timeout(600_000)
  let watch: Awaited<ReturnType<typeof watchSpans>>
  let sender: SpanSender | undefined

  before(async () => {
    await kubectl.apply([configWith(SMALL), COSTLY])
    await eventually('the gateway has the request', 90, async () => {
      const { spec } = only(await gateways())
      return spec.containers.some(({ resources }) => resources?.requests?.['cpu'] === CPU)
    })
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, `statefulset/${GATEWAY}`, '--timeout=120s'])
    watch = await watchSpans()
    const endpoint = `http://${only(await podsOf(NAMESPACE, 'odigos.io/component=node-collector')).status?.podIP}:4318`
    // The first request after the watch begins is not seen.
    const warmUp = startSpanSender(endpoint, { intervalMs: 200 })
    await watch.until('the first spans', 60, (spans) => spans.some(({ service }) => service === 'sender'))
    await warmUp.stop()
    const resource = { 'service.name': SERVICE }
    sender = startSpanSender(endpoint, { ...SENT, isPatient: true, resource })
  })
  after(async () => {
    await sender?.stop()
    await kubectl.run(['delete', 'action', '-n', NAMESPACE, COSTLY.metadata.name, '--ignore-not-found'])
    await kubectl.run(['delete', 'odigosconfig', '-n', NAMESPACE, 'odigos', '--ignore-not-found'])
  })

  it('become more by their own figures', async () => {
    assert.equal(await scaling(), 'ScaledByCollectors')
    await eventually('a second gateway is ready', 180, async () => {
      await watch.update() // what a single look can read is limited
      return (await readyGateways()) > 1
    })
    await sender?.stop()
    assert.match(
      (await eventMessages()).join(),
      /^from 1 to [23]: (processor time|memory) is at \d+ % of what is aimed at/,
    )
  })

  it('receive every span once, and become fewer when the bounds demand it', async () => {
    assert.ok(sender)
    const accepted = [...sender.accepted]
    assert.ok(accepted.length > 1000, `${accepted.length} spans were accepted`)
    const times = async () => timesArrived(await watch.update(), SERVICE)
    await eventually('all spans arrive', 90, async () => {
      const arrived = await times()
      return accepted.every((sequence) => arrived.has(sequence))
    })
    await kubectl.apply([configWith({ ...SMALL, replicas: { min: 1, max: 1 } })])
    await eventually('one gateway is left', 120, async () => (await replicas()) === 1 && (await readyGateways()) === 1)
    assert.deepEqual(
      [...(await times())].filter(([, count]) => count > 1),
      [],
      'spans that arrived more than once',
    )
    console.log(`      ${accepted.length} spans, each arrived once`)
  })
})
