/** What a node collector acknowledged arrives, whatever is killed meanwhile; a destination that is down stops no other. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import type { WhenFull } from '../../../src/api/kinds/destination.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { laneEndpoints } from '../../support/telemetry/collector-case.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'
import { DISK } from '../../support/collectors/settings.ts'

const group = {
  signals: ['traces' as const],
  resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } },
}
const destination = (name: string, endpoint: string, whenFull: WhenFull) =>
  renderDestination(
    {
      name,
      spec: { type: 'otlphttp', signals: ['traces'], fields: { endpoint }, disabled: false, queue: { whenFull } },
    },
    [],
  )
const sequencesOf = (sink: OtlpSink): number[] => sink.spans.map((span) => Number(span.attributes['sequence']))

const waitUntil = async (holds: () => boolean, timeoutMs: number): Promise<void> => {
  const deadline = Date.now() + timeoutMs
  while (!holds() && Date.now() < deadline) await sleep(100)
}

describe('delivery through real collectors', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-delivery-'))
  const started: CollectorProcess[] = []
  const sinks: OtlpSink[] = []
  let binary = ''

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((collector) => collector.kill()))
    await Promise.all(sinks.splice(0).map((sink) => sink.close()))
  })
  after(() => rmSync(folder, { recursive: true }))

  const collector = (options: Omit<Parameters<typeof collectorProcess>[0], 'binary'>): CollectorProcess => {
    mkdirSync(options.folder, { recursive: true })
    const made = collectorProcess({ ...options, binary })
    started.push(made)
    return made
  }

  const startSink = async (port: number): Promise<OtlpSink> => {
    const sink = await startOtlpSink({ port })
    sinks.push(sink)
    return sink
  }

  /** Node collector → gateway → the ports, each a destination of its own. */
  const startPipeline = async (name: string, destinationPorts: number[], whenFull: WhenFull) => {
    const gatewayFolder = join(folder, name, 'gateway')
    const nodeFolder = join(folder, name, 'node')
    const gatewayPlace = await loopbackPlace(gatewayFolder)
    const nodePlace = await loopbackPlace(nodeFolder)
    const destinations = destinationPorts.map((port, index) =>
      destination(`backend-${index}`, `http://127.0.0.1:${port}`, whenFull),
    )
    const gateway = collector({
      config: gatewayConfig({ group, destinations, actions: [], disk: DISK, place: gatewayPlace }),
      place: gatewayPlace,
      folder: gatewayFolder,
    })
    const node = collector({
      config: nodeConfig({
        group,
        disk: DISK,
        endpoints: laneEndpoints(`127.0.0.1:${gatewayPlace.grpcPort}`),
        place: nodePlace,
      }),
      place: nodePlace,
      folder: nodeFolder,
      env: { NODE_NAME: 'this-node' },
    })
    await Promise.all([gateway.start(), node.start()])
    return { gateway, node, endpoint: `http://127.0.0.1:${nodePlace.httpPort}` }
  }

  it('loses nothing while the destination is down and gateway and node collector are killed', async () => {
    const port = await freePort()
    const before = await startSink(port)
    // With Drop, a gateway that is killed can lose what it had acknowledged a moment ago (docs/adr/0014-failure-domains.md).
    const { gateway, node, endpoint } = await startPipeline('outage', [port], 'Wait')
    const sender = startSpanSender(endpoint)
    await sleep(1_500)
    await before.close()
    await sleep(1_000)
    await gateway.kill()
    await sleep(2_000)
    await gateway.start()
    await sleep(1_500)
    await node.kill()
    await node.start()
    await gateway.terminate()
    await gateway.start()
    await sleep(1_500)
    // As when their node fails.
    await Promise.all([node.kill(), gateway.kill()])
    await Promise.all([node.start(), gateway.start()])
    await sleep(1_000)
    const after = await startSink(port)
    await sleep(1_000)
    await sender.stop()

    const missing = (): number[] => {
      const arrived = new Set([...sequencesOf(before), ...sequencesOf(after)])
      return [...sender.accepted].filter((sequence) => !arrived.has(sequence))
    }
    await waitUntil(() => missing().length === 0, 30_000)
    assert.ok(sender.accepted.size > 1_000, `only ${sender.accepted.size} spans were accepted`)
    assert.ok(sequencesOf(before).length > 0 && sequencesOf(after).length > 0)
    assert.deepEqual(missing(), [])
    assert.equal(after.spans[0]?.resource['k8s.node.name'], 'this-node')
  })

  it('goes on with one destination while another is down', async () => {
    const port = await freePort()
    const sink = await startSink(port)
    const { endpoint } = await startPipeline('isolation', [await freePort(), port], 'Drop')
    const sender = startSpanSender(endpoint)
    await sleep(4_000)
    await sender.stop()
    await waitUntil(() => new Set(sequencesOf(sink)).size >= sender.accepted.size, 10_000)
    assert.ok(sender.accepted.size > 1_000, `only ${sender.accepted.size} spans were accepted`)
    assert.equal(new Set(sequencesOf(sink)).size, sender.accepted.size)
    assert.equal(sequencesOf(sink).length, sender.accepted.size, 'nothing arrived twice')
  })
})
