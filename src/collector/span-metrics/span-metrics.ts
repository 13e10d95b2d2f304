/**
 * Metrics of spans (docs/adr/0027-span-metrics.md). A copy of the spans that enter a gateway goes beside their way to the destinations: past
 * samplers and filters, so that counts are true, and through transformations, so that names have placeholders and what is masked stays so.
 */
import type { SpanMetrics } from '../../api/actions/span-metrics.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import { NOTHING } from '../actions/marks.ts'
import type { ActionInput } from '../actions/processor.ts'
import type { CollectorConfig, ComponentConfig, Components, Pipeline } from '../config.ts'
import { seriesServices } from '../memory.ts'
import { literal, selectorCondition } from '../ottl.ts'
import { PROBE_ATTRIBUTE } from '../probes.ts'

export interface SpanMetricsInput {
  actions: readonly ActionInput[]
  /** Ids of the processors that mark and transform traces. */
  ofTraces: readonly string[]
  /** Ids of all processors of metrics. */
  ofMetrics: readonly string[]
  /** Where metrics go. */
  exporters: string[]
  memoryMiB: number
}

/** No object has a name with an underscore. */
const OWN = 'odigos_span_metrics'
const SELECTED = `routing/traces-${OWN}`
const INSTANCE = `transform/${OWN}`

/** The connector of an Action. */
export const spanMetricsConnector = (name: string): string => `span_metrics/${name}`

const attribute = (name: string): string => `resource.attributes[${literal(name)}]`

/**
 * What is left of a resource: with the names of pods, each new one would begin series of its own. What selectors of other Actions look at
 * stays.
 */
const IDENTITY = [
  'service.name',
  'service.namespace',
  'service.version',
  'deployment.environment',
  'deployment.environment.name',
  'k8s.cluster.name',
  'k8s.namespace.name',
  ...WORKLOAD_KINDS.map((kind) => kind.attribute),
  'telemetry.sdk.language',
]

/** The boundaries that the semantic conventions advise for durations of HTTP requests. */
const BUCKETS = '5ms 10ms 25ms 50ms 75ms 100ms 250ms 500ms 750ms 1s 2500ms 5s 7500ms 10s'.split(' ')

const HISTOGRAMS: Record<SpanMetrics['histogram'], ComponentConfig> = {
  Explicit: { explicit: { buckets: BUCKETS } },
  Exponential: { exponential: { max_size: 160 } },
  None: { disable: true },
}

/** Something that has not been called for so long counts from 0 again. */
const EXPIRY = '1h'

/** Of names and values, which are kept as long as the series is. */
const MAX_BYTES = 256

interface Counting extends SpanMetrics {
  name: string
  /** Condition that holds for resources that the Action selects. */
  selected: string
}

const isNoProbe = `${attribute(PROBE_ATTRIBUTE)} == nil`

const countingOf = ({ metadata, spec, selected }: ActionInput): Counting[] => {
  const condition = selectorCondition(selected)
  if (spec.disabled || !spec.spanMetrics || condition === NOTHING) return []
  return [
    {
      ...spec.spanMetrics,
      name: metadata.name,
      selected: condition === undefined ? isNoProbe : `${isNoProbe} and ${condition}`,
    },
  ]
}

const byName = (a: Counting, b: Counting): number => (a.name < b.name ? -1 : 1)

const connectorConfig = (
  { dimensions = [], histogram, temporality, intervalSeconds, maxSeriesPerService }: Counting,
  services: number,
): ComponentConfig => ({
  histogram: { unit: 's', ...HISTOGRAMS[histogram] },
  dimensions: dimensions.map((name) => ({ name })),
  aggregation_temporality: `AGGREGATION_TEMPORALITY_${temporality.toUpperCase()}`,
  metrics_flush_interval: `${intervalSeconds}s`,
  metrics_expiration: EXPIRY,
  series_expiration: EXPIRY,
  aggregation_cardinality_limit: maxSeriesPerService,
  resource_metrics_cache_size: services,
  // It writes a line to the log for each that has no place.
  ...(temporality === 'Delta' ? { metric_timestamp_cache_size: services * (maxSeriesPerService + 1) } : {}),
  add_resource_attributes: true,
})

const list = (names: readonly string[]): string => `[${names.map(literal).join(', ')}]`

const SERVICE_NAME = attribute('service.name')
const NAME = 'span.cache["name"]'

/** Spans without a service are not counted by the connector. */
const identified = ({ dimensions = [] }: Counting): ComponentConfig => ({
  error_mode: 'ignore',
  trace_statements: [
    {
      context: 'span',
      statements: [
        `keep_keys(span.attributes, ${list(dimensions)})`,
        `truncate_all(span.attributes, ${MAX_BYTES})`,
        `set(${NAME}, span.name)`,
        `truncate_all(span.cache, ${MAX_BYTES})`,
        `set(span.name, ${NAME})`,
      ],
    },
    {
      context: 'resource',
      statements: [
        `set(${SERVICE_NAME}, "unknown_service") where not IsString(${SERVICE_NAME})`,
        `keep_keys(resource.attributes, ${list([...IDENTITY, ...dimensions])})`,
        `truncate_all(resource.attributes, ${MAX_BYTES})`,
      ],
    },
  ],
})

const otherKinds = (kinds: NonNullable<SpanMetrics['spanKinds']>): ComponentConfig => ({
  error_mode: 'ignore',
  traces: { span: [kinds.map((kind) => `span.kind != SPAN_KIND_${kind.toUpperCase()}`).join(' and ')] },
})

/** Several gateways count the same: each has series of its own, which begin anew with its pod's name only. */
const INSTANCE_CONFIG: ComponentConfig = {
  error_mode: 'ignore',
  metric_statements: [
    {
      context: 'datapoint',
      statements: ['set(datapoint.attributes["collector.instance.id"], "${env:POD_NAME}")'],
    },
  ],
}

interface Branch {
  pipeline: `traces/${string}`
  processors: Components
}

const branchOf = (counting: Counting): Branch => {
  const { name, spanKinds } = counting
  return {
    pipeline: `traces/${OWN}-${name}`,
    processors: {
      ...(spanKinds ? { [`filter/${OWN}-${name}`]: otherKinds(spanKinds) } : {}),
      [`transform/${OWN}-${name}`]: identified(counting),
    },
  }
}

/** Adds the metrics to the configuration of a gateway; none where it takes no traces, or hands no metrics on. */
export const withSpanMetrics = (config: CollectorConfig, input: SpanMetricsInput): CollectorConfig => {
  const { traces: entry, ...pipelines } = config.service.pipelines
  const counted = input.actions.flatMap(countingOf).toSorted(byName)
  if (counted.length === 0 || input.exporters.length === 0 || !entry) return config
  const branches = counted.map((each) => ({
    ...branchOf(each),
    counting: each,
    connector: spanMetricsConnector(each.name),
  }))
  const servicesOf = ({ maxSeriesPerService }: Counting): number =>
    seriesServices(input.memoryMiB, maxSeriesPerService * counted.length)
  return {
    ...config,
    processors: {
      ...config.processors,
      ...(Object.assign({}, ...branches.map(({ processors }) => processors)) as Components),
      [INSTANCE]: INSTANCE_CONFIG,
    },
    connectors: {
      ...config.connectors,
      [SELECTED]: {
        error_mode: 'ignore',
        table: branches.map(({ counting: { selected }, pipeline }) => ({
          context: 'resource',
          condition: selected,
          pipelines: [pipeline],
        })),
      },
      ...Object.fromEntries(
        branches.map(({ connector, counting }) => [connector, connectorConfig(counting, servicesOf(counting))]),
      ),
    },
    service: {
      ...config.service,
      pipelines: {
        ...pipelines,
        traces: { ...entry, exporters: [...entry.exporters, SELECTED] },
        ...Object.fromEntries(
          branches.map(({ pipeline, processors, connector }): [string, Pipeline] => [
            pipeline,
            {
              receivers: [SELECTED],
              processors: [...input.ofTraces, ...Object.keys(processors)],
              exporters: [connector],
            },
          ]),
        ),
        [`metrics/${OWN}`]: {
          receivers: branches.map(({ connector }) => connector),
          processors: [INSTANCE, ...input.ofMetrics],
          exporters: input.exporters,
        },
      },
    },
  }
}
