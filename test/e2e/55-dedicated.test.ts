/** A workload that sends most of the telemetry gets collectors of its own and returns, and nothing is lost or doubled meanwhile. */
import assert from 'node:assert/strict'
import type { CollectorsGroup } from '../../src/api/kinds/collectors-group.ts'
import { dedicatedGroupName, laneOf } from '../../src/api/routing/lanes.ts'
import { eventually } from '../../tools/eventually.ts'
import { configsOf, kubectl, only, podsOf, watchSpans } from '../support/cluster/demo.ts'
import { timesArrived } from '../support/cluster/times-arrived.ts'
import type { SpanSender } from '../support/telemetry/span-sender.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'

const NAMESPACE = 'odigos-system'
const SHOP = 'shop'
const shopWorkload = (name: string) => ({ namespace: SHOP, kind: 'Deployment', name })
const HEAVY = shopWorkload('cart')
const OTHER = shopWorkload('storefront')
const GROUP = dedicatedGroupName(laneOf(HEAVY))
/** For the test, in minutes instead of a quarter of an hour. Traffic is measured once a minute. */
const SETTINGS = { itemsPerSecond: 80, returnItemsPerSecond: 40, afterSeconds: 1, returnAfterSeconds: 1 }

const CONFIG = {
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'OdigosConfig',
  metadata: { name: 'odigos', namespace: NAMESPACE },
  spec: { collectors: { dedicated: SETTINGS } },
}

/** Telemetry of others may be this late (s), where it waits in batches and for the next look. */
const MAX_DELAY_SECONDS = 10

const nodeCollector = async () => only(await podsOf(NAMESPACE, 'odigos.io/component=node-collector'))

/** Where the scheduler has assigned the workload, and why. */
const assignment = async (): Promise<string> => {
  const pipeline = (await configsOf(SHOP)).get(HEAVY.name)?.spec.pipeline
  return `${pipeline?.gateway} ${pipeline?.reason}`
}

const isServing = async (): Promise<boolean> => {
  const { status } = await kubectl.json<CollectorsGroup>(['get', 'collectorsgroup', '-n', NAMESPACE, GROUP])
  return status?.conditions?.some(({ type, status: is }) => type === 'Serving' && is === 'True') ?? false
}

/** Spans that the collectors of the workload have received. */
const receivedByGroup = async (): Promise<number> => {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${GROUP}-0:8888/proxy/metrics`
  const lines = (await kubectl.run(['get', '--raw', path])).split('\n')
  const counts = lines.filter((line) => line.startsWith('otelcol_receiver_accepted_spans'))
  return counts.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Resource attributes as the agents of the workload send them, under a service name of its own. */
const resourceOf = async ({ namespace, name }: typeof HEAVY) => ({
  'service.name': `numbered-${name}`,
  'k8s.namespace.name': namespace,
  'k8s.deployment.name': name,
  'k8s.pod.name': only(await podsOf(namespace, `app.kubernetes.io/name=${name}`)).metadata.name,
})

describe('a workload that sends most of the telemetry', function () {
  this.timeout(600_000)
  const senders: Record<string, SpanSender[]> = { [HEAVY.name]: [], [OTHER.name]: [] }
  let watch: Awaited<ReturnType<typeof watchSpans>>
  let nodeUid: string
  let othersSince: number

  /** How late the telemetry of the other workload is (s), by how much of it has not arrived. */
  const delays: number[] = []
  const lookAtOthers = async (): Promise<void> => {
    const sent = senders[OTHER.name]?.[0]?.accepted.size ?? 0
    const perSecond = (sent * 1000) / (performance.now() - othersSince)
    const arrived = timesArrived(await watch.update(), `numbered-${OTHER.name}`).size
    delays.push(Math.max(0, sent - arrived) / perSecond)
  }
  const until = (what: string, seconds: number, isTrue: () => Promise<boolean>): Promise<void> =>
    eventually(what, seconds, async () => {
      await lookAtOthers()
      return isTrue()
    })

  const send = async (workload: typeof HEAVY, perRequest: number, first = 0): Promise<SpanSender> => {
    const endpoint = `http://${(await nodeCollector()).status?.podIP}:4318`
    const resource = await resourceOf(workload)
    const sender = startSpanSender(endpoint, { perRequest, first, resource, intervalMs: 100, isPatient: true })
    senders[workload.name]?.push(sender)
    return sender
  }
  const stopAll = (): Promise<unknown> => Promise.all(Object.values(senders).flatMap((all) => all.map((s) => s.stop())))

  before(async () => {
    await kubectl.apply([CONFIG])
    nodeUid = (await nodeCollector()).metadata.uid
    watch = await watchSpans()
    // The first request after the watch begins is not seen.
    const warmUp = startSpanSender(`http://${(await nodeCollector()).status?.podIP}:4318`, { intervalMs: 200 })
    await watch.until('the first spans', 60, (spans) => spans.some(({ service }) => service === 'sender'))
    await warmUp.stop()
    othersSince = performance.now()
    await send(OTHER, 2)
  })
  after(async () => {
    await stopAll()
    await kubectl.run(['delete', 'odigosconfig', '-n', NAMESPACE, 'odigos', '--ignore-not-found'])
    await kubectl.run(['delete', 'collectorsgroup', '-n', NAMESPACE, GROUP, '--ignore-not-found'])
  })

  it('gets collectors of its own, at which its telemetry arrives', async () => {
    assert.notEqual(laneOf(OTHER), laneOf(HEAVY))
    const heavy = await send(HEAVY, 40)
    await until('it is assigned by its traffic', 180, async () => {
      return (await assignment()) === `${GROUP} DedicatedByTraffic`
    })
    await until('its collectors serve it', 120, isServing)
    await until('its telemetry arrives there', 90, async () => (await receivedByGroup()) > 1000)
    await heavy.stop()
  })

  it('returns when it sends less', async () => {
    const sent = senders[HEAVY.name]?.[0]?.sent() ?? 0
    await send(HEAVY, 1, sent)
    await until('it is assigned to the gateway', 240, async () => {
      return (await assignment()) === 'odigos-gateway SharedGateway'
    })
    const first = senders[HEAVY.name]?.[1]
    const returned = first?.sent() ?? 0
    await eventually('more is sent afterwards', 30, async () => (first?.sent() ?? 0) > returned + 20)
  })

  it('the telemetry of others is as fast as before', () => {
    const worst = Math.max(...delays)
    const median = delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)] ?? 0
    console.log(`      telemetry of others arrived after ${median.toFixed(1)} s, at most ${worst.toFixed(1)} s`)
    assert.ok(worst < MAX_DELAY_SECONDS, `${worst.toFixed(1)} s`)
  })

  it('every span arrived once, those of others too, and the node collector is the same', async () => {
    await stopAll()
    for (const [name, all] of Object.entries(senders)) {
      const accepted = all.flatMap((sender) => [...sender.accepted])
      const missing = (times: Map<number, number>) => accepted.filter((sequence) => !times.has(sequence)).length
      await eventually(
        `all of ${name} arrive`,
        90,
        async () => missing(timesArrived(await watch.update(), `numbered-${name}`)) === 0,
      )
      const times = timesArrived(await watch.update(), `numbered-${name}`)
      assert.deepEqual(
        [...times].filter(([, count]) => count > 1),
        [],
        `${name}: spans that arrived more than once`,
      )
      console.log(`      ${accepted.length} spans of ${name}, each arrived once`)
    }
    assert.equal((await nodeCollector()).metadata.uid, nodeUid)
  })
})
