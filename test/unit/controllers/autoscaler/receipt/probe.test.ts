import assert from 'node:assert/strict'
import { PROBE_METRICS } from '../../../../../src/collector/probes.ts'
import { marksOf } from '../../../../../src/controllers/autoscaler/receipt/marks.ts'
import { probeName, probes } from '../../../../../src/controllers/autoscaler/receipt/probe.ts'
import { parseSamples } from '../../../../../src/prometheus/text.ts'

describe('probes', () => {
  it('are known by a name that no mask takes for a number', () => {
    const names = new Set(Array.from({ length: 100 }, probeName))
    assert.equal(names.size, 100)
    for (const name of names) assert.match(name, /^[a-z]{10}$/)
  })

  it('have trace IDs that every sampler keeps which keeps anything', () => {
    const traceId = (): string =>
      /"traceId":"([0-9a-f]{32})"/.exec(JSON.stringify(probes('p', {}, Date.now()).traces.body))?.[1] ?? ''
    const ids = new Set(Array.from({ length: 100 }, traceId))
    assert.equal(ids.size, 100)
    for (const id of ids) assert.equal(id.slice(18, 26), 'ffffffff')
  })

  it('have their marks in the counters of a gateway', () => {
    const text = [
      `${PROBE_METRICS.arrived.logs}{odigos_probe="p"} 1`,
      `${PROBE_METRICS.left.traces}{odigos_probe="p",odigos_probe_destination="a"} 1`,
      `${PROBE_METRICS.left.traces}{odigos_probe="p",odigos_probe_destination="b"} 1`,
      `${PROBE_METRICS.left.metrics}{odigos_probe="other",odigos_probe_destination="a"} 1`,
    ].join('\n')
    const { arrived, left } = marksOf(parseSamples(text), 'p')
    assert.deepEqual([...arrived].toSorted(), ['logs', 'traces'])
    assert.deepEqual([...(left.get('traces') ?? [])].toSorted(), ['a', 'b'])
    assert.equal(left.get('metrics')?.size, 0)
  })
})
