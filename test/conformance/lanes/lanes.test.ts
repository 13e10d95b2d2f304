/** Collectors and scheduler agree on the lane of every workload, whatever its kind. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { laneOf } from '../../../src/api/routing/lanes.ts'
import { WORKLOAD_KINDS } from '../../../src/api/workload-kinds.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { LanesScene } from '../../support/telemetry/lanes-scene.ts'
import { startLanes } from '../../support/telemetry/lanes-scene.ts'
import { postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { startTallySink } from '../../support/telemetry/tally-sink.ts'

const NAMES = ['cart', 'a', 'x-1', 'reviews', 'very-long-name-of-a-workload-0123456789']

describe('the lane of a workload', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-lane-'))
  let scene: LanesScene
  let sink: TallySink

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

  /** Spans that each exporter of the node collector has sent. */
  const sent = async (): Promise<Map<string, number>> => {
    const samples = await scene.node.samples()
    return new Map(
      samples
        .filter(({ name }) => name.startsWith('otelcol_exporter_sent_spans'))
        .map(({ labels, value }) => [labels['exporter'] ?? '', value]),
    )
  }

  /** The exporter that sends what has these attributes. */
  const exporterOf = async (resource: Record<string, string>): Promise<string> => {
    const before = await sent()
    assert.equal(await postOtlp(scene.endpoint, 'traces', tracesOf(resource, [{}])), 200)
    let found = ''
    await eventuallyPasses(async () => {
      const grown = [...(await sent())].filter(([exporter, value]) => value > (before.get(exporter) ?? 0))
      assert.equal(grown.length, 1)
      found = grown[0]?.[0] ?? ''
    }, 10_000)
    return found
  }

  for (const { kind, attribute } of WORKLOAD_KINDS)
    it(`is the same for collectors and scheduler: ${kind}`, async () => {
      for (const name of NAMES) {
        const more = kind === 'CronJob' ? { 'k8s.job.name': `${name}-29000000` } : {}
        const exporter = await exporterOf({ 'k8s.namespace.name': 'shop', [attribute]: name, ...more })
        assert.equal(exporter, `otlp_grpc/lane-${laneOf({ namespace: 'shop', kind, name })}`, name)
      }
    })

  it('is none without a namespace', async () => {
    assert.equal(await exporterOf({ 'k8s.deployment.name': 'cart' }), 'otlp_grpc/gateway')
  })
})
