/** What one destination does, takes or refuses never reaches another. `npm run soak` is the long form. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { DomainsScene } from '../../support/telemetry/domains-scene.ts'
import { startDomains } from '../../support/telemetry/domains-scene.ts'
import type { SpanSender } from '../../support/telemetry/span-sender.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { startTallySink } from '../../support/telemetry/tally-sink.ts'

const MiB = 2 ** 20
/** Small, so that the queue of the dead destination is full within seconds: less than a MiB for each. */
const DISK = { bytes: 8 * MiB, fsync: false }
const LOAD_MS = 12_000

const OUT_OF_ORDER = { unauthorized: { status: 401 }, large: { status: 413 }, throttled: { status: 429 } }

describe('destinations of a real gateway', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-domains-'))
  const sinks: TallySink[] = []
  let scene: DomainsScene
  let sender: SpanSender
  let healthy: TallySink
  let slow: TallySink
  let deadPort = 0

  const start = async (...options: Parameters<typeof startTallySink>): Promise<TallySink> => {
    const sink = await startTallySink(...options)
    sinks.push(sink)
    return sink
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    healthy = await start()
    slow = await start({ delayMs: 1_500 })
    deadPort = await freePort()
    const faulty = await Promise.all(
      Object.entries(OUT_OF_ORDER).map(async ([name, fault]) => ({ name, endpoint: (await start(fault)).endpoint })),
    )
    scene = await startDomains({
      binary,
      folder,
      disk: DISK,
      memoryMiB: 512,
      destinations: [
        { name: 'a-dead', endpoint: `http://127.0.0.1:${deadPort}` },
        { name: 'healthy', endpoint: healthy.endpoint },
        { name: 'slow', endpoint: slow.endpoint },
        ...faulty,
      ],
    })
    sender = startSpanSender(scene.endpoint)
    await sleep(LOAD_MS)
    await sender.stop()
  })
  after(async () => {
    await scene?.stop()
    await Promise.all(sinks.map((sink) => sink.close()))
    rmSync(folder, { recursive: true })
  })

  const droppedOf = (name: string): Promise<number> =>
    scene.gateway.metric('otelcol_exporter_enqueue_failed_spans', { exporter: `/${name}-` })
  const failedOf = (name: string): Promise<number> =>
    scene.gateway.metric('otelcol_exporter_send_failed_spans', { exporter: `/${name}-` })

  it('nothing is refused to an application', () => {
    assert.ok(sender.sent() > 2_000, `only ${sender.sent()} spans were sent`)
    assert.equal(sender.accepted.size, sender.sent())
  })

  it('the healthy one receives everything exactly once', async () => {
    await eventuallyPasses(() => assert.equal(healthy.tally.distinct(), sender.sent()), 15_000)
    assert.equal(healthy.tally.total(), sender.sent(), 'nothing arrived twice')
  })

  it('the dead one has a full queue, and what did not fit is counted', async () => {
    await eventuallyPasses(async () => assert.ok((await droppedOf('a-dead')) > 0), 5_000)
    assert.equal(await droppedOf('healthy'), 0)
  })

  it('what is refused is dropped and counted for the one that refuses', async () => {
    for (const name of ['unauthorized', 'large'])
      await eventuallyPasses(async () => assert.equal(await failedOf(name), sender.sent(), name), 10_000)
    assert.equal(await failedOf('healthy'), 0)
  })

  it('the slow one receives each span once, but for those that its queue had no room for', async () => {
    const dropped = await droppedOf('slow')
    await eventuallyPasses(() => assert.equal(slow.tally.distinct(), sender.sent() - dropped), 30_000)
    assert.equal(slow.tally.total(), slow.tally.distinct())
  })

  it('memory and disk stay within their budgets', () => {
    assert.ok(scene.gateway.memoryBytes() < 370 * MiB, `${scene.gateway.memoryBytes() / MiB} MiB of memory`)
    // Files of less than a MiB waste more than those of the least size that is used, 32 MiB; the long form has real sizes.
    assert.ok(scene.gateway.diskBytes() < 2 * DISK.bytes, `${scene.gateway.diskBytes() / MiB} MiB on disk`)
  })

  it('the dead one receives what its queue held when it comes back', async () => {
    const back = await start({ port: deadPort })
    const expected = sender.sent() - (await droppedOf('a-dead'))
    await eventuallyPasses(() => assert.equal(back.tally.distinct(), expected), 40_000)
    assert.equal(back.tally.total(), expected, 'nothing arrived twice')
    assert.equal(healthy.tally.total(), sender.sent())
  })
})
