/** What the text of a log record says of itself: fields of JSON, severity, and the span that it belongs to. */
import type { ContainerLogs } from '../../api/kinds/infrastructure.ts'
import type { ComponentConfig } from '../config.ts'
import { PARSED } from './container-logs.ts'

const ZERO_TRACE = '0'.repeat(32)
const ZERO_SPAN = '0'.repeat(16)

/** Names that SDKs and log libraries use. */
const TRACE_FIELDS = ['trace_id', 'traceId', 'traceid', 'TraceId', 'otelTraceID', 'trace.id']
const SPAN_FIELDS = ['span_id', 'spanId', 'spanid', 'SpanId', 'otelSpanID', 'span.id']
const MESSAGE_FIELDS = ['message', 'msg', 'Message', '@m']
const LEVEL_FIELDS = ['level', 'severity', 'Level', 'log.level', 'levelname', 'loglevel', 'lvl', '@l']

/** The lowest number of each range of the data model, by words and by the numbers of pino and bunyan. */
const SEVERITIES: readonly [number, string][] = [
  [1, '^(?i:trace|finest|verbose|10)$$'],
  [5, '^(?i:debug|fine|20)$$'],
  [9, '^(?i:info|information|informational|notice|30)$$'],
  [13, '^(?i:warn|warning|40)$$'],
  [17, '^(?i:err|error|severe|50)$$'],
  [21, '^(?i:fatal|critical|crit|alert|emerg|emergency|panic|60)$$'],
]

const attribute = (name: string): string => `log.attributes["${name}"]`

const json = (): string[] => [
  `set(log.cache["json"], ${attribute(PARSED)}) where IsMap(${attribute(PARSED)})`,
  `delete_key(log.attributes, "${PARSED}")`,
  'merge_maps(log.attributes, log.cache["json"], "insert") where IsMap(log.cache["json"])',
  ...MESSAGE_FIELDS.map(
    (name) =>
      `set(log.body, ${attribute(name)}) where IsMap(log.cache["json"]) and log.cache["text"] == nil and IsString(${attribute(name)})`,
  ).flatMap((statement, index) => [
    statement,
    `set(log.cache["text"], true) where IsMap(log.cache["json"]) and IsString(${attribute(MESSAGE_FIELDS[index] ?? '')})`,
  ]),
  ...MESSAGE_FIELDS.map((name) => `delete_key(log.attributes, "${name}") where log.body == ${attribute(name)}`),
  ...LEVEL_FIELDS.map(
    (name) =>
      `set(log.severity_text, String(${attribute(name)})) where IsMap(log.cache["json"]) and log.severity_text == "" and (IsString(${attribute(name)}) or IsInt(${attribute(name)}) or IsDouble(${attribute(name)}))`,
  ),
  ...SEVERITIES.map(
    ([number, pattern]) =>
      `set(log.severity_number, ${number}) where log.severity_number == 0 and IsMatch(log.severity_text, "${pattern}")`,
  ),
]

const ids = (field: 'trace_id' | 'span_id', names: readonly string[], zero: string): string[] => {
  const target = `log.${field}.string`
  const digits = zero.length
  return names.flatMap((name) => {
    const value = attribute(name)
    const isId = `IsString(${value}) and IsMatch(${value}, "^[0-9a-fA-F]{${digits}}$$")`
    return [
      `set(${target}, ConvertCase(${value}, "lower")) where (${target} == "" or ${target} == "${zero}") and ${isId}`,
      `delete_key(log.attributes, "${name}") where ${isId}`,
    ]
  })
}

/** In text, as in `trace_id=… span_id=…`, `[traceId: …]` or escaped JSON. */
const idsInText = (field: 'trace_id' | 'span_id', zero: string): string[] => {
  const target = `log.${field}.string`
  const name = field.replace('_', '[._]?')
  const pattern = `(?i:otel)?(?i:${name})[^0-9a-zA-Z]{1,5}(?P<id>[0-9a-f]{${zero.length}})([^0-9a-f]|$$)`
  return [
    `set(log.cache["${field}"], ExtractPatterns(log.body, "${pattern}")) where (${target} == "" or ${target} == "${zero}") and IsString(log.body) and IsMatch(log.body, "${pattern}")`,
    `set(${target}, log.cache["${field}"]["id"]) where log.cache["${field}"] != nil`,
  ]
}

export const parseRecords = ({ parseJson }: ContainerLogs): ComponentConfig => ({
  error_mode: 'silent',
  log_statements: [
    {
      context: 'log',
      statements: [
        ...(parseJson ? json() : []),
        ...(parseJson ? [...ids('trace_id', TRACE_FIELDS, ZERO_TRACE), ...ids('span_id', SPAN_FIELDS, ZERO_SPAN)] : []),
        ...idsInText('trace_id', ZERO_TRACE),
        ...idsInText('span_id', ZERO_SPAN),
      ],
    },
  ],
})
