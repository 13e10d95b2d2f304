/** What the connector of an Action in a gateway counts, and how its spans are prepared. */
import type { SpanMetrics } from '../../api/actions/span-metrics.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import { NOTHING } from '../actions/marks.ts'
import type { ActionInput } from '../actions/processor.ts'
import { escapeDollars } from '../../destinations/fields.ts'
import type { ComponentConfig } from '../config.ts'
import { literal, selectorCondition } from '../ottl.ts'
import { PROBE_ATTRIBUTE } from '../probes.ts'

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

export interface Counting extends SpanMetrics {
  name: string
  /** Condition that holds for resources that the Action selects. */
  selected: string
}

const isNoProbe = `${attribute(PROBE_ATTRIBUTE)} == nil`

/** None where the Action counts nothing. */
export const countingOf = ({ metadata, spec, selected }: ActionInput): Counting[] => {
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

/** `services` is the number of services whose series are kept. */
export const connectorConfig = (
  { dimensions = [], histogram, temporality, intervalSeconds, maxSeriesPerService }: Counting,
  services: number,
): ComponentConfig => ({
  histogram: { unit: 's', ...HISTOGRAMS[histogram] },
  dimensions: dimensions.map((name) => ({ name: escapeDollars(name.toWellFormed()) })),
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
export const identified = ({ dimensions = [] }: Counting): ComponentConfig => ({
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

/** Drops all but these kinds. */
export const otherKinds = (kinds: NonNullable<SpanMetrics['spanKinds']>): ComponentConfig => ({
  error_mode: 'ignore',
  traces: { span: [kinds.map((kind) => `span.kind != SPAN_KIND_${kind.toUpperCase()}`).join(' and ')] },
})
