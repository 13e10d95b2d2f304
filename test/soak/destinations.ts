/**
 * `npm run soak -- --minutes 60`: steady load through a real node collector and gateway, with destinations of which all but one are
 * out of order. Prints what each received, and fails unless the healthy one received every span exactly once.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runMain } from '../../tools/command.ts'
import { isTrueWithin } from '../../tools/eventually.ts'
import { freePort } from '../support/api-server/free-port.ts'
import { collectorBinary } from '../support/telemetry/collector-binary.ts'
import type { DomainsScene } from '../support/telemetry/domains-scene.ts'
import { startDomains } from '../support/telemetry/domains-scene.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'
import type { TallyOptions, TallySink } from '../support/telemetry/tally-sink.ts'
import { startTallySink } from '../support/telemetry/tally-sink.ts'

const MiB = 2 ** 20
const MEMORY_MIB = 512
/** Time within which the backlog of the slow and of the returned destination is delivered. */
const DRAIN_MS = 300_000
const SAMPLE_MS = 5_000

const BACKENDS: Record<string, TallyOptions> = {
  healthy: {},
  slow: { delayMs: 2_000 },
  unauthorized: { status: 401 },
  large: { status: 413 },
  throttled: { status: 429 },
}

interface Peaks {
  gatewayMemory: number
  nodeMemory: number
  gatewayDisk: number
}

const watchPeaks = (scene: DomainsScene, peaks: Peaks): void => {
  peaks.gatewayMemory = Math.max(peaks.gatewayMemory, scene.gateway.memoryBytes())
  peaks.nodeMemory = Math.max(peaks.nodeMemory, scene.node.memoryBytes())
  peaks.gatewayDisk = Math.max(peaks.gatewayDisk, scene.gateway.diskBytes())
}

const rowsOf = async (scene: DomainsScene, sinks: ReadonlyMap<string, TallySink>, sent: number) =>
  Promise.all(
    [...sinks].map(async ([name, { tally, requests }]) => ({
      destination: name,
      requests: requests(),
      received: tally.distinct(),
      copies: tally.total() - tally.distinct(),
      missing: sent - tally.distinct(),
      'dropped by its queue': await scene.gateway.metric('otelcol_exporter_enqueue_failed_spans', {
        exporter: `/${name}-`,
      }),
      refused: await scene.gateway.metric('otelcol_exporter_send_failed_spans', { exporter: `/${name}-` }),
    })),
  )

const soak = async (binary: string, folder: string, { minutes, queueMiB }: { minutes: number; queueMiB: number }) => {
  const sinks = new Map<string, TallySink>()
  for (const [name, options] of Object.entries(BACKENDS)) sinks.set(name, await startTallySink(options))
  const deadPort = await freePort()
  const destinations = [...sinks].map(([name, { endpoint }]) => ({ name, endpoint }))
  const disk = { bytes: queueMiB * MiB, fsync: false }
  const dead = { name: 'dead', endpoint: `http://127.0.0.1:${deadPort}` }
  const scene = await startDomains({
    binary,
    folder,
    disk,
    memoryMiB: MEMORY_MIB,
    destinations: [dead, ...destinations],
  })
  const peaks = { gatewayMemory: 0, nodeMemory: 0, gatewayDisk: 0 }
  try {
    const sender = startSpanSender(scene.endpoint)
    for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(SAMPLE_MS)) watchPeaks(scene, peaks)
    await sender.stop()
    const sent = sender.sent()
    const back = await startTallySink({ port: deadPort })
    sinks.set('dead', back)
    // What was on its way when the sender ended is dropped a moment later.
    const droppedOfDead = (): Promise<number> =>
      scene.gateway.metric('otelcol_exporter_enqueue_failed_spans', { exporter: '/dead-' })
    const isBack = async (): Promise<boolean> => back.tally.distinct() === sent - (await droppedOfDead())
    await isTrueWithin(DRAIN_MS, async () => {
      watchPeaks(scene, peaks)
      return (await isBack()) && (sinks.get('healthy')?.tally.distinct() ?? 0) >= sent
    })
    console.table(await rowsOf(scene, sinks, sent))
    const inMiB = Object.entries(peaks).map(([name, bytes]) => [name, `${Math.round(bytes / MiB)} MiB`])
    console.log(
      `${minutes} min, ${sent} spans sent, ${sent - sender.accepted.size} refused; at most`,
      Object.fromEntries(inMiB),
    )
    const healthy = sinks.get('healthy')?.tally
    const isExact = healthy?.distinct() === sent && healthy.total() === sent && sender.accepted.size === sent
    if (!isExact || !(await isBack()) || peaks.gatewayDisk > disk.bytes)
      throw new Error('a destination has reached another')
  } finally {
    await scene.stop()
    await Promise.all(Array.from(sinks.values(), (sink) => sink.close()))
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '60' }, 'queue-mib': { type: 'string', default: '256' } },
  })
  const binary = collectorBinary()
  if (!binary) return
  const folder = mkdtempSync(join(tmpdir(), 'odigos-soak-'))
  try {
    await soak(binary, folder, { minutes: Number(values.minutes), queueMiB: Number(values['queue-mib']) })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await runMain(
  `Usage: npm run soak -- [--minutes 60] [--queue-mib 256]

Steady load through real collectors with destinations that are dead, slow or refuse everything, and one that is healthy.`,
  main,
)
