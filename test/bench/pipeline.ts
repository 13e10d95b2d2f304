/**
 * Benchmark of the pipeline: spans of 1.6 KB through real collectors with the rendered configurations, as OTLP over HTTP and over gRPC,
 * beside a bare collector with the same exporter. What counts is the processor time of the collectors until everything has arrived.
 *
 *   npm run bench:pipeline           SECONDS=10 for each measurement
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProgram } from '../../deploy/toolchain/build.ts'
import type { CollectorConfig, CollectorPlace } from '../../src/collector/config.ts'
import { gatewayConfig } from '../../src/collector/gateway.ts'
import { goVariables } from '../../src/collector/memory.ts'
import { nodeConfig } from '../../src/collector/node.ts'
import { renderDestination } from '../../src/destinations/render.ts'
import { collectorBinary } from '../support/telemetry/collector-binary.ts'
import { laneEndpoints } from '../support/telemetry/collector-case.ts'
import type { CollectorProcess } from '../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../support/telemetry/collector-process.ts'
import { processCost } from './process-cost.ts'
import { bareConfig } from './pipeline/bare.ts'
import { encodedSpans, SPANS_PER_REQUEST } from './pipeline/payload.ts'
import type { Protocol } from './pipeline/send.ts'
import { startSending } from './pipeline/send.ts'
import type { Sink } from './pipeline/sink.ts'
import { startSink } from './pipeline/sink.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 10)
const MEMORY_MIB = 1024
const DISK_BYTES = 4 * 2 ** 30
const SIGNALS = ['traces' as const]
const GROUP = {
  signals: SIGNALS,
  resources: { requests: { cpu: '1', memory: `${MEMORY_MIB}Mi` }, limits: { memory: `${MEMORY_MIB}Mi` } },
}
/** Part of the requests that the backend answers with 503, in the last measurement. */
const FAILING = 0.7

const folder = mkdtempSync(join(tmpdir(), 'odigos-bench-'))
const running: CollectorProcess[] = []
let started = 0

interface Started {
  process: CollectorProcess
  place: CollectorPlace
}

const start = async (configAt: (place: CollectorPlace) => CollectorConfig): Promise<Started> => {
  const binary = collectorBinary()
  if (!binary) throw new Error('the collector is missing')
  started += 1
  const own = join(folder, String(started))
  mkdirSync(own)
  const place = await loopbackPlace(own)
  const env = { ...goVariables(MEMORY_MIB), NODE_NAME: 'this-node' }
  const process = collectorProcess({ binary, config: configAt(place), place, folder: own, env })
  running.push(process)
  await process.start()
  return { process, place }
}

const destination = (endpoint: string) =>
  renderDestination(
    {
      name: 'backend',
      uid: 'backend',
      spec: { type: 'otlphttp', signals: SIGNALS, fields: { endpoint }, disabled: false },
    },
    [],
  )

const gateway = (endpoint: string, fsync = false): Promise<Started> =>
  start((place) =>
    gatewayConfig({
      group: GROUP,
      destinations: [destination(endpoint)],
      actions: [],
      disk: { bytes: DISK_BYTES, fsync },
      place,
    }),
  )

const node = (gatewayPort: number): Promise<Started> =>
  start((place) =>
    nodeConfig({
      group: GROUP,
      endpoints: laneEndpoints(`127.0.0.1:${gatewayPort}`),
      disk: { bytes: DISK_BYTES, fsync: false },
      place,
    }),
  )

/** The collectors of a measurement, of which the first receives. */
type Chain = (sink: Sink) => Promise<Started[]>

const CHAINS: Record<string, Chain> = {
  'bare, queue in memory': async (sink) => [await start((place) => bareConfig(destination(sink.http), place))],
  gateway: async (sink) => [await gateway(sink.http)],
  'gateway, fsync': async (sink) => [await gateway(sink.http, true)],
  node: async (sink) => [await node(sink.grpcPort)],
  'node and gateway': async (sink) => {
    const behind = await gateway(sink.http)
    return [await node(behind.place.grpcPort), behind]
  },
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const costOf = (collectors: readonly Started[]) => collectors.map(({ process }) => processCost(process.pid() ?? 0))

interface Figures {
  spans: number
  /** Requests. */
  refused: number
  perCpuSecond: number
  /** The most that a look found of all collectors together, without the mapped files of queues. */
  memoryMiB: number
}

const LOOK_MS = 250

const measure = async (chain: Chain, protocol: Protocol, payload: Buffer): Promise<Figures> => {
  const sink = await startSink()
  const collectors = await chain(sink)
  const place = collectors[0]?.place
  if (!place) throw new Error('no collector receives')
  const before = sum(costOf(collectors).map(({ cpuMs }) => cpuMs))
  let memoryMiB = 0
  const look = setInterval(() => {
    memoryMiB = Math.max(memoryMiB, sum(costOf(collectors).map(({ anonymousMiB }) => anonymousMiB)))
  }, LOOK_MS)
  const { accepted, refused } = await startSending({ place, protocol, payload, seconds: SECONDS })
  const spans = accepted * SPANS_PER_REQUEST
  await sink.quiet()
  clearInterval(look)
  const cpuMs = sum(costOf(collectors).map((cost) => cost.cpuMs)) - before
  await Promise.all(collectors.map(({ process }) => process.kill()))
  await sink.close()
  return { spans, refused, perCpuSecond: spans / (cpuMs / 1000), memoryMiB }
}

const print = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
const thousands = (value: number): string => Math.round(value).toLocaleString('en-US')

const printTable = async (payload: Buffer): Promise<void> => {
  print(['collectors', 'protocol', 'spans', 'refused requests', 'spans per CPU second', 'of bare', 'memory at most'])
  print(['---', '---', '---:', '---:', '---:', '---:', '---:'])
  const bare: Partial<Record<Protocol, number>> = {}
  for (const [name, chain] of Object.entries(CHAINS))
    for (const protocol of ['HTTP', 'gRPC'] as const) {
      const { spans, refused, perCpuSecond, memoryMiB } = await measure(chain, protocol, payload)
      const ratio = perCpuSecond / (bare[protocol] ??= perCpuSecond)
      const figures = [
        thousands(spans),
        String(refused),
        thousands(perCpuSecond),
        ratio.toFixed(2),
        `${memoryMiB.toFixed(0)} MiB`,
      ]
      print([name, protocol, ...figures])
    }
}

/** Memory while most requests fail: what is sent again must not pile up. */
const printFailing = async (payload: Buffer): Promise<void> => {
  const sink = await startSink(FAILING)
  const collector = await gateway(sink.http)
  const figures: string[] = []
  for (let part = 0; part < 4; part += 1) {
    await startSending({ place: collector.place, protocol: 'HTTP', payload, seconds: SECONDS, perSecond: 20 })
    figures.push(`${processCost(collector.process.pid() ?? 0).anonymousMiB.toFixed(0)} MiB`)
  }
  await collector.process.kill()
  await sink.close()
  console.log(`gateway with ${FAILING * 100} % of requests refused, every ${SECONDS} s: ${figures.join(', ')}`)
}

const main = async (): Promise<void> => {
  await buildProgram('collector')
  const payload = await encodedSpans(start)
  console.log(`${SPANS_PER_REQUEST} spans of ${Math.round(payload.length / SPANS_PER_REQUEST)} bytes a request`)
  await printTable(payload)
  await printFailing(payload)
}

try {
  await main()
} finally {
  await Promise.all(running.map((each) => each.kill()))
  rmSync(folder, { recursive: true })
}
