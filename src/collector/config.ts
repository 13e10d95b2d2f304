import { createHash } from 'node:crypto'
import { TAIL_PORT } from '../api/routing/shards.ts'
import type { Signal } from '../api/vocabulary.ts'

export type ComponentConfig = Record<string, unknown>
export type Components = Record<string, ComponentConfig>

export interface Pipeline {
  receivers: string[]
  processors: string[]
  exporters: string[]
}

/** Configuration of an OpenTelemetry Collector, as written to YAML. */
export interface CollectorConfig {
  receivers: Components
  processors: Components
  exporters: Components
  /** Exporters of some pipelines that are receivers of others; absent where there are none. */
  connectors?: Components
  extensions: Components
  service: {
    extensions: string[]
    telemetry: Record<string, unknown>
    /** By a signal, or `<signal>/<name>`. */
    pipelines: Partial<Record<Signal, Pipeline>> & Record<`${Signal}/${string}`, Pipeline>
  }
}

/** Addresses and folders of a collector; in a pod, the defaults. */
export interface CollectorPlace {
  /** Address to listen on, without a port. */
  host: string
  grpcPort: number
  httpPort: number
  /** Where a gateway receives the traces that it is to decide about, over gRPC. */
  tailPort: number
  /** Health check: returns 200 on / while the pipelines are running. */
  healthPort: number
  /** The collector's own metrics, for Prometheus. */
  metricsPort: number
  /** What a node collector counted, for the instrumentor. */
  seenPort: number
  /** Folder of the queues; must persist across restarts. */
  queueDirectory: string
  /** Folder of the offsets of files that are read; must persist across restarts. */
  offsetDirectory: string
  /** Where the kubelet keeps the logs of containers. */
  logDirectory: string
  /** How receivers and processors authenticate to the API server, and to the kubelet. */
  apiAuth: 'serviceAccount' | 'kubeConfig' | 'none'
  kubeletAuth: 'serviceAccount' | 'none'
  kubeletPort: number
}

export const IN_A_POD: CollectorPlace = {
  host: '0.0.0.0',
  grpcPort: 4317,
  httpPort: 4318,
  tailPort: TAIL_PORT,
  healthPort: 13133,
  metricsPort: 8888,
  seenPort: 8889,
  queueDirectory: '/var/lib/otelcol/queue',
  offsetDirectory: '/var/lib/otelcol/offsets',
  logDirectory: '/var/log/pods',
  apiAuth: 'serviceAccount',
  kubeletAuth: 'serviceAccount',
  kubeletPort: 10_250,
}

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}

/** Hash of plain data, independent of the order of keys but not of list items. */
export const configHash = (config: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sortKeys(config)))
    .digest('hex')
    .slice(0, 16)
