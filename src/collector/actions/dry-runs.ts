/**
 * Counting of what Actions in mode DryRun would drop, where telemetry enters a gateway: before any Action changes it. The count is beside
 * what changes telemetry, so that the collector copies all of it, but only while something is tried.
 */
import type { Signal } from '../../api/vocabulary.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import type { CollectorConfig, ComponentConfig, Components } from '../config.ts'
import { counted, NOT_COUNTED } from '../counter.ts'
import type { ActionInput } from './processor.ts'

const ACTION_ATTRIBUTE = 'odigos.dry-run'

/** Label of the counters with the name of the Action. */
export const DRY_RUN_LABEL = 'odigos_dry_run'

export const DRY_RUN_METRICS: Readonly<Record<'dropped' | 'items', Readonly<Record<Signal, string>>>> = {
  dropped: {
    traces: 'odigos_dry_run_dropped_spans_total',
    metrics: 'odigos_dry_run_dropped_data_points_total',
    logs: 'odigos_dry_run_dropped_log_records_total',
  },
  items: {
    traces: 'odigos_dry_run_spans_total',
    metrics: 'odigos_dry_run_data_points_total',
    logs: 'odigos_dry_run_log_records_total',
  },
}

/** Names of the sections of the count connector, and where the filter has the conditions that it shares. */
const SECTIONS = {
  traces: { section: 'spans', list: 'span' },
  metrics: { section: 'datapoints', list: 'datapoint' },
  logs: { section: 'logs', list: 'log_record' },
} as const satisfies Record<Signal, { section: string; list: string }>

/** An Action that is tried, with the filter that it would be. */
export interface DryRunAction {
  action: ActionInput
  signals: readonly Signal[]
  filter: ComponentConfig
}

const connector = ({ metadata }: ActionInput): string => `count/dry-run-${metadata.name}`

const conditionsOf = (filter: ComponentConfig, signal: Signal): string[] => {
  const lists = filter[signal] as Record<string, string[]> | undefined
  return lists?.[SECTIONS[signal].list] ?? []
}

const connectorConfig = ({ action, signals, filter }: DryRunAction): ComponentConfig => {
  const attributes = [{ key: ACTION_ATTRIBUTE, default_value: action.metadata.name }]
  const section = (signal: Signal): Components => {
    if (!signals.includes(signal)) return NOT_COUNTED
    const conditions = conditionsOf(filter, signal)
    return {
      ...counted(DRY_RUN_METRICS.items[signal], 'Items that arrived.', { attributes }),
      ...counted(DRY_RUN_METRICS.dropped[signal], 'Items that would be dropped.', { conditions, attributes }),
    }
  }
  return {
    ...Object.fromEntries(SIGNALS.map((signal) => [SECTIONS[signal].section, section(signal)])),
    spanevents: NOT_COUNTED,
    metrics: NOT_COUNTED,
  }
}

export interface DryRunCounts {
  connectors: Components
  /** Labels of what they count. */
  labels: string[]
  /** Beside what a pipeline that receives a signal hands on to. */
  beside: (signal: Signal) => string[]
}

export const dryRunCounts = (tried: readonly DryRunAction[]): DryRunCounts => ({
  connectors: Object.fromEntries(tried.map((each) => [connector(each.action), connectorConfig(each)])),
  labels: tried.length > 0 ? [ACTION_ATTRIBUTE] : [],
  beside: (signal) => tried.filter(({ signals }) => signals.includes(signal)).map(({ action }) => connector(action)),
})

/** Lets the counts see everything that the pipelines of these signals receive. */
export const besideEntries = (
  pipelines: CollectorConfig['service']['pipelines'],
  counts: DryRunCounts,
): CollectorConfig['service']['pipelines'] => {
  const entries = SIGNALS.flatMap((signal) => {
    const pipeline = pipelines[signal]
    return pipeline ? [[signal, { ...pipeline, exporters: [...pipeline.exporters, ...counts.beside(signal)] }]] : []
  })
  return { ...pipelines, ...(Object.fromEntries(entries) as CollectorConfig['service']['pipelines']) }
}
