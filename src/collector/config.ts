import { createHash } from 'node:crypto'
import type { Signal } from '../api/vocabulary.ts'

export type ComponentConfig = Record<string, unknown>
export type Components = Record<string, ComponentConfig>

export interface Pipeline {
  receivers: string[]
  processors: string[]
  exporters: string[]
}

/** Configuration of an OpenTelemetry Collector, ready to be written as YAML. */
export interface CollectorConfig {
  receivers: Components
  processors: Components
  exporters: Components
  extensions: Components
  service: {
    extensions: string[]
    telemetry: Record<string, unknown>
    pipelines: Partial<Record<Signal, Pipeline>>
  }
}

/** Where a collector listens and keeps its queue; a pod has the defaults. */
export interface CollectorPlace {
  /** Address to listen on, without a port. */
  host: string
  grpcPort: number
  httpPort: number
  /** Answers 200 on / as long as the pipelines run. */
  healthPort: number
  /** The collector's own metrics, for Prometheus. */
  metricsPort: number
  /** Folder of the queues; must outlive the process. */
  queueDirectory: string
}

export const IN_A_POD: CollectorPlace = {
  host: '0.0.0.0',
  grpcPort: 4317,
  httpPort: 4318,
  healthPort: 13133,
  metricsPort: 8888,
  queueDirectory: '/var/lib/otelcol/queue',
}

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}

/** Hash of any plain data; the order of keys does not matter, that of lists does. */
export const configHash = (config: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sortKeys(config)))
    .digest('hex')
    .slice(0, 16)
