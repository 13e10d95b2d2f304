/** What a collector's file exporter wrote: OTLP as JSON, a request for each line. */

interface Value {
  stringValue?: string
  intValue?: string
  doubleValue?: number
  boolValue?: boolean
  kvlistValue?: { values: KeyValue[] }
  arrayValue?: { values: Value[] }
}
interface KeyValue {
  key: string
  value: Value
}
type Plain = Record<string, unknown>

/** As text where JavaScript has no such number. */
const plainInteger = (digits: string): number | string =>
  Number.isSafeInteger(Number(digits)) ? Number(digits) : digits

const plainValue = ({ stringValue, intValue, doubleValue, boolValue, kvlistValue, arrayValue }: Value): unknown =>
  stringValue ??
  (intValue === undefined ? undefined : plainInteger(intValue)) ??
  doubleValue ??
  boolValue ??
  (kvlistValue
    ? Object.fromEntries(kvlistValue.values.map(({ key, value }) => [key, plainValue(value)]))
    : arrayValue?.values.map(plainValue))

const plain = (attributes: readonly KeyValue[] = []): Plain =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))

export interface ReceivedLog {
  body: string
  time: string
  resource: Plain
  attributes: Plain
  traceId: string
  spanId: string
  severity: string
  severityNumber: number
}

export interface ReceivedMetric {
  name: string
  resource: Plain
}

export interface Received {
  logs: ReceivedLog[]
  metrics: ReceivedMetric[]
  /** Resources of spans. */
  spans: Plain[]
}

interface Request {
  resourceLogs?: {
    resource: { attributes?: KeyValue[] }
    scopeLogs: {
      logRecords: {
        body?: Value
        timeUnixNano?: string
        attributes?: KeyValue[]
        traceId?: string
        spanId?: string
        severityText?: string
        severityNumber?: number
      }[]
    }[]
  }[]
  resourceMetrics?: { resource: { attributes?: KeyValue[] }; scopeMetrics: { metrics: { name: string }[] }[] }[]
  resourceSpans?: { resource: { attributes?: KeyValue[] } }[]
}

const logsIn = ({ resourceLogs = [] }: Request): ReceivedLog[] =>
  resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        body: record.body?.stringValue ?? JSON.stringify(record.body ?? ''),
        time: record.timeUnixNano ?? '',
        resource: plain(resource.attributes),
        attributes: plain(record.attributes),
        traceId: record.traceId ?? '',
        spanId: record.spanId ?? '',
        severity: record.severityText ?? '',
        severityNumber: record.severityNumber ?? 0,
      })),
    ),
  )

const metricsIn = ({ resourceMetrics = [] }: Request): ReceivedMetric[] =>
  resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => ({ name, resource: plain(resource.attributes) }))),
  )

/** The last line may not have been written completely yet. */
export const receivedIn = (text: string): Received => {
  const requests = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Request)
  return {
    logs: requests.flatMap(logsIn),
    metrics: requests.flatMap(metricsIn),
    spans: requests.flatMap(({ resourceSpans = [] }) =>
      resourceSpans.map(({ resource }) => plain(resource.attributes)),
    ),
  }
}
