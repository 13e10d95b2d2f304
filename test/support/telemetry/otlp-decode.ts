/** Decodes the parts of an OTLP trace request that tests inspect. Field numbers: opentelemetry-proto, trace.proto 1.x. */
import protobuf from 'protobufjs'

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface ReceivedSpan {
  /** Lower-case hex. */
  traceId: string
  spanId: string
  /** Empty for a root span. */
  parentSpanId: string
  name: string
  kind: SpanKind
  /** `service.name` of the resource, or `''`. */
  serviceName: string
  resource: Readonly<Record<string, string>>
  attributes: Readonly<Record<string, string>>
  /** Name of the instrumentation library. */
  scope: string
}

const requestType = protobuf
  .parse(
    `syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message ArrayValue { repeated AnyValue values = 1; }
  message AnyValue { oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5;
  } }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    repeated KeyValue attributes = 9;
  }`,
  )
  .root.lookupType('Request')

type AnyValue = { arrayValue?: { values?: AnyValue[] } } & Record<string, unknown>
interface KeyValue {
  key?: string
  value?: AnyValue
}
interface WireSpan {
  traceId?: Uint8Array
  spanId?: Uint8Array
  parentSpanId?: Uint8Array
  name?: string
  kind?: number
  attributes?: KeyValue[]
}
interface WireRequest {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] }
    scopeSpans?: { scope?: { name?: string }; spans?: WireSpan[] }[]
  }[]
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']

const hex = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('hex')

const toText = ({ arrayValue, ...scalar }: AnyValue): string =>
  arrayValue ? (arrayValue.values ?? []).map(toText).join(',') : String(Object.values(scalar)[0] ?? '')

const toRecord = (pairs: KeyValue[] = []): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key = '', value = {} }) => [key, toText(value)]))

const toSpan = (span: WireSpan, resource: Record<string, string>, scope: string): ReceivedSpan => ({
  traceId: hex(span.traceId),
  spanId: hex(span.spanId),
  parentSpanId: hex(span.parentSpanId),
  name: span.name ?? '',
  kind: kinds[span.kind ?? 0] ?? 'unspecified',
  serviceName: resource['service.name'] ?? '',
  resource,
  attributes: toRecord(span.attributes),
  scope,
})

/** The spans of one `ExportTraceServiceRequest` in protobuf; throws for anything else. */
export const decodeSpans = (body: Uint8Array): ReceivedSpan[] => {
  const request = requestType.toObject(requestType.decode(body), { longs: String }) as WireRequest
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const resourceAttributes = toRecord(resource?.attributes)
    return (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => toSpan(span, resourceAttributes, scope?.name ?? '')),
    )
  })
}
