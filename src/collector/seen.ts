/**
 * What a node collector counts of the telemetry that passes, by pod, and of the reports of agents, for the instrumentor.
 * Counting follows the handing on to the gateway and cannot refuse anything, so that no application sends twice because of it.
 */
import { REPORT_BOUNDS } from '../api/kinds/telemetry.ts'
import type { Signal } from '../api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from './config.ts'
import { counted, countersExporter, labelled, NOT_COUNTED } from './counter.ts'

/** Scope of the log records with which agents report what they did. */
export const AGENT_SCOPE = 'odigos.agent'

/** Names of the counters as the node collector exposes them. */
export const SEEN_METRICS = {
  traces: 'odigos_seen_spans_total',
  servers: 'odigos_seen_server_spans_total',
  metrics: 'odigos_seen_data_points_total',
  requests: 'odigos_seen_request_data_points_total',
  logs: 'odigos_seen_log_records_total',
  reports: 'odigos_agent_reports_total',
} as const

/** Attributes of a report, by the label that they become. */
export const REPORT_ATTRIBUTES = {
  agent: 'odigos.agent',
  outcome: 'odigos.outcome',
  reason: 'odigos.reason',
  version: 'odigos.version',
  message: 'odigos.message',
} as const

/** Names of Kubernetes; whoever sends other ones is not counted. */
const NAME = '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$'
const RESOURCE_LABELS = {
  namespace: 'k8s.namespace.name',
  pod: 'k8s.pod.name',
  container: 'k8s.container.name',
}

const COUNT = 'count/seen'
const COUNT_REPORTS = 'count/reports'
const ROUTE = 'routing/reports'
const EXPORTER = 'prometheus/seen'

const SERVER_SPAN = 'span.kind == SPAN_KIND_SERVER or span.kind == SPAN_KIND_CONSUMER'

/** Metrics of servers, by the semantic conventions. */
const SERVER_METRIC = 'IsMatch(metric.name, "^(http|rpc)[.]server[.]")'

const countConnector: ComponentConfig = {
  spanevents: NOT_COUNTED,
  metrics: NOT_COUNTED,
  spans: {
    ...counted(SEEN_METRICS.traces, 'Spans that arrived.'),
    ...counted(SEEN_METRICS.servers, 'Spans of requests and messages that arrived.', { conditions: [SERVER_SPAN] }),
  },
  datapoints: {
    ...counted(SEEN_METRICS.metrics, 'Data points that arrived.'),
    ...counted(SEEN_METRICS.requests, 'Data points about requests that arrived.', { conditions: [SERVER_METRIC] }),
  },
  logs: counted(SEEN_METRICS.logs, 'Log records that arrived.'),
}

const reportConnector: ComponentConfig = {
  logs: counted(SEEN_METRICS.reports, 'Processes that reported what their agent did.', {
    attributes: Object.values(REPORT_ATTRIBUTES).map((key) => ({ key, default_value: '' })),
  }),
}

const labelStatement = ([label, attribute]: [string, string]): string => {
  const value = `resource.attributes["${attribute}"]`
  return `set(datapoint.attributes["${label}"], ${value}) where IsString(${value}) and IsMatch(${value}, "${NAME}")`
}

const renameStatements = Object.entries(REPORT_ATTRIBUTES).flatMap(([label, attribute]) => {
  const value = `datapoint.attributes["${attribute}"]`
  return [
    // Prometheus accepts valid UTF-8 only.
    `set(datapoint.attributes["${label}"], Substring(${value}, 0, ${REPORT_BOUNDS.message})) where IsString(${value}) and Len(${value}) > ${REPORT_BOUNDS.message}`,
    `set(datapoint.attributes["${label}"], ${value}) where IsString(${value}) and Len(${value}) <= ${REPORT_BOUNDS.message}`,
    `replace_pattern(datapoint.attributes["${label}"], "[^ -~]", "?") where datapoint.attributes["${label}"] != nil`,
  ]
})

const LABELS = [...Object.keys(RESOURCE_LABELS), ...Object.keys(REPORT_ATTRIBUTES)]

/** Labels from the resource, whose attributes no span or record can overrule; nothing else becomes a label. */
const labelProcessor = labelled([...Object.entries(RESOURCE_LABELS).map(labelStatement), ...renameStatements], LABELS)

const UNKNOWN_SENDER = 'datapoint.attributes["namespace"] == nil or datapoint.attributes["pod"] == nil'

/** Metrics without data, which are legal, but which the counting would refuse together with the others. */
const EMPTY_METRICS = 'metric.type == METRIC_DATA_TYPE_NONE'

/** Beside the exporter, and not beside what routes, for which the telemetry would be copied. */
const withCounts = (pipelines: CollectorConfig['service']['pipelines'], exporters: Components) =>
  Object.fromEntries(
    Object.entries(pipelines).map(([name, pipeline]) => [
      name,
      pipeline.exporters.some((id) => id in exporters)
        ? { ...pipeline, exporters: [...pipeline.exporters, COUNT] }
        : pipeline,
    ]),
  ) as CollectorConfig['service']['pipelines']

/** Adds the counting to a node collector's pipelines: what each signal goes through, and those with exporters behind. */
export const withSeen = (config: CollectorConfig, place: CollectorPlace): CollectorConfig => {
  const { traces, metrics, logs, ...behind } = config.service.pipelines as Partial<Record<Signal, Pipeline>>
  const isCounted = [traces, metrics, logs].some((pipeline) => pipeline !== undefined)
  return {
    ...config,
    processors: {
      ...config.processors,
      ...(metrics ? { 'filter/empty': { error_mode: 'ignore', metrics: { metric: [EMPTY_METRICS] } } } : {}),
      'transform/seen': labelProcessor,
      'filter/seen': { error_mode: 'ignore', metrics: { datapoint: [UNKNOWN_SENDER] } },
    },
    connectors: {
      ...config.connectors,
      ...(isCounted ? { [COUNT]: countConnector } : {}),
      [COUNT_REPORTS]: reportConnector,
      [ROUTE]: {
        error_mode: 'ignore',
        ...(logs ? { default_pipelines: ['logs/telemetry'] } : {}),
        table: [
          { context: 'log', condition: `instrumentation_scope.name == "${AGENT_SCOPE}"`, pipelines: ['logs/reports'] },
        ],
      },
    },
    exporters: {
      ...config.exporters,
      [EXPORTER]: countersExporter(`${place.host}:${place.seenPort}`),
    },
    service: {
      ...config.service,
      pipelines: {
        ...(traces ? { traces } : {}),
        ...(metrics ? { metrics: { ...metrics, processors: [...metrics.processors, 'filter/empty'] } } : {}),
        logs: { receivers: ['otlp'], processors: ['memory_limiter'], exporters: [ROUTE] },
        ...(logs ? { 'logs/telemetry': { ...logs, receivers: [ROUTE], processors: logs.processors.slice(1) } } : {}),
        ...withCounts(behind, config.exporters),
        'logs/reports': { receivers: [ROUTE], processors: [], exporters: [COUNT_REPORTS] },
        'metrics/seen': {
          receivers: [...(isCounted ? [COUNT] : []), COUNT_REPORTS],
          processors: ['transform/seen', 'filter/seen'],
          exporters: [EXPORTER],
        },
      },
    },
  }
}
