/** What waits for a decision is bounded by memory, and refused early: a gateway does not die of it, and all else still passes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { sendTraces, SPANS_PER_TRACE, traceOf } from '../../support/telemetry/numbered-traces.ts'
import type { TailScene } from '../../support/telemetry/tail-scene.ts'
import { startTail } from '../../support/telemetry/tail-scene.ts'

const MEMORY_MIB = 256
const MiB = 2 ** 20
const REQUEST_TRACES = 100
/** With what the spans of a trace have in common, some 10 KiB. */
const VALUE = 'x'.repeat(10_000)

const residentMiB = (pid: number | undefined): number =>
  Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

describe('traces that are held back', function () {
  this.timeout(240_000)
  let scene: TailScene | undefined
  afterEach(async () => await scene?.end())

  it('are refused before the memory is used up', async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const spec = actionSpec.parse({ type: 'TailSampleTraces', tailSampleTraces: { ratio: 1, waitSeconds: 300 } })
    const action = { metadata: { name: 'tail', namespace: 'odigos-system' }, spec, selected: { namespaces: ['shop'] } }
    scene = await startTail({ binary, actions: [action], gateways: 1, memoryMiB: MEMORY_MIB })
    const [gateway] = scene.gateways
    const endpoints = [gateway?.endpoint ?? '']
    let sentBytes = 0
    let mostMiB = 0
    while (sentBytes < 400 * MiB) {
      const traces = Array.from({ length: REQUEST_TRACES }, () => traceOf({ attributes: { payload: VALUE } }))
      await eventuallyPasses(() => sendTraces(endpoints, traces), 60_000)
      sentBytes += REQUEST_TRACES * VALUE.length
      mostMiB = Math.max(mostMiB, residentMiB(gateway?.process.pid()))
    }
    const other = traceOf({ namespace: 'legacy' })
    await eventuallyPasses(() => sendTraces(endpoints, [other]), 60_000)
    const found = scene
    await eventuallyPasses(() => assert.equal(found.arrived().length, SPANS_PER_TRACE), 60_000)
    const refused = await gateway?.metric('otelcol_receiver_refused_spans')
    assert.ok((refused ?? 0) > 0, 'nothing was refused')
    assert.ok(mostMiB < MEMORY_MIB, `${mostMiB} MiB`)
  })
})
