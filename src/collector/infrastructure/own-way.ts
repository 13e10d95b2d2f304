/** How collectors hand on what they gather themselves. */
import type { ComponentConfig } from '../config.ts'
import { sendingQueue } from '../delivery/queue.ts'
import { handingOn } from '../routing/lanes.ts'

export const EXPORTER = 'otlp_grpc/infrastructure'
export const NAME_SERVICES = 'transform/infrastructure'

/** Where the queue is full, files are read later, and metrics are refused. */
export const infrastructureExporter = (gateway: string, queueBytes: number): ComponentConfig => ({
  ...handingOn(gateway),
  sending_queue: { ...sendingQueue({ queueBytes }), num_consumers: 2, block_on_overflow: true },
})
