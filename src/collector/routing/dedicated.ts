/**
 * Collectors for single workloads receive the whole lane of these. Telemetry of other workloads goes on to the gateway, through a queue of
 * its own that waits where it is full: a refusal would have the node collector send again what was taken over already.
 */
import type { Signal } from '../../api/vocabulary.ts'
import type { CollectorConfig, Components, Pipeline } from '../config.ts'
import { sendingQueue } from '../delivery/queue.ts'
import type { Selected } from '../ottl.ts'
import { selectorCondition } from '../ottl.ts'
import { handingOn } from './lanes.ts'

/** What dedicated collectors serve, and where everything else goes. */
export interface Served {
  workloads: NonNullable<Selected['workloads']>
  /** `host:port` of OTLP over gRPC. */
  gatewayEndpoint: string
}

const GATEWAY_EXPORTER = 'otlp_grpc/gateway'

const connectorOf = (signal: Signal): string => `routing/${signal}-served`

/** No Destination has a name with an underscore: its pipelines are called after it. */
const SERVED = 'odigos_served'
const OTHERS = 'odigos_others'

/** The pipeline of a signal that takes what arrives apart; its processors are those of what is served. */
const apart = (signal: Signal, pipeline: Pipeline): [string, Pipeline][] => [
  [signal, { receivers: pipeline.receivers, processors: ['memory_limiter'], exporters: [connectorOf(signal)] }],
  [`${signal}/${SERVED}`, { ...pipeline, receivers: [connectorOf(signal)], processors: pipeline.processors.slice(1) }],
  [`${signal}/${OTHERS}`, { receivers: [connectorOf(signal)], processors: [], exporters: [GATEWAY_EXPORTER] }],
]

/** The configuration of a gateway, for these workloads only. `queueBytes` is the size of the queue for the others, for each signal. */
export const serveOnly = (
  config: CollectorConfig,
  signals: readonly Signal[],
  { workloads, gatewayEndpoint, queueBytes }: Served & { queueBytes: number },
): CollectorConfig => {
  const { pipelines } = config.service
  const condition = selectorCondition({ workloads }) ?? 'false'
  const connectors: Components = Object.fromEntries(
    signals.map((signal) => [
      connectorOf(signal),
      {
        error_mode: 'ignore',
        default_pipelines: [`${signal}/${OTHERS}`],
        table: [{ context: 'resource', condition, pipelines: [`${signal}/${SERVED}`] }],
      },
    ]),
  )
  const split = signals.flatMap((signal) => {
    const pipeline = pipelines[signal]
    return pipeline ? apart(signal, pipeline) : []
  })
  const { batch: _batch, ...queue } = sendingQueue({ queueBytes })
  return {
    ...config,
    exporters: {
      ...config.exporters,
      [GATEWAY_EXPORTER]: { ...handingOn(gatewayEndpoint), sending_queue: { ...queue, block_on_overflow: true } },
    },
    connectors: { ...config.connectors, ...connectors },
    service: { ...config.service, pipelines: { ...pipelines, ...Object.fromEntries(split) } },
  }
}
