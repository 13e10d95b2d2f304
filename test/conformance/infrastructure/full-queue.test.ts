/** Logs of containers wait in their files where the queue of a real collector is full. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'

const POD = 'cart-0'
const LINES = 30_000
/** Lines that the receiver hands on together; it does not go back when it ends. */
const BATCH = 100

describe('a full queue for logs of containers in a real collector', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-full-'))
  let scene: InfrastructureScene

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    scene = await infrastructureScene({
      binary,
      folder,
      infrastructure: { settings: { containerLogs: { enabled: true, select: 'Namespaces', namespaces: ['shop'] } } },
      pods: [{ name: POD }],
      // Room for less than two MiB in each queue.
      disk: { bytes: 64 * 2 ** 20, fsync: false },
    })
    await scene.node.start()
  })
  after(async () => {
    await scene?.stop()
    rmSync(folder, { recursive: true })
  })

  const writeLines = (container: string): void => {
    const lines = Array.from({ length: LINES }, (_, number) => criLine(`${container} ${number} ${'x'.repeat(100)}`))
    scene.write(scene.logPath(POD, { container }), lines.join(''))
  }
  const numbersOf = (container: string): string[] =>
    scene
      .received()
      .logs.filter(({ resource }) => resource['k8s.container.name'] === container)
      .map(({ body }) => body.split(' ')[1] ?? '')
  const awaitFullQueue = (): Promise<void> =>
    eventuallyPasses(async () => {
      const samples = await pullSamples(`127.0.0.1:${scene.place.metricsPort}`, new AbortController().signal)
      const value = (metric: string): number =>
        samples.find(({ name, labels }) => name === metric && labels['exporter'] === 'otlp_grpc/infrastructure')
          ?.value ?? 0
      assert.ok(value('otelcol_exporter_queue_size') > 0.9 * value('otelcol_exporter_queue_capacity'))
      assert.ok(value('otelcol_exporter_queue_capacity') > 0)
    }, 60_000)

  it('takes no room from what applications send, and loses nothing', async () => {
    await scene.gateway.terminate()
    writeLines('waiting')
    await awaitFullQueue()
    for (let count = 0; count < 5; count += 1)
      assert.equal(
        await postOtlp(`http://127.0.0.1:${scene.place.httpPort}`, 'traces', tracesOf({ case: 'beside' }, [{}])),
        200,
      )
    await scene.gateway.start()
    await eventuallyPasses(() => {
      assert.equal(new Set(numbersOf('waiting')).size, LINES)
      assert.equal(scene.received().spans.length, 5)
    }, 90_000)
    assert.equal(numbersOf('waiting').length, LINES)
  })

  it('costs a batch of each file at most where the collector is terminated meanwhile', async () => {
    await scene.gateway.terminate()
    writeLines('terminated')
    await awaitFullQueue()
    await scene.node.terminate()
    await scene.node.start()
    await scene.gateway.start()
    await eventuallyPasses(() => assert.ok(numbersOf('terminated').includes(String(LINES - 1))), 90_000)
    await eventuallyPasses(() => assert.ok(new Set(numbersOf('terminated')).size >= LINES - BATCH), 90_000)
    assert.equal(new Set(numbersOf('terminated')).size, numbersOf('terminated').length)
  })
})
