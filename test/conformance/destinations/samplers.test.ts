/** Of several Actions that sample, the lowest ratio applies, and all decide by the same digits: traces stay whole. */
import assert from 'node:assert/strict'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { actionOf, inOrder, throughActions } from '../../support/telemetry/action-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

/** A span of each trace. */
const spansOf = (traceIds: readonly string[]): object => {
  const ids = {
    spanId: '2'.repeat(16),
    startTimeUnixNano: '1764200000000000000',
    endTimeUnixNano: '1764200000000000000',
  }
  const spans = traceIds.map((traceId) => ({ traceId, name: 'a', ...ids }))
  const attributes = Object.entries({ 'k8s.namespace.name': 'shop' }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  }))
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] }
}

const inShop = { namespaces: ['shop'] }
const sampling = (ratio: number, selected?: Selected) => actionOf('SampleTraces', { sampleTraces: { ratio } }, selected)
const SAMPLERS: [name: string, actions: ActionInput[], kept: number][] = [
  ['one for all', [sampling(0.5)], 128],
  ['two for all', [sampling(0.5), sampling(0.5)], 128],
  ['for all and for some', [sampling(0.5), sampling(0.25, inShop)], 64],
  ['for some and for all', [sampling(0.75, inShop), sampling(0.25)], 64],
  ['for others and for all', [sampling(0.25, { namespaces: ['other'] }), sampling(1)], 256],
]

describe('several samplers', function () {
  this.timeout(60_000)

  for (const [name, actions, kept] of SAMPLERS)
    it(`keep the traces of the lowest ratio: ${name}`, async function () {
      const binary = collectorBinary()
      if (!binary) return this.skip()
      // Of the digits that decide, the first two are all that there are.
      const traceIds = Array.from(
        { length: 256 },
        (_, index) => `${'1'.repeat(18)}${index.toString(16).padStart(2, '0')}${'8'.repeat(12)}`,
      )
      const text = await throughActions(binary, inOrder(actions), 'traces', spansOf(traceIds))
      const found = new Set([...text.matchAll(/"traceId":"([0-9a-f]{32})"/g)].map(([, id]) => id))
      assert.deepEqual(found, new Set(traceIds.slice(256 - kept)))
    })
})
