/** Masks, deletions and renamings reach an attribute wherever it can stand, of whatever type, in a real collector. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionSpec } from '../../../src/api/kinds/action.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { postOtlp } from '../../support/telemetry/otlp-json.ts'
import type { RecordingBackend } from '../../support/telemetry/recording-backend.ts'
import { startHttpBackend } from '../../support/telemetry/recording-backend.ts'

const CARD = '4111111111111111'
/** In names, messages and bodies. */
const TEXT = `paid with ${CARD}`
const VALUES: Record<string, object> = {
  text: { stringValue: `card ${CARD}!` },
  integer: { intValue: CARD },
  double: { doubleValue: Number(CARD) },
  list: { arrayValue: { values: [{ stringValue: CARD }, { intValue: CARD }] } },
  map: { kvlistValue: { values: [{ key: 'number', value: { stringValue: CARD } }] } },
  bytes: { bytesValue: Buffer.from(CARD).toString('base64') },
}
const NAMES = Object.keys(VALUES)
const PLAIN = [
  { key: 'kept', value: { intValue: '7' } },
  { key: 'flag', value: { boolValue: true } },
]
const attributes = [...NAMES.map((key) => ({ key, value: VALUES[key] })), ...PLAIN]
const resource = { attributes }
const scope = { name: 'test', attributes }
const time = '1764200000000000000'
const span = {
  traceId: '1'.repeat(32),
  spanId: '2'.repeat(16),
  name: TEXT,
  status: { code: 2, message: TEXT },
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes,
  events: [{ timeUnixNano: time, name: TEXT, attributes }],
}
const point = { timeUnixNano: time, asInt: '1', attributes }
const histogram = { timeUnixNano: time, count: '1', explicitBounds: [1], bucketCounts: ['1', '0'], attributes }
const PAYLOADS = {
  traces: { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] },
  metrics: {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            scope,
            metrics: [
              { name: 'gauge', gauge: { dataPoints: [point] } },
              { name: 'sum', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] } },
              { name: 'histogram', histogram: { aggregationTemporality: 2, dataPoints: [histogram] } },
            ],
          },
        ],
      },
    ],
  },
  logs: {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            scope,
            logRecords: [
              { timeUnixNano: time, body: { stringValue: TEXT }, attributes },
              { timeUnixNano: time, body: { kvlistValue: { values: [{ key: 'a', value: { stringValue: TEXT } }] } } },
              { timeUnixNano: time, body: { intValue: '7' } },
            ],
          },
        ],
      },
    ],
  },
}
/** Lists of attributes in the payloads: of resource and scope, and of records and what is in them. */
const PLACES = { traces: 4, metrics: 5, logs: 3 }
type Signal = keyof typeof PAYLOADS

const SIGNALS = Object.keys(PAYLOADS) as Signal[]

interface Attribute {
  key: string
  value: object
}

/** All lists of attributes of a payload. */
const attributeLists = (node: unknown): Attribute[][] => {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'attributes' ? [value as Attribute[]] : attributeLists(value),
  )
}

interface Case {
  spec: Pick<ActionSpec, 'type'> & Partial<ActionSpec>
  check: (list: readonly Attribute[]) => void
  /** Of names, messages and bodies. */
  isTextMasked?: boolean
}

const valueOf = (list: readonly Attribute[], name: string): object | undefined =>
  list.find(({ key }) => key === name)?.value

const CASES: Record<string, Case> = {
  mask: {
    spec: { type: 'MaskAttributes', maskAttributes: { attributes: [...NAMES, 'kept', 'flag'], pattern: '\\d{12,19}' } },
    check: (list) => {
      const masked = NAMES.map((name) => [name, valueOf(list, name)])
      assert.deepEqual(Object.fromEntries(masked), {
        text: { stringValue: 'card ****!' },
        integer: { stringValue: '****' },
        double: { stringValue: '****' },
        list: { stringValue: '****' },
        map: { stringValue: '****' },
        bytes: { stringValue: '****' },
      })
    },
  },
  'mask with anchors': {
    spec: { type: 'MaskAttributes', maskAttributes: { attributes: NAMES, pattern: '^(card )?\\d{12,19}!?$' } },
    check: (list) => {
      assert.ok(NAMES.every((name) => JSON.stringify(valueOf(list, name)) === '{"stringValue":"****"}'))
    },
  },
  'mask of all values': {
    spec: { type: 'MaskValues', maskValues: { kinds: ['PaymentCard'] } },
    check: (list) => {
      assert.deepEqual(valueOf(list, 'text'), { stringValue: 'card ****!' })
      assert.deepEqual(valueOf(list, 'integer'), VALUES['integer'])
    },
    isTextMasked: true,
  },
  delete: {
    spec: { type: 'DeleteAttributes', deleteAttributes: NAMES },
    check: (list) => assert.ok(NAMES.every((name) => valueOf(list, name) === undefined)),
  },
  rename: {
    spec: {
      type: 'RenameAttributes',
      renameAttributes: Object.fromEntries(NAMES.map((name) => [name, `new.${name}`])),
    },
    check: (list) => {
      assert.ok(NAMES.every((name) => valueOf(list, name) === undefined))
      assert.deepEqual(
        NAMES.map((name) => valueOf(list, `new.${name}`)),
        NAMES.map((name) => VALUES[name]),
      )
    },
  },
}

describe('places of attributes', function () {
  this.timeout(60_000)

  for (const [name, { spec, check, isTextMasked = false }] of Object.entries(CASES))
    describe(name, () => {
      const folder = mkdtempSync(join(tmpdir(), 'odigos-places-'))
      let collector: CollectorProcess
      let backend: RecordingBackend

      before(async function () {
        const binary = collectorBinary()
        if (!binary) return this.skip()
        backend = await startHttpBackend()
        const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json' }
        const destinations = [
          renderDestination(
            { name: 'sink', spec: { type: 'otlphttp', signals: SIGNALS, fields, disabled: false } },
            [],
          ),
        ]
        const action: ActionInput = {
          metadata: { name: 'action', namespace: 'odigos-system' },
          spec: { signals: SIGNALS, disabled: false, ...spec },
        }
        const place = await loopbackPlace(folder)
        const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }
        const config = gatewayConfig({ group, destinations, actions: [action], disk: DISK, place })
        collector = collectorProcess({ binary, config, place, folder })
        await collector.start()
        for (const signal of SIGNALS)
          assert.equal(await postOtlp(`http://127.0.0.1:${place.httpPort}`, signal, PAYLOADS[signal]), 200)
      })
      after(async () => {
        await collector?.kill()
        await backend?.close()
        rmSync(folder, { recursive: true })
      })

      for (const signal of SIGNALS)
        it(signal, async () => {
          const received = (): string | undefined =>
            backend.requests.find(({ path }) => path === `/v1/${signal}`)?.body.toString('utf8')
          await eventuallyPasses(() => assert.ok(received()), 20_000)
          const text = received() ?? ''
          const hasText = signal !== 'metrics'
          assert.equal(text.includes(TEXT), hasText && !isTextMasked)
          assert.equal(text.includes('paid with ****'), hasText && isTextMasked)
          const lists = attributeLists(JSON.parse(text))
          assert.equal(lists.length, PLACES[signal])
          for (const list of lists) {
            check(list)
            assert.deepEqual(valueOf(list, 'kept'), { intValue: '7' })
            assert.deepEqual(valueOf(list, 'flag'), { boolValue: true })
          }
        })
    })
})
