/** Probes: one item of each signal, in the name of a workload, as OTLP in JSON. Pure. */
import { randomBytes } from 'node:crypto'
import { PROBE_ATTRIBUTE } from '../../../collector/probes.ts'
import type { Signal } from '../../../api/vocabulary.ts'

/** Attributes of a resource. */
export type Attributes = Readonly<Record<string, string>>

export interface Probe {
  /** Path of OTLP over HTTP, by signal. */
  path: string
  body: object
}

const NAME_LENGTH = 10
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** A name of letters only, which no mask takes for a number or a token. */
export const probeName = (): string =>
  Array.from(randomBytes(NAME_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('')

/** Samplers keep a trace whose last 56 bits are at least their threshold: of these, the first 32 are the largest that there are. */
const traceId = (): string => `${randomBytes(9).toString('hex')}ffffffff${randomBytes(3).toString('hex')}`

const encoded = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const SCOPE = { name: 'odigos.probe' }
const SPAN_KIND_SERVER = 2
const SEVERITY_INFO = 9
const SPAN_MS = 1

const nanos = (timeMs: number): string => `${BigInt(timeMs) * 1_000_000n}`

/** Without the name of a pod, so that nobody counts it as telemetry of a pod. */
export const probes = (name: string, resource: Attributes, nowMs: number): Record<Signal, Probe> => {
  const of = { attributes: encoded({ ...resource, [PROBE_ATTRIBUTE]: name }) }
  const attributes = encoded({ [PROBE_ATTRIBUTE]: name })
  const span = {
    traceId: traceId(),
    spanId: randomBytes(8).toString('hex'),
    name: SCOPE.name,
    kind: SPAN_KIND_SERVER,
    startTimeUnixNano: nanos(nowMs - SPAN_MS),
    endTimeUnixNano: nanos(nowMs),
    attributes,
  }
  const dataPoint = { timeUnixNano: nanos(nowMs), asInt: '1', attributes }
  const metric = { name: SCOPE.name, description: 'A probe of Odigos.', unit: '1', gauge: { dataPoints: [dataPoint] } }
  const record = {
    timeUnixNano: nanos(nowMs),
    observedTimeUnixNano: nanos(nowMs),
    severityNumber: SEVERITY_INFO,
    severityText: 'INFO',
    body: { stringValue: `probe ${name} of Odigos` },
    attributes,
  }
  return {
    traces: {
      path: '/v1/traces',
      body: { resourceSpans: [{ resource: of, scopeSpans: [{ scope: SCOPE, spans: [span] }] }] },
    },
    metrics: {
      path: '/v1/metrics',
      body: { resourceMetrics: [{ resource: of, scopeMetrics: [{ scope: SCOPE, metrics: [metric] }] }] },
    },
    logs: {
      path: '/v1/logs',
      body: { resourceLogs: [{ resource: of, scopeLogs: [{ scope: SCOPE, logRecords: [record] }] }] },
    },
  }
}
