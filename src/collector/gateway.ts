import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { RenderedDestination, RenderedExporter } from '../destinations/render.ts'
import type { ActionInput } from './actions.ts'
import { actionProcessors } from './actions.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Pipeline } from './config.ts'
import { IN_A_POD } from './config.ts'
import { memoryLimiter } from './memory.ts'
import { RETRY, sendingQueue } from './queue.ts'
import { skeleton } from './skeleton.ts'

export interface GatewayInput {
  group: Pick<CollectorsGroupSpec, 'resources'>
  /** Only Destinations without problems. Each has its own queues, so that a failing one does not block others. */
  destinations: readonly RenderedDestination[]
  actions: readonly ActionInput[]
  place?: CollectorPlace
}

const exporterConfig = (exporter: RenderedExporter): ComponentConfig =>
  exporter.queue
    ? { ...exporter.config, retry_on_failure: RETRY, sending_queue: sendingQueue(exporter.maxBatchBytes) }
    : exporter.config

/** Configuration of a gateway: OTLP in, actions, and every destination out. A signal without a destination has no pipeline. */
export const gatewayConfig = ({ group, destinations, actions, place = IN_A_POD }: GatewayInput): CollectorConfig => {
  const base = skeleton(place)
  const exporters = destinations.flatMap((destination) => destination.exporters)
  const extensions = Object.assign({}, ...destinations.map((destination) => destination.extensions)) as Record<
    string,
    ComponentConfig
  >
  const processors = actionProcessors(actions)
  const pipelineOf = (signal: Signal): [Signal, Pipeline][] => {
    const takers = exporters.filter((exporter) => exporter.signals.includes(signal))
    if (takers.length === 0) return []
    const own = processors.filter((processor) => processor.signals.includes(signal))
    return [
      [
        signal,
        {
          receivers: ['otlp'],
          processors: ['memory_limiter', ...own.map(({ id }) => id)],
          exporters: takers.map(({ id }) => id),
        },
      ],
    ]
  }
  const pipelines = Object.fromEntries(SIGNALS.flatMap(pipelineOf))
  const used = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline.processors))
  return {
    receivers: base.receivers,
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      ...Object.fromEntries(processors.filter(({ id }) => used.has(id)).map(({ id, config }) => [id, config])),
    },
    exporters: Object.fromEntries(exporters.map((exporter) => [exporter.id, exporterConfig(exporter)])),
    extensions: { ...base.extensions, ...extensions },
    service: {
      ...base.service,
      extensions: [...base.service.extensions, ...Object.keys(extensions)],
      pipelines,
    },
  }
}
