import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import { SHARDS } from '../api/routing/shards.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { RenderedDestination, RenderedExporter } from '../destinations/render.ts'
import { queuesOf } from '../destinations/render.ts'
import type { ActionInput, ActionProcessor } from './actions/processor.ts'
import type { ActionStages } from './actions/actions.ts'
import { actionStages, dryRunActions, tailActions } from './actions/actions.ts'
import { dryRunCounts } from './actions/dry-runs.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from './config.ts'
import { IN_A_POD } from './config.ts'
import type { Disk } from './delivery/disk.ts'
import { queueBytes } from './delivery/disk.ts'
import { failureDomains } from './delivery/domains.ts'
import { takenMarks } from './delivery/sources.ts'
import { memoryLimiter } from './memory.ts'
import { retryFor, sendingQueue } from './delivery/queue.ts'
import { withProbes } from './probes.ts'
import type { Served } from './routing/dedicated.ts'
import { serveOnly } from './routing/dedicated.ts'
import { skeleton } from './skeleton.ts'
import { withSpanMetrics } from './span-metrics/span-metrics.ts'
import type { Tail } from './tail/tail.ts'
import { NO_TAIL, tailSampling } from './tail/tail.ts'

export interface GatewayInput {
  group: Pick<CollectorsGroupSpec, 'resources'>
  /** Only Destinations without problems. Each has its own queues, so that a failing one does not block others. */
  destinations: readonly RenderedDestination[]
  actions: readonly ActionInput[]
  disk: Disk
  /** Absent where all workloads are served. */
  served?: Served | undefined
  /** `host:port` of the gateway that holds a shard of the traces to decide about; absent for one that is alone. */
  shardEndpoint?: (shard: string) => string
  place?: CollectorPlace
}

const exporterConfig = (
  exporter: RenderedExporter,
  { whenFull, retrySeconds }: Pick<RenderedDestination, 'whenFull' | 'retrySeconds'>,
  queueBytes: number,
): ComponentConfig => ({
  ...exporter.config,
  ...(exporter.retry ? { retry_on_failure: retryFor(retrySeconds) } : {}),
  ...(exporter.queue
    ? { sending_queue: { ...sendingQueue({ ...exporter, queueBytes }), block_on_overflow: whenFull === 'Wait' } }
    : {}),
})

const exportersOf = (destinations: readonly RenderedDestination[], bytes: number): Components =>
  Object.fromEntries(
    destinations.flatMap((destination) =>
      destination.exporters.map((exporter) => [exporter.id, exporterConfig(exporter, destination, bytes)]),
    ),
  )

const idsFor = (signal: Signal, processors: readonly ActionProcessor[]): string[] =>
  processors.filter(({ signals }) => signals.includes(signal)).map(({ id }) => id)

/** Where Actions change telemetry, it is marked before them what each destination takes. */
const stagesOf = (
  actions: readonly ActionInput[],
  destinations: readonly RenderedDestination[],
): { stages: ActionStages; changed: Signal[] } => {
  const stages = actionStages(actions)
  const changed = SIGNALS.filter((signal) => idsFor(signal, stages.transform).length > 0)
  return { stages: { ...stages, mark: [...stages.mark, ...takenMarks(destinations, changed)] }, changed }
}

/** How many queues share the disk. */
const queuesFor = ({ destinations, served }: GatewayInput, tails: readonly ActionInput[]): number =>
  destinations.reduce((sum, destination) => sum + queuesOf(destination), 0) +
  (served ? SIGNALS.length : 0) +
  (tails.length > 0 ? SHARDS.length : 0)

interface TailSurroundings {
  tails: readonly ActionInput[]
  stages: ActionStages
  bytes: number
  /** Of traces. */
  exporters: string[]
  place: CollectorPlace
}

const tailOf = (
  { group, served, shardEndpoint }: GatewayInput,
  { tails, stages, bytes, exporters, place }: TailSurroundings,
): Tail =>
  tails.length === 0 || exporters.length === 0
    ? NO_TAIL
    : tailSampling({
        actions: tails,
        stages: {
          mark: idsFor('traces', stages.mark),
          filter: idsFor('traces', stages.filter),
          transform: idsFor('traces', stages.transform),
        },
        exporters,
        memoryMiB: memoryLimitMiB(group.resources),
        queueBytes: bytes,
        shardEndpoint: shardEndpoint ?? (() => `${place.host}:${place.tailPort}`),
        holdsShards: !served,
        place,
      })

const defined = (processors: readonly ActionProcessor[], used: ReadonlySet<string>): Components =>
  Object.fromEntries(processors.filter(({ id }) => used.has(id)).map(({ id, config }) => [id, config]))

/** Configuration of a gateway: OTLP in, actions, and every destination out. A signal without a destination has no pipeline. */
export const gatewayConfig = (input: GatewayInput): CollectorConfig => {
  const { group, destinations, actions, disk, served, place = IN_A_POD } = input
  const base = skeleton(place, disk)
  const tails = tailActions(actions)
  const bytes = queueBytes(disk, queuesFor(input, tails))
  const extensions: Components = Object.assign({}, ...destinations.map((destination) => destination.extensions))
  const { stages, changed } = stagesOf(actions, destinations)
  const processors = [...stages.mark, ...stages.filter, ...stages.transform]
  const domains = failureDomains(destinations, SIGNALS, changed)
  const pipelineOf = (signal: Signal): [Signal, Pipeline][] => {
    const takers = domains.exportersOf(signal)
    if (takers.length === 0) return []
    const own = idsFor(signal, processors)
    return [[signal, { receivers: ['otlp'], processors: ['memory_limiter', ...own], exporters: takers }]]
  }
  const pipelines = Object.fromEntries(SIGNALS.flatMap(pipelineOf))
  const used = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline.processors))
  const tail = tailOf(input, { tails, stages, bytes, exporters: domains.exportersOf('traces'), place })
  const unmarked: CollectorConfig = {
    receivers: { ...base.receivers, ...tail.receivers },
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      ...defined(processors, used),
      ...domains.processors,
      ...tail.processors,
    },
    exporters: { ...exportersOf(destinations, bytes), ...tail.exporters },
    ...(Object.keys(domains.connectors).length > 0
      ? { connectors: { ...domains.connectors, ...tail.connectors } }
      : {}),
    extensions: { ...base.extensions, ...extensions },
    service: {
      ...base.service,
      extensions: [...base.service.extensions, ...Object.keys(extensions)],
      pipelines: { ...pipelines, ...domains.pipelines, ...tail.pipelines },
    },
  }
  const taken = SIGNALS.filter((signal) => signal in pipelines)
  const dryRuns = dryRunCounts(dryRunActions(actions, taken))
  const marked = withProbes(unmarked, { signals: taken, leftMarks: domains.leftMarks, dryRuns, place })
  const config = withSpanMetrics(marked, {
    actions,
    ofTraces: idsFor('traces', [...stages.mark, ...stages.transform]),
    ofMetrics: idsFor('metrics', processors),
    exporters: domains.exportersOf('metrics'),
    memoryMiB: memoryLimitMiB(group.resources),
  })
  return served && taken.length > 0 ? serveOnly(config, taken, { ...served, queueBytes: bytes }) : config
}
