/**
 * Metrics of spans (docs/adr/0027-span-metrics.md). A copy of the spans that enter a gateway goes beside their way to the destinations: past
 * samplers and filters, so that counts are true, and through transformations, so that names have placeholders and what is masked stays so.
 */
import type { ActionInput } from '../actions/processor.ts'
import type { CollectorConfig, ComponentConfig, Components, Pipeline } from '../config.ts'
import { seriesServices } from '../memory.ts'
import type { Counting } from './counting.ts'
import { connectorConfig, countingOf, identified, otherKinds } from './counting.ts'

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

const byName = (a: Counting, b: Counting): number => (a.name < b.name ? -1 : 1)

/** Several gateways count the same: each has series of its own, by the name of its pod. */
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
  /** Of this branch only. */
  processors: Components
  connector: string
  config: ComponentConfig
  /** Condition that holds for its resources. */
  selected: string
}

const branchOf = (counting: Counting, services: number): Branch => {
  const { name, selected, spanKinds } = counting
  return {
    pipeline: `traces/${OWN}-${name}`,
    processors: {
      ...(spanKinds ? { [`filter/${OWN}-${name}`]: otherKinds(spanKinds) } : {}),
      [`transform/${OWN}-${name}`]: identified(counting),
    },
    connector: spanMetricsConnector(name),
    config: connectorConfig(counting, services),
    selected,
  }
}

const branchesOf = ({ actions, memoryMiB }: SpanMetricsInput): Branch[] => {
  const counted = actions.flatMap(countingOf).toSorted(byName)
  return counted.map((each) => branchOf(each, seriesServices(memoryMiB, each.maxSeriesPerService * counted.length)))
}

/** The first that selects a resource takes it. */
const selectionOf = (branches: readonly Branch[]): ComponentConfig => ({
  error_mode: 'ignore',
  table: branches.map(({ selected, pipeline }) => ({
    context: 'resource',
    condition: selected,
    pipelines: [pipeline],
  })),
})

const pipelinesOf = (
  branches: readonly Branch[],
  { ofTraces, ofMetrics, exporters }: SpanMetricsInput,
): Record<string, Pipeline> => ({
  ...Object.fromEntries(
    branches.map(({ pipeline, processors, connector }): [string, Pipeline] => [
      pipeline,
      { receivers: [SELECTED], processors: [...ofTraces, ...Object.keys(processors)], exporters: [connector] },
    ]),
  ),
  [`metrics/${OWN}`]: {
    receivers: branches.map(({ connector }) => connector),
    processors: [INSTANCE, ...ofMetrics],
    exporters,
  },
})

/** Adds the metrics to the configuration of a gateway; none where it takes no traces, or hands no metrics on. */
export const withSpanMetrics = (config: CollectorConfig, input: SpanMetricsInput): CollectorConfig => {
  const { traces: entry, ...pipelines } = config.service.pipelines
  const branches = branchesOf(input)
  if (branches.length === 0 || input.exporters.length === 0 || !entry) return config
  return {
    ...config,
    processors: {
      ...config.processors,
      ...(Object.assign({}, ...branches.map(({ processors }) => processors)) as Components),
      [INSTANCE]: INSTANCE_CONFIG,
    },
    connectors: {
      ...config.connectors,
      [SELECTED]: selectionOf(branches),
      ...Object.fromEntries(branches.map(({ connector, config: own }) => [connector, own])),
    },
    service: {
      ...config.service,
      pipelines: {
        ...pipelines,
        traces: { ...entry, exporters: [...entry.exporters, SELECTED] },
        ...pipelinesOf(branches, input),
      },
    },
  }
}
