/**
 * Configuration of a collector that only tests the connection of one destination (docs/adr/0025-connection-test.md). Its exporters are those
 * of a gateway, but without a queue and without retries, so that the answer to an OTLP request is the answer of the backend.
 */
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { RenderedDestination, RenderedExporter } from '../destinations/render.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from './config.ts'
import { IN_A_POD } from './config.ts'
import { resourceConfig, resourceProcessor } from './delivery/domains.ts'
import { FILE_STORAGE } from './delivery/queue.ts'
import { memoryLimiter } from './memory.ts'
import { skeleton } from './skeleton.ts'

/** Shorter than the test waits for an answer, so that the collector says what it waited for. */
const EXPORT_TIMEOUT = '8s'
/** Exporters whose requests a timeout of that name ends. */
const TIMED: ReadonlySet<string> = new Set([
  'otlp_grpc',
  'otlp_http',
  'prometheus_remote_write',
  'kafka',
  'clickhouse',
  'splunk_hec',
])
const OFF: ComponentConfig = { enabled: false }

/** What exporters hold data in, beside the queue of all. */
const OWN_QUEUES: Readonly<Record<string, ComponentConfig>> = {
  prometheus_remote_write: { remote_write_queue: OFF, retry_on_failure: OFF },
}

const typeOf = ({ id }: RenderedExporter): string => id.split('/')[0] ?? ''

const exporterConfig = (exporter: RenderedExporter): ComponentConfig => ({
  ...exporter.config,
  ...(TIMED.has(typeOf(exporter)) ? { timeout: EXPORT_TIMEOUT } : {}),
  ...(exporter.retry ? { retry_on_failure: OFF } : {}),
  ...(exporter.queue ? { sending_queue: OFF } : {}),
  ...OWN_QUEUES[typeOf(exporter)],
})

export const oneShotConfig = (
  destination: RenderedDestination,
  memoryMiB: number,
  place: CollectorPlace = IN_A_POD,
): CollectorConfig => {
  const { exporters, extensions, resource } = destination
  const base = skeleton(place, { bytes: 0, fsync: false })
  const { [FILE_STORAGE]: _storage, ...kept } = base.extensions
  const attributes: Components = resource ? { [resourceProcessor(destination)]: resourceConfig(resource) } : {}
  const processors: Components = { memory_limiter: memoryLimiter(memoryMiB), ...attributes }
  const pipelineOf = (signal: Signal): [Signal, Pipeline][] => {
    const takers = exporters.filter(({ signals }) => signals.includes(signal)).map(({ id }) => id)
    if (takers.length === 0) return []
    return [[signal, { receivers: ['otlp'], processors: Object.keys(processors), exporters: takers }]]
  }
  return {
    receivers: base.receivers,
    processors,
    exporters: Object.fromEntries(exporters.map((each) => [each.id, exporterConfig(each)])),
    extensions: { ...kept, ...extensions },
    service: {
      ...base.service,
      extensions: [...Object.keys(kept), ...Object.keys(extensions)],
      pipelines: Object.fromEntries(SIGNALS.flatMap(pipelineOf)),
    },
  }
}
