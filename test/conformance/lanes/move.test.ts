/** A workload moves to collectors of its own and back, with real collectors: nothing is lost or doubled, and no node collector restarts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { laneOf } from '../../../src/api/routing/lanes.ts'
import { queueReadings } from '../../../src/controllers/autoscaler/delivery/queue-metrics.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { LanesScene } from '../../support/telemetry/lanes-scene.ts'
import { startLanes } from '../../support/telemetry/lanes-scene.ts'
import type { SpanSender } from '../../support/telemetry/span-sender.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { startTallySink } from '../../support/telemetry/tally-sink.ts'

const workload = (name: string) => ({ namespace: 'shop', kind: 'Deployment', name })
/** Two of one lane, and one of another. */
const HEAVY = workload('cart')
const NEIGHBOUR = workload('loadgen')
const OTHER = workload('catalogue')
const FIRST = { heavy: 0, neighbour: 1_000_000, other: 2_000_000 }

describe('a workload that moves to collectors of its own', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-lanes-'))
  const lane = laneOf(HEAVY)
  let scene: LanesScene
  let sinks: { gateway: TallySink; dedicated: TallySink }
  let senders: Record<keyof typeof FIRST, SpanSender>
  let nodePid: number | undefined

  const send = ({ namespace, name }: typeof HEAVY, first: number): SpanSender =>
    startSpanSender(scene.endpoint, {
      first,
      resource: { 'k8s.namespace.name': namespace, 'k8s.deployment.name': name },
    })

  /** Highest number that arrived of each sender. */
  const arrived = (sink: TallySink, sender: keyof typeof FIRST): number => {
    const first = FIRST[sender]
    let count = 0
    for (let sequence = first; sequence < first + senders[sender].sent(); sequence += 1)
      if (sink.tally.has(sequence)) count += 1
    return count
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    sinks = { gateway: await startTallySink(), dedicated: await startTallySink() }
    const backends = { gateway: sinks.gateway.endpoint, dedicated: sinks.dedicated.endpoint }
    scene = await startLanes({ binary, folder, disk: DISK, backends, served: [HEAVY] })
    nodePid = scene.node.process.pid()
    senders = {
      heavy: send(HEAVY, FIRST.heavy),
      neighbour: send(NEIGHBOUR, FIRST.neighbour),
      other: send(OTHER, FIRST.other),
    }
  })
  after(async () => {
    await Promise.all(Object.values(senders ?? {}).map((sender) => sender.stop()))
    await scene?.stop()
    await Promise.all(Object.values(sinks ?? {}).map((sink) => sink.close()))
    rmSync(folder, { recursive: true })
  })

  it('is delivered by the gateway at first', async () => {
    assert.equal(laneOf(NEIGHBOUR), lane)
    assert.notEqual(laneOf(OTHER), lane)
    await eventuallyPasses(() => {
      for (const sender of ['heavy', 'neighbour', 'other'] as const) assert.ok(arrived(sinks.gateway, sender) > 100)
    }, 20_000)
    assert.equal(sinks.dedicated.tally.total(), 0)
  })

  it('arrives at its collectors when its lane leads there, and only what it sends', async () => {
    scene.lanes[lane]?.leadTo(scene.dedicated.place.grpcPort)
    await eventuallyPasses(() => assert.ok(arrived(sinks.dedicated, 'heavy') > 1_000), 20_000)
    const beforeMs = arrived(sinks.gateway, 'neighbour')
    await eventuallyPasses(() => assert.ok(arrived(sinks.gateway, 'neighbour') > beforeMs + 500), 20_000)
    assert.equal(arrived(sinks.dedicated, 'neighbour'), 0)
    assert.equal(arrived(sinks.dedicated, 'other'), 0)
  })

  it('returns to the gateway, and its collectors deliver what they have', async () => {
    scene.lanes[lane]?.leadTo(scene.gateway.place.grpcPort)
    await sleep(2_500)
    const last = arrived(sinks.dedicated, 'heavy')
    const before = arrived(sinks.gateway, 'heavy')
    await eventuallyPasses(() => assert.ok(arrived(sinks.gateway, 'heavy') > before + 500), 20_000)
    await eventuallyPasses(async () => {
      const fills = queueReadings(await scene.dedicated.samples()).map(({ fill }) => fill)
      assert.ok(fills.length > 0 && fills.every((fill) => fill === 0), fills.join(' '))
    }, 20_000)
    await sleep(1_000)
    await scene.dedicated.process.terminate()
    assert.ok(arrived(sinks.dedicated, 'heavy') - last < 500, 'it still receives long after')
  })

  it('loses nothing and doubles nothing, and the node collector is the same process', async () => {
    await Promise.all(Object.values(senders).map((sender) => sender.stop()))
    const sent = Object.values(senders).reduce((sum, sender) => sum + sender.sent(), 0)
    for (const sender of Object.values(senders)) assert.equal(sender.accepted.size, sender.sent(), 'was refused')
    const total = (): number => sinks.gateway.tally.total() + sinks.dedicated.tally.total()
    await eventuallyPasses(() => assert.ok(total() >= sent, `${total()} of ${sent}`), 20_000)
    await sleep(1_500)
    assert.equal(total(), sent)
    assert.equal(Math.max(sinks.gateway.tally.mostCopies(), sinks.dedicated.tally.mostCopies()), 1)
    for (const name of ['heavy', 'neighbour', 'other'] as const)
      assert.equal(arrived(sinks.gateway, name) + arrived(sinks.dedicated, name), senders[name].sent(), name)
    assert.equal(scene.node.process.pid(), nodePid)
    console.log(`      ${sent} spans, each exactly once`)
  })
})
