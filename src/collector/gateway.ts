import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import type { WhenFull } from '../api/kinds/destination.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { RenderedDestination, RenderedExporter } from '../destinations/render.ts'
import { queuesOf } from '../destinations/render.ts'
import type { ActionInput } from './actions/processor.ts'
import { actionProcessors, dryRunActions } from './actions/actions.ts'
import { dryRunCounts } from './actions/dry-runs.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from './config.ts'
import { IN_A_POD } from './config.ts'
import type { Disk } from './delivery/disk.ts'
import { queueBytes } from './delivery/disk.ts'
import { failureDomains } from './delivery/domains.ts'
import { memoryLimiter } from './memory.ts'
import { RETRY, sendingQueue } from './delivery/queue.ts'
import { withProbes } from './probes.ts'
import type { Served } from './routing/dedicated.ts'
import { serveOnly } from './routing/dedicated.ts'
import { skeleton } from './skeleton.ts'

export interface GatewayInput {
  group: Pick<CollectorsGroupSpec, 'resources'>
  /** Only Destinations without problems. Each has its own queues, so that a failing one does not block others. */
  destinations: readonly RenderedDestination[]
  actions: readonly ActionInput[]
  disk: Disk
  /** Absent where all workloads are served. */
  served?: Served | undefined
  place?: CollectorPlace
}

const exporterConfig = (exporter: RenderedExporter, whenFull: WhenFull, queueBytes: number): ComponentConfig => ({
  ...exporter.config,
  ...(exporter.retry ? { retry_on_failure: RETRY } : {}),
  ...(exporter.queue
    ? { sending_queue: { ...sendingQueue({ ...exporter, queueBytes }), block_on_overflow: whenFull === 'Wait' } }
    : {}),
})

const exportersOf = (destinations: readonly RenderedDestination[], bytes: number): Components =>
  Object.fromEntries(
    destinations.flatMap(({ exporters, whenFull }) =>
      exporters.map((exporter) => [exporter.id, exporterConfig(exporter, whenFull, bytes)]),
    ),
  )

/** Configuration of a gateway: OTLP in, actions, and every destination out. A signal without a destination has no pipeline. */
export const gatewayConfig = ({
  group,
  destinations,
  actions,
  disk,
  served,
  place = IN_A_POD,
}: GatewayInput): CollectorConfig => {
  const base = skeleton(place, disk)
  const queues = destinations.reduce((sum, destination) => sum + queuesOf(destination), served ? SIGNALS.length : 0)
  const bytes = queueBytes(disk, queues)
  const extensions: Components = Object.assign({}, ...destinations.map((destination) => destination.extensions))
  const processors = actionProcessors(actions)
  const domains = failureDomains(destinations, SIGNALS)
  const pipelineOf = (signal: Signal): [Signal, Pipeline][] => {
    const takers = domains.exportersOf(signal)
    if (takers.length === 0) return []
    const own = processors.filter((processor) => processor.signals.includes(signal)).map(({ id }) => id)
    return [[signal, { receivers: ['otlp'], processors: ['memory_limiter', ...own], exporters: takers }]]
  }
  const pipelines = Object.fromEntries(SIGNALS.flatMap(pipelineOf))
  const used = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline.processors))
  const unmarked: CollectorConfig = {
    receivers: base.receivers,
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      ...Object.fromEntries(processors.filter(({ id }) => used.has(id)).map(({ id, config }) => [id, config])),
      ...domains.processors,
    },
    exporters: exportersOf(destinations, bytes),
    ...(Object.keys(domains.connectors).length > 0 ? { connectors: domains.connectors } : {}),
    extensions: { ...base.extensions, ...extensions },
    service: {
      ...base.service,
      extensions: [...base.service.extensions, ...Object.keys(extensions)],
      pipelines: { ...pipelines, ...domains.pipelines },
    },
  }
  const taken = SIGNALS.filter((signal) => signal in pipelines)
  const dryRuns = dryRunCounts(dryRunActions(actions, taken))
  const config = withProbes(unmarked, { signals: taken, leftMarks: domains.leftMarks, dryRuns, place })
  return served && taken.length > 0 ? serveOnly(config, taken, { ...served, queueBytes: bytes }) : config
}
