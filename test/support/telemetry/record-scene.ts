/** A real gateway with some Actions, through which spans and log records are sent. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../collectors/settings.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { postOtlp } from './otlp-json.ts'
import { startHttpBackend } from './recording-backend.ts'

type Values = Record<string, string | number>

export interface SentRecord {
  /** Of a span. */
  name?: string
  kind?: number
  traceId?: string
  attributes?: Values
  resource?: Values
}

export interface ReceivedRecord {
  name: string | undefined
  traceId: string | undefined
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
}

export interface ActionScene {
  /** Sends records and returns what comes out, in the same order. */
  pass: (signal: 'traces' | 'logs', records: readonly SentRecord[]) => Promise<ReceivedRecord[]>
  /** `host:port` of what the gateway counts. */
  seenAddress: string
  end: () => Promise<void>
}

const TIME = '1764200000000000000'
/** Attribute of the record after those that are sent, which must not be dropped. */
export const LAST = { name: 'test.last', value: 'yes' }
const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }

interface Attribute {
  key: string
  value: Record<string, unknown>
}

const attributesOf = (values: Values): Attribute[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }))

const valuesOf = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

const spanOf = ({ name = 'work', kind = 2, traceId = '1'.repeat(32), attributes = {} }: SentRecord, index: number) => ({
  traceId,
  spanId: (index + 1).toString(16).padStart(16, '0'),
  name,
  kind,
  startTimeUnixNano: TIME,
  endTimeUnixNano: TIME,
  attributes: attributesOf(attributes),
})

const payloadOf = (signal: 'traces' | 'logs', records: readonly SentRecord[]): object => {
  const resource = (record: SentRecord) => ({ attributes: attributesOf(record.resource ?? {}) })
  return signal === 'traces'
    ? {
        resourceSpans: records.map((record, index) => ({
          resource: resource(record),
          scopeSpans: [{ spans: [spanOf(record, index)] }],
        })),
      }
    : {
        resourceLogs: records.map((record) => ({
          resource: resource(record),
          scopeLogs: [{ logRecords: [{ timeUnixNano: TIME, attributes: attributesOf(record.attributes ?? {}) }] }],
        })),
      }
}

interface Scoped {
  spans?: (Omit<ReceivedRecord, 'attributes'> & { attributes?: Attribute[] })[]
  logRecords?: Scoped['spans']
}
interface Payload {
  resourceSpans?: { resource?: { attributes?: Attribute[] }; scopeSpans: Scoped[] }[]
  resourceLogs?: { resource?: { attributes?: Attribute[] }; scopeLogs: Scoped[] }[]
}

const receivedOf = (body: string): ReceivedRecord[] => {
  const { resourceSpans = [], resourceLogs = [] } = JSON.parse(body) as Payload
  const groups = [
    ...resourceSpans.map(({ resource, scopeSpans }) => ({ resource, scopes: scopeSpans })),
    ...resourceLogs.map(({ resource, scopeLogs }) => ({ resource, scopes: scopeLogs })),
  ]
  return groups.flatMap(({ resource, scopes }) =>
    scopes.flatMap(({ spans, logRecords }) =>
      (spans ?? logRecords ?? []).map(({ name, traceId, attributes }) => ({
        name,
        traceId,
        attributes: valuesOf(attributes),
        resource: valuesOf(resource?.attributes),
      })),
    ),
  )
}

/** `specs` as users write them; `selected` holds for all. */
export const startActionScene = async (
  binary: string,
  specs: readonly object[],
  selected?: Selected,
): Promise<ActionScene> => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-action-'))
  const backend = await startHttpBackend()
  const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json', compression: 'none' }
  const signals = ['traces' as const, 'logs' as const]
  const destinations = [
    renderDestination({ name: 'sink', spec: { type: 'otlphttp', signals, fields, disabled: false } }, []),
  ]
  const actions = specs.map((spec, index) => ({
    metadata: { name: `action-${index}`, namespace: 'odigos-system' },
    spec: actionSpec.parse(spec),
    selected,
  }))
  const place = await loopbackPlace(folder)
  const config = gatewayConfig({ group, destinations, actions, disk: DISK, place })
  const collector = collectorProcess({ binary, config, place, folder })
  await collector.start()
  return {
    pass: async (signal, records) => {
      // What comes last shows that all before has been decided. No share but 0 is without a trace with the highest digits.
      const last = { kind: 1, traceId: 'f'.repeat(32), attributes: { [LAST.name]: LAST.value } }
      const before = backend.requests.length
      const status = await postOtlp(`http://127.0.0.1:${place.httpPort}`, signal, payloadOf(signal, [...records, last]))
      if (status !== 200) throw new Error(`the collector answered ${status}`)
      const received = (): ReceivedRecord[] =>
        backend.requests
          .slice(before)
          .flatMap(({ path, body }) => (path === `/v1/${signal}` ? receivedOf(body.toString('utf8')) : []))
      const isLast = ({ attributes }: ReceivedRecord): boolean => LAST.name in attributes
      await eventuallyPasses(() => {
        if (!received().some(isLast)) throw new Error('nothing came out')
      }, 20_000)
      return received().filter((record) => !isLast(record))
    },
    seenAddress: `127.0.0.1:${place.seenPort}`,
    end: async () => {
      await collector.kill()
      await backend.close()
      rmSync(folder, { recursive: true })
    },
  }
}
