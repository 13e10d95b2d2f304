/** Counters of items of telemetry that the Prometheus exporter of a collector exposes, made by the count connector. */
import type { ComponentConfig, Components } from './config.ts'

/** A counter under its own name, without the suffix that Prometheus demands. */
export const counted = (metric: string, description: string, more: ComponentConfig = {}): Components => ({
  [metric.replace(/_total$/, '')]: { description, ...more },
})

/** What is not configured is counted by default. */
export const NOT_COUNTED: Components = { none: { conditions: ['false'] } }

/** Statements for data points, before they are exposed with these labels only, and without a resource. */
export const labelled = (statements: readonly string[], labels: readonly string[]): ComponentConfig => ({
  error_mode: 'ignore',
  metric_statements: [
    {
      context: 'datapoint',
      statements: [
        // The exporter adds up only what starts at the time of what it has; times of telemetry are the sender's, and any.
        'set(datapoint.start_time_unix_nano, 1)',
        'set(datapoint.time_unix_nano, 1)',
        ...statements,
        `keep_keys(datapoint.attributes, ${JSON.stringify(labels)})`,
      ],
    },
    { context: 'resource', statements: ['keep_keys(resource.attributes, [])'] },
  ],
})

/** A counter that has not grown for this long is removed, which bounds the memory that pods of the past take. */
export const COUNTER_EXPIRY_MS = 120_000

/** `endpoint` is `host:port`. */
export const countersExporter = (endpoint: string): ComponentConfig => ({
  endpoint,
  metric_expiration: `${COUNTER_EXPIRY_MS / 1000}s`,
  without_scope_info: true,
})
