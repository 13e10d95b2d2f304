/** MaskValues reaches text in lists and maps, wherever they stand, and leaves their form where nothing matches. */
import assert from 'node:assert/strict'
import type { Signal } from '../../../src/api/vocabulary.ts'
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import { actionOf, throughActions } from '../../support/telemetry/action-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

const SECRET = 'hunter2'

/** Text in a map, in a list, and in both. */
const nested = (text: string) => [
  { key: 'user', value: { kvlistValue: { values: [{ key: 'mail', value: { stringValue: text } }] } } },
  { key: 'headers', value: { arrayValue: { values: [{ stringValue: text }] } } },
  {
    key: 'deep',
    value: { arrayValue: { values: [{ kvlistValue: { values: [{ key: 'a.b', value: { stringValue: text } }] } }] } },
  },
  { key: 'count', value: { intValue: '9007199254740993' } },
]

const nestedPayloads = (text: string): Record<Signal, object> => {
  const list = { attributes: nested(text) }
  const time = '1764200000000000000'
  const ids = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name: 'a',
    startTimeUnixNano: time,
    endTimeUnixNano: time,
  }
  const scope = { name: 'test', ...list }
  const body = { kvlistValue: { values: nested(text) } }
  const span = { ...ids, ...list, events: [{ timeUnixNano: time, name: 'e', ...list }] }
  const gauge = { dataPoints: [{ timeUnixNano: time, asInt: '1', ...list }] }
  return {
    traces: { resourceSpans: [{ resource: list, scopeSpans: [{ scope, spans: [span] }] }] },
    metrics: { resourceMetrics: [{ resource: list, scopeMetrics: [{ scope, metrics: [{ name: 'm', gauge }] }] }] },
    logs: {
      resourceLogs: [{ resource: list, scopeLogs: [{ scope, logRecords: [{ timeUnixNano: time, body, ...list }] }] }],
    },
  }
}

describe('text in lists and maps', function () {
  this.timeout(60_000)
  let binary = ''

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })

  for (const signal of SIGNALS) {
    it(`a mask reaches text in lists and maps, also with anchors: ${signal}`, async () => {
      const masks = [actionOf('MaskValues', { maskValues: { kinds: ['Email'], pattern: '^hunter2$' } })]
      for (const secret of [SECRET, 'jane@example.com']) {
        const text = await throughActions(binary, masks, signal, nestedPayloads(secret)[signal])
        assert.ok(!text.includes(secret), text)
        assert.match(text, /\{"key":"user\.mail","value":\{"stringValue":"\*{4}"\}\}/)
        assert.match(text, /"key":"headers\.0"/)
        assert.match(text, /"9007199254740993"/)
      }
    })

    it(`lists and maps in which nothing matches keep their form: ${signal}`, async () => {
      const masks = [actionOf('MaskValues', { maskValues: { kinds: ['Email'] } })]
      const text = await throughActions(binary, masks, signal, nestedPayloads('harmless')[signal])
      assert.match(text, /"key":"user","value":\{"kvlistValue"/)
      assert.match(text, /"key":"headers","value":\{"arrayValue"/)
      assert.ok(!text.includes('headers.0'), text)
    })
  }

  it('a mask with anchors reaches a body that is a list', async () => {
    const body = { arrayValue: { values: [{ stringValue: SECRET }, { stringValue: 'kept' }] } }
    const logRecords = [{ timeUnixNano: '1764200000000000000', body }]
    const masks = [actionOf('MaskValues', { maskValues: { pattern: '^hunter2$' } })]
    const text = await throughActions(binary, masks, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
    assert.ok(!text.includes(SECRET), text)
    assert.match(text, /kept/)
  })
})
