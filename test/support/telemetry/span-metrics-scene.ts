/** Gateways on loopback that make metrics of spans, and what the backend has of them. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Signal } from '../../../src/api/vocabulary.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { goVariables } from '../../../src/collector/memory.ts'
import type { Served } from '../../../src/collector/routing/dedicated.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { DISK } from '../collectors/settings.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { postOtlp } from './otlp-json.ts'
import { startHttpBackend } from './recording-backend.ts'

type Attributes = Record<string, string>

export interface CountedSpan {
  name: string
  /** By the number of OTLP: 2 is Server. */
  kind?: number
  failing?: boolean
  durationMs?: number
  attributes?: Attributes
}

/** A data point of a sum or a histogram. */
export interface Point {
  metric: string
  unit: string
  resource: Attributes
  attributes: Attributes
  startTime: string
  /** Of spans. */
  count: number
  /** Of durations. */
  sum: number
  isDelta: boolean
}

export interface SpanMetricsScene {
  gateways: CollectorProcess[]
  post: (gateway: number, resource: Attributes, spans: readonly CountedSpan[]) => Promise<void>
  /** All that has arrived, in its order. */
  points: () => Point[]
  /** Number of spans that have arrived. */
  spans: () => number
  end: () => Promise<void>
}

interface RawValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string
}
interface RawPoint {
  attributes?: { key: string; value: RawValue }[]
  startTimeUnixNano: string
  asInt?: string
  count?: string
  sum?: number
}
interface RawMetric {
  name: string
  unit?: string
  sum?: { aggregationTemporality: number; dataPoints: RawPoint[] }
  histogram?: { aggregationTemporality: number; dataPoints: RawPoint[] }
  exponentialHistogram?: { aggregationTemporality: number; dataPoints: RawPoint[] }
}
interface Payload {
  resourceMetrics?: { resource: { attributes?: RawPoint['attributes'] }; scopeMetrics: { metrics: RawMetric[] }[] }[]
  resourceSpans?: { scopeSpans: { spans: unknown[] }[] }[]
}

const DELTA = 1

const textOf = ({ stringValue, boolValue, intValue }: RawValue): string => String(stringValue ?? boolValue ?? intValue)
const attributesIn = (attributes: RawPoint['attributes'] = []): Attributes =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, textOf(value)]))

const pointsIn = ({ resourceMetrics = [] }: Payload): Point[] =>
  resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ name, unit = '', sum, histogram, exponentialHistogram }) => {
        const data = sum ?? histogram ?? exponentialHistogram
        return (data?.dataPoints ?? []).map((point) => ({
          metric: name,
          unit,
          resource: attributesIn(resource.attributes),
          attributes: attributesIn(point.attributes),
          startTime: point.startTimeUnixNano,
          count: Number(point.asInt ?? point.count),
          sum: point.sum ?? 0,
          isDelta: data?.aggregationTemporality === DELTA,
        }))
      }),
  )

const otlpAttributes = (values: Attributes) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const START_MS = 1_764_200_000_000n

const otlpSpan = ({ name, kind = 2, failing = false, durationMs = 10, attributes = {} }: CountedSpan) => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  name,
  kind,
  startTimeUnixNano: String(START_MS * 1_000_000n),
  endTimeUnixNano: String((START_MS + BigInt(durationMs)) * 1_000_000n),
  ...(failing ? { status: { code: 2 } } : {}),
  attributes: otlpAttributes(attributes),
})

export interface SpanMetricsSceneOptions {
  binary: string
  actions: readonly ActionInput[]
  gateways?: number
  /** Workloads of one more, which hands all others on to the first. */
  served?: Served['workloads']
  signals?: Signal[]
  memoryMiB?: number
}

export const startSpanMetrics = async (options: SpanMetricsSceneOptions): Promise<SpanMetricsScene> => {
  const { binary, actions, gateways: count = 1, served, signals = ['traces', 'metrics'], memoryMiB = 512 } = options
  const folder = mkdtempSync(join(tmpdir(), 'odigos-span-metrics-'))
  const backend = await startHttpBackend()
  const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json', compression: 'none' }
  const spec = { type: 'otlphttp', signals, fields, disabled: false }
  const destinations = [renderDestination({ name: 'sink', spec }, [])]
  const resources = { requests: { cpu: '100m', memory: `${memoryMiB}Mi` }, limits: { memory: `${memoryMiB}Mi` } }
  const group = { resources }
  const names = Array.from({ length: count + (served ? 1 : 0) }, (_, index) => `gateway-${index}`)
  const places = await Promise.all(names.map((name) => loopbackPlace(join(folder, name))))
  const gatewayEndpoint = `127.0.0.1:${places[0]?.grpcPort}`
  const gateways = places.map((place, index) => {
    const name = names[index] ?? ''
    mkdirSync(join(folder, name))
    const only = served && index === count ? { served: { workloads: served, gatewayEndpoint } } : {}
    const config = gatewayConfig({ group, destinations, actions, disk: DISK, place, ...only })
    const env = { ...goVariables(memoryMiB), POD_NAME: name }
    return collectorProcess({ binary, config, place, folder: join(folder, name), env })
  })
  await Promise.all(gateways.map((gateway) => gateway.start()))
  const payloads = (): Payload[] => backend.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as Payload)
  return {
    gateways,
    post: async (gateway, resource, spans) => {
      const scopeSpans = [{ scope: { name: 'test' }, spans: spans.map(otlpSpan) }]
      const body = { resourceSpans: [{ resource: { attributes: otlpAttributes(resource) }, scopeSpans }] }
      const status = await postOtlp(`http://127.0.0.1:${places[gateway]?.httpPort}`, 'traces', body)
      if (status !== 200) throw new Error(`the gateway answered ${status}`)
    },
    points: () => payloads().flatMap(pointsIn),
    spans: () =>
      payloads()
        .flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
        .reduce((sum, { spans }) => sum + spans.length, 0),
    end: async () => {
      await Promise.all(gateways.map((gateway) => gateway.kill()))
      await backend.close()
      rmSync(folder, { recursive: true })
    },
  }
}
