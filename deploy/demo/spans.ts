/** Spans in the JSON form of OTLP, as the collector's file exporter writes them, and a trace drawn as a tree. */

export interface Span {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  /** SpanKind of OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number
  startMs: number
  durationMs: number
  service: string
  resource: Record<string, string>
  attributes: Record<string, string>
}

interface Attribute {
  key: string
  value?: Record<string, unknown>
}
interface RawSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind?: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: Attribute[]
}
interface TracesData {
  resourceSpans?: { resource?: { attributes?: Attribute[] }; scopeSpans?: { spans?: RawSpan[] }[] }[]
}

const record = (attributes: readonly Attribute[] = []): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value ?? {})[0] ?? '')]))

const milliseconds = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1000n) / 1000

const toSpan = (raw: RawSpan, resource: Record<string, string>): Span => ({
  traceId: raw.traceId,
  spanId: raw.spanId,
  parentSpanId: raw.parentSpanId ?? '',
  name: raw.name,
  kind: raw.kind ?? 0,
  startMs: milliseconds(raw.startTimeUnixNano),
  durationMs: milliseconds(raw.endTimeUnixNano) - milliseconds(raw.startTimeUnixNano),
  service: resource['service.name'] ?? 'unknown',
  resource,
  attributes: record(raw.attributes),
})

/** The spans of lines of OTLP JSON. */
export const parseSpans = (lines: readonly string[]): Span[] =>
  lines.flatMap((line) =>
    ((JSON.parse(line) as TracesData).resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
      const attributes = record(resource?.attributes)
      return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => toSpan(span, attributes)))
    }),
  )

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}

/** Spans of one trace in which every one of `services` takes part and every span but the root has its parent. */
export const wholeTrace = (spans: readonly Span[], services: readonly string[]): Span[] | undefined => {
  for (const trace of groupBy(spans, ({ traceId }) => traceId).values()) {
    const ids = new Set(trace.map(({ spanId }) => spanId))
    const hasAll = services.every((service) => trace.some((span) => span.service === service))
    const roots = trace.filter(({ parentSpanId }) => parentSpanId === '')
    const isConnected = trace.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId))
    if (hasAll && isConnected && roots.length === 1) return trace
  }
  return undefined
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'] as const

/** Lines that draw a trace: each span under its parent, with service, name, kind and duration. */
export const drawTrace = (trace: readonly Span[]): string[] => {
  const children = groupBy(trace, ({ parentSpanId }) => parentSpanId)
  const lines: string[] = []
  const draw = (span: Span, lead: string, branch: string, next: string): void => {
    const title = `${span.service} · ${span.name} (${KINDS[span.kind] ?? span.kind})`
    lines.push(`${lead}${branch}${title}  ${span.durationMs.toFixed(1)} ms`)
    const below = (children.get(span.spanId) ?? []).toSorted((a, b) => a.startMs - b.startMs)
    below.forEach((child, index) => {
      const isLast = index === below.length - 1
      draw(child, lead + next, isLast ? '└─ ' : '├─ ', isLast ? '   ' : '│  ')
    })
  }
  for (const root of children.get('') ?? []) draw(root, '', '', '')
  return lines
}

/** Rows of service, language and number of spans, for a table. */
export const spansByService = (spans: readonly Span[]): { service: string; language: string; spans: number }[] =>
  [...groupBy(spans, ({ service }) => service)]
    .map(([service, group]) => ({
      service,
      language: group[0]?.resource['telemetry.sdk.language'] ?? '?',
      spans: group.length,
    }))
    .toSorted((a, b) => (a.service < b.service ? -1 : 1))
