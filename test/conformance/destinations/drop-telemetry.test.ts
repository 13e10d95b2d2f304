/** DropTelemetry drops in a real collector exactly what meets all of its conditions. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drop } from '../../../src/api/actions/drop.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { Signal } from '../../../src/api/vocabulary.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
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

const TIME = '1764200000000000000'
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const number = (key: string, intValue: string) => ({ key, value: { intValue } })

/** Each record has its number as the attribute `id`; names and attributes differ. */
const RECORDS = [
  { name: 'GET /healthz', attributes: [text('http.route', '/healthz'), number('http.response.status_code', '200')] },
  { name: 'GET /items', attributes: [text('http.route', '/items'), number('http.response.status_code', '200')] },
  { name: 'GET /healthz', attributes: [text('http.route', '/healthz'), number('http.response.status_code', '500')] },
  { name: 'poll', attributes: [] },
]
/** By record, of logs. */
const SEVERITY = [9, 17, 5, 0]
const withId = (id: number) => [number('id', String(id)), ...(RECORDS[id]?.attributes ?? [])]
const resource = { attributes: [text('service.name', 'cart'), text('k8s.namespace.name', 'shop')] }
const PAYLOADS = {
  traces: {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: RECORDS.map(({ name }, id) => ({
              traceId: '1'.repeat(32),
              spanId: String(id + 1).repeat(16),
              name,
              startTimeUnixNano: TIME,
              endTimeUnixNano: TIME,
              attributes: withId(id),
            })),
          },
        ],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: RECORDS.map(({ name }, id) => ({
              name,
              gauge: { dataPoints: [{ timeUnixNano: TIME, asInt: '1', attributes: withId(id) }] },
            })),
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
            logRecords: RECORDS.map((_, id) => ({
              timeUnixNano: TIME,
              severityNumber: SEVERITY[id],
              body: { stringValue: 'a record' },
              attributes: withId(id),
            })),
          },
        ],
      },
    ],
  },
}

interface Case {
  drop: Drop
  signals: Signal[]
  /** Numbers of the records that stay. */
  kept: number[]
  selected?: Selected
}

const ALL: Signal[] = ['traces', 'metrics', 'logs']
const HEALTH = { name: 'http.route', value: '/healthz' }
const CASES: Record<string, Case> = {
  'an attribute with a value': { drop: { attributes: [HEALTH] }, signals: ALL, kept: [1, 3] },
  'an attribute of the resource': {
    drop: { attributes: [{ name: 'service.name', value: 'cart' }] },
    signals: ALL,
    kept: [],
  },
  'an attribute that is there': { drop: { attributes: [{ name: 'http.route' }] }, signals: ALL, kept: [3] },
  'a number as text': {
    drop: { attributes: [{ name: 'http.response.status_code', value: '500' }] },
    signals: ALL,
    kept: [0, 1, 3],
  },
  'a pattern, of a number as well': {
    drop: { attributes: [{ name: 'http.response.status_code', pattern: '^2' }] },
    signals: ALL,
    kept: [2, 3],
  },
  'all conditions': {
    drop: { attributes: [HEALTH, { name: 'http.response.status_code', value: '200' }] },
    signals: ALL,
    kept: [1, 2, 3],
  },
  'the name': { drop: { namePattern: '^GET ' }, signals: ['traces', 'metrics'], kept: [3] },
  'a low severity, and not the lack of one': { drop: { belowSeverity: 'Warn' }, signals: ['logs'], kept: [1, 3] },
  'only the selected workloads': {
    drop: { attributes: [HEALTH] },
    signals: ALL,
    kept: [0, 1, 2, 3],
    selected: { namespaces: ['other'] },
  },
}

/** Values of the attribute `id` in a payload, also of what has no list of its own. */
const idsIn = (body: string): number[] =>
  [...body.matchAll(/"key":"id","value":\{"intValue":"(\d)"\}/g)].map(([, id]) => Number(id)).toSorted((a, b) => a - b)

describe('DropTelemetry', function () {
  this.timeout(60_000)

  for (const [name, { drop, signals, kept, selected }] of Object.entries(CASES))
    describe(name, () => {
      const folder = mkdtempSync(join(tmpdir(), 'odigos-drop-'))
      let collector: CollectorProcess
      let backend: RecordingBackend
      let endpoint: string

      before(async function () {
        const binary = collectorBinary()
        if (!binary) return this.skip()
        backend = await startHttpBackend()
        const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json', compression: 'none' }
        const destinations = [
          renderDestination({ name: 'sink', spec: { type: 'otlphttp', signals: ALL, fields, disabled: false } }, []),
        ]
        const action: ActionInput = {
          metadata: { name: 'action', namespace: 'odigos-system' },
          spec: actionSpec.parse({ type: 'DropTelemetry', signals, dropTelemetry: drop }),
          selected,
        }
        const place = await loopbackPlace(folder)
        const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }
        const config = gatewayConfig({ group, destinations, actions: [action], disk: DISK, place })
        collector = collectorProcess({ binary, config, place, folder })
        await collector.start()
        endpoint = `http://127.0.0.1:${place.httpPort}`
      })
      after(async () => {
        await collector?.kill()
        await backend?.close()
        rmSync(folder, { recursive: true })
      })

      it('decides', async () => {
        // What comes afterwards shows that all before has been decided, also where nothing of it stays.
        const last = { ...resource, attributes: [text('last', 'yes')] }
        for (const signal of signals) assert.equal(await postOtlp(endpoint, signal, PAYLOADS[signal]), 200)
        const span = { traceId: '2'.repeat(32), spanId: '9'.repeat(16), name: 'last', startTimeUnixNano: TIME }
        const payloads = {
          traces: {
            resourceSpans: [{ resource: last, scopeSpans: [{ spans: [{ ...span, endTimeUnixNano: TIME }] }] }],
          },
          metrics: {
            resourceMetrics: [
              {
                resource: last,
                scopeMetrics: [
                  { metrics: [{ name: 'last', gauge: { dataPoints: [{ timeUnixNano: TIME, asInt: '1' }] } }] },
                ],
              },
            ],
          },
          logs: {
            resourceLogs: [
              { resource: last, scopeLogs: [{ logRecords: [{ timeUnixNano: TIME, severityNumber: 21 }] }] },
            ],
          },
        }
        for (const signal of signals) {
          assert.equal(await postOtlp(endpoint, signal, payloads[signal]), 200)
          const bodies = (): string =>
            backend.requests
              .filter(({ path }) => path === `/v1/${signal}`)
              .map(({ body }) => body.toString('utf8'))
              .join('\n')
          await eventuallyPasses(() => {
            assert.match(bodies(), /"last"/)
            assert.deepEqual(idsIn(bodies()), kept, signal)
          }, 20_000)
        }
      })
    })
})
