/** One that floods a node collector, while its collectors take nothing, does not hold up the others. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { laneOf } from '../../../src/api/routing/lanes.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { LanesScene } from '../../support/telemetry/lanes-scene.ts'
import { startLanes } from '../../support/telemetry/lanes-scene.ts'
import type { SpanSender } from '../../support/telemetry/span-sender.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { startTallySink } from '../../support/telemetry/tally-sink.ts'

const MiB = 2 ** 20
/** Small, so that the queue of the lane is full within seconds. */
const DISK = { bytes: 64 * MiB, fsync: false }
const FLOOD = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
const OTHER = { namespace: 'shop', kind: 'Deployment', name: 'catalogue' }
const CALM_MS = 4_000
const FLOOD_MS = 12_000

const memoryOf = (pid: number): number =>
  Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

describe('one that floods a node collector', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-flood-'))
  let scene: LanesScene
  let sink: TallySink

  const send = ({ namespace, name }: typeof FLOOD, options: object): SpanSender =>
    startSpanSender(scene.endpoint, {
      ...options,
      resource: { 'k8s.namespace.name': namespace, 'k8s.deployment.name': name },
    })

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    sink = await startTallySink()
    const backends = { gateway: sink.endpoint, dedicated: sink.endpoint }
    scene = await startLanes({ binary, folder, disk: DISK, backends, served: [] })
  })
  after(async () => {
    await scene?.stop()
    await sink?.close()
    rmSync(folder, { recursive: true })
  })

  it('is refused alone: others lose nothing, in memory that stays within the limit', async () => {
    scene.lanes[laneOf(FLOOD)]?.leadTo(await freePort())
    const other = send(OTHER, { intervalMs: 20 })
    await sleep(CALM_MS)
    const calm = other.sent()
    const floods = [1, 2, 3].map((n) => send(FLOOD, { first: n * 10_000_000, perRequest: 300, intervalMs: 0 }))
    let mostMiB = 0
    for (let ms = 0; ms < FLOOD_MS; ms += 500) {
      await sleep(500)
      mostMiB = Math.max(mostMiB, memoryOf(scene.node.process.pid() ?? 0))
    }
    const flooded = other.sent() - calm
    await Promise.all([other, ...floods].map((sender) => sender.stop()))
    const refused = floods.reduce((sum, sender) => sum + sender.sent() - sender.accepted.size, 0)
    console.log(
      `      ${refused} spans of the flood refused, ${Math.round(mostMiB)} MiB; the other sent ` +
        `${Math.round((calm * 1000) / CALM_MS)} spans/s before and ${Math.round((flooded * 1000) / FLOOD_MS)} meanwhile`,
    )
    assert.ok(refused > 1_000, 'the queue of the lane was never full')
    assert.equal(other.accepted.size, other.sent(), 'the other was refused something')
    await eventuallyPasses(() => assert.equal(sink.tally.missing(other.sent()).length, 0), 20_000)
    assert.ok(mostMiB < 256, `${mostMiB} MiB`)
  })
})
