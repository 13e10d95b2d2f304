/**
 * Marks that probes leave behind in a gateway, for delivery receipts (docs/adr/0021-receipt.md): one where a probe arrives, and one for
 * each destination where it has come past the Actions. A probe goes the way of all other telemetry; it is known by an attribute.
 */
import type { Signal } from '../api/vocabulary.ts'
import type { DryRunCounts } from './actions/dry-runs.ts'
import { besideEntries } from './actions/dry-runs.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from './config.ts'
import { counted, countersExporter, labelled, NOT_COUNTED } from './counter.ts'

/** Attribute of the resource and of the item; its value is the name of the probe. */
export const PROBE_ATTRIBUTE = 'odigos.probe'
/** Attribute of the resource of a probe that is about one destination and no workload; its value is the name of the destination. */
export const PROBE_FOR_ATTRIBUTE = 'odigos.probe.for'
const DESTINATION_ATTRIBUTE = 'odigos.probe.destination'

/** Labels of the counters. */
export const PROBE_LABELS = { probe: 'odigos_probe', destination: 'odigos_probe_destination' } as const

/** `arrived` is left out where no Action could drop the probe before it is `left`. */
export const PROBE_METRICS: Readonly<Record<'arrived' | 'left', Readonly<Record<Signal, string>>>> = {
  arrived: {
    traces: 'odigos_probe_arrived_spans_total',
    metrics: 'odigos_probe_arrived_data_points_total',
    logs: 'odigos_probe_arrived_log_records_total',
  },
  left: {
    traces: 'odigos_probe_left_spans_total',
    metrics: 'odigos_probe_left_data_points_total',
    logs: 'odigos_probe_left_log_records_total',
  },
}

const IS_PROBE = `resource.attributes["${PROBE_ATTRIBUTE}"] != nil`
const ARRIVED = 'count/probe-arrived'
const LABELS = 'transform/probe-labels'
const EXPORTER = 'prometheus/probes'

const markConnector = (metrics: Readonly<Record<Signal, string>>, more: ComponentConfig): ComponentConfig => ({
  spans: counted(metrics.traces, 'Probes.', more),
  datapoints: counted(metrics.metrics, 'Probes.', more),
  logs: counted(metrics.logs, 'Probes.', more),
  spanevents: NOT_COUNTED,
  metrics: NOT_COUNTED,
})

/** The connector that marks what is handed to a destination: one more exporter beside those of the destination. */
export const leftMark = (destination: string): string => `count/probe-left-${destination}`

export const leftMarkConfig = (destination: string): ComponentConfig =>
  markConnector(PROBE_METRICS.left, {
    conditions: [IS_PROBE],
    attributes: [{ key: PROBE_ATTRIBUTE }, { key: DESTINATION_ATTRIBUTE, default_value: destination }],
  })

const connectorOf = (signal: Signal): string => `routing/${signal}-probes`

/**
 * A pipeline with Actions is divided before them, so that probes can be marked there: a mark beside what changes telemetry would cost a
 * copy of it, and the connector copies probes only.
 */
const divided = (signal: Signal, pipeline: Pipeline): [string, Pipeline][] => {
  const [limiter = '', ...actions] = pipeline.processors
  if (actions.length === 0) return [[signal, pipeline]]
  const connector = connectorOf(signal)
  return [
    [signal, { ...pipeline, processors: [limiter], exporters: [connector] }],
    [`${signal}/telemetry`, { ...pipeline, receivers: [connector], processors: actions }],
    [`${signal}/probes`, { receivers: [connector], processors: [], exporters: [ARRIVED] }],
  ]
}

const routing = (signal: Signal): ComponentConfig => ({
  error_mode: 'ignore',
  default_pipelines: [`${signal}/telemetry`],
  table: [
    {
      context: 'resource',
      condition: `attributes["${PROBE_ATTRIBUTE}"] != nil`,
      action: 'copy',
      pipelines: [`${signal}/probes`],
    },
  ],
})

interface Marking {
  signals: readonly Signal[]
  /** Connectors that are behind the Actions already. */
  leftMarks: readonly string[]
  dryRuns: DryRunCounts
  place: CollectorPlace
}

/** Adds the marks to a gateway's configuration, and the counts of what is tried, which are exposed together. */
export const withProbes = (
  config: CollectorConfig,
  { signals, leftMarks, dryRuns, place }: Marking,
): CollectorConfig => {
  if (leftMarks.length === 0) return config
  const { pipelines } = config.service
  const mine = signals.flatMap((signal): [string, Pipeline][] => {
    const pipeline = pipelines[signal]
    return pipeline ? divided(signal, pipeline) : []
  })
  const marked = signals.filter((signal) => mine.some(([name]) => name === `${signal}/probes`))
  const connectors: Components = {
    ...Object.fromEntries(marked.map((signal) => [connectorOf(signal), routing(signal)])),
    ...(marked.length > 0
      ? { [ARRIVED]: markConnector(PROBE_METRICS.arrived, { attributes: [{ key: PROBE_ATTRIBUTE }] }) }
      : {}),
    ...dryRuns.connectors,
  }
  const labels = [PROBE_ATTRIBUTE, DESTINATION_ATTRIBUTE, ...dryRuns.labels]
  return {
    ...config,
    processors: { ...config.processors, [LABELS]: labelled([], labels) },
    connectors: { ...config.connectors, ...connectors },
    exporters: { ...config.exporters, [EXPORTER]: countersExporter(`${place.host}:${place.seenPort}`) },
    service: {
      ...config.service,
      pipelines: {
        ...besideEntries({ ...pipelines, ...Object.fromEntries(mine) }, dryRuns),
        'metrics/marks': {
          receivers: [...(marked.length > 0 ? [ARRIVED] : []), ...leftMarks, ...Object.keys(dryRuns.connectors)],
          processors: [LABELS],
          exporters: [EXPORTER],
        },
      },
    },
  }
}
