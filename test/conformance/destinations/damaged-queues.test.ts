/** A real collector starts with any damaged queue, once the queue keeper was there, and delivers all that was not on a damaged page. */
import assert from 'node:assert/strict'
import { closeSync, cpSync, fstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectorConfig } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { createLog } from '../../../src/process/log.ts'
import type { Bytes, Slice } from '../../../src/queue-keeper/bolt/page.ts'
import { readTree } from '../../../src/queue-keeper/bolt/read.ts'
import { claimsOf } from '../../../src/queue-keeper/claims.ts'
import { keepQueues } from '../../../src/queue-keeper/keep.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { renderedDestination } from '../../support/telemetry/domains-scene.ts'
import { DAMAGE, damageFile } from '../../support/telemetry/queue-damage.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'
import { sequencesOf, startTallySink } from '../../support/telemetry/tally-sink.ts'

const PAGE = 4096
const FILL_MS = 2_500
const LEAF = 2
const log = createLog('test', 'silent')
const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }

const bytesOf = (descriptor: number): Bytes => ({
  size: fstatSync(descriptor).size,
  read: (offset, length) => {
    const bytes = Buffer.alloc(length)
    readSync(descriptor, bytes, 0, length, offset)
    return bytes
  },
})

/** First page of the leaf that holds an offset: its header and its list of elements are there. */
const leafOf = (file: Bytes, offset: number): number => {
  for (let page = Math.floor(offset / PAGE); page > 1; page -= 1) {
    const header = file.read(page * PAGE, 16)
    const isLeaf = header.readBigUInt64LE(0) === BigInt(page) && header.readUInt16LE(8) === LEAF
    if (isLeaf && offset < (page + header.readUInt32LE(12) + 1) * PAGE) return page
  }
  throw new Error(`no leaf holds the offset ${offset}`)
}

/** Sequence numbers of the spans in each request of a queue, with the pages without which it cannot be read. */
const requestsOf = (path: string): { sequences: number[]; pages: number[] }[] => {
  const descriptor = openSync(path, 'r')
  const file = bytesOf(descriptor)
  const entries = new Map<string, Slice>()
  const damage = readTree(file, (key, value) => void entries.set(key, value))
  assert.deepEqual(damage, [], 'the queue of a killed collector is in order')
  const requests = [...entries].filter(([key]) => /^\d+$/.test(key))
  const found = requests.map(([, { offset, length }]) => {
    const sequences = sequencesOf(file.read(offset, length))
    const first = Math.floor(offset / PAGE)
    const last = Math.floor((offset + length - 1) / PAGE)
    const own = Array.from({ length: last - first + 1 }, (_, index) => first + index)
    return { sequences, pages: [leafOf(file, offset), ...own] }
  })
  closeSync(descriptor)
  return found
}

describe('damaged queues of a real gateway', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-damaged-'))
  const full = join(folder, 'full')
  let binary = ''
  let running: CollectorProcess | undefined
  let port = 0
  let file = ''
  let sent = 0

  const startIn = async (queue: string): Promise<{ config: CollectorConfig; start: () => Promise<string> }> => {
    const place = await loopbackPlace(queue)
    const destinations = [renderedDestination({ name: 'backend', endpoint: `http://127.0.0.1:${port}` })]
    const config = gatewayConfig({ group, destinations, actions: [], disk: DISK, place })
    mkdirSync(queue, { recursive: true })
    return {
      config,
      start: async () => {
        running = collectorProcess({ binary, config, place, folder: queue })
        await running.start()
        return `http://127.0.0.1:${place.httpPort}`
      },
    }
  }

  before(async function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
    port = await freePort()
    const sender = startSpanSender(await (await startIn(full)).start(), { perRequest: 8, intervalMs: 2 })
    await sleep(FILL_MS)
    await sender.stop()
    await sleep(500)
    await running?.kill()
    sent = sender.sent()
    ;[file = ''] = readdirSync(join(full, 'queue')).filter((name) => name.startsWith('exporter_'))
  })
  afterEach(() => running?.kill())
  after(async () => {
    await running?.kill()
    rmSync(folder, { recursive: true })
  })

  for (const [name, kind] of Object.entries(DAMAGE))
    it(`are delivered but for what is lost with ${name}`, async () => {
      const own = join(folder, name.replaceAll(' ', '-'))
      const { config, start } = await startIn(own)
      cpSync(join(full, 'queue'), join(own, 'queue'), { recursive: true })
      const requests = requestsOf(join(own, 'queue', file))
      const damaged = damageFile(join(own, 'queue', file), kind)
      const intact = requests.filter(({ pages }) => !pages.some((page) => damaged.has(page)))
      const expected = intact.flatMap(({ sequences }) => sequences)
      assert.equal(requests.flatMap(({ sequences }) => sequences).length, sent)
      assert.ok(intact.length > 20 && expected.length >= 8 * intact.length, `${intact.length} requests`)

      const kept = keepQueues(join(own, 'queue'), claimsOf(config), log)
      assert.deepEqual(kept.failed, [])
      const sink = await startTallySink({ port })
      try {
        await start()
        await eventuallyPasses(
          () => assert.equal(expected.filter((sequence) => !sink.tally.has(sequence)).length, 0, JSON.stringify(kept)),
          60_000,
        )
        assert.ok(sink.tally.mostCopies() <= 1, 'nothing arrived twice')
        console.log(
          `      ${intact.length} of ${requests.length} requests were intact, ${sink.tally.distinct()} of ${sent} spans arrived`,
        )
      } finally {
        await sink.close()
      }
    })

  it('stop a collector for ever without the keeper, so that the above means something', async () => {
    const own = join(folder, 'unkept')
    const { start } = await startIn(own)
    cpSync(join(full, 'queue'), join(own, 'queue'), { recursive: true })
    damageFile(join(own, 'queue', file), DAMAGE['every second page header'] ?? (() => []))
    await assert.rejects(start(), /did not start/)
  })
})
