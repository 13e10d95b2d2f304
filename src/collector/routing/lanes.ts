/**
 * How a node collector hands on. Each lane (src/api/routing/lanes.ts) has queues of its own and a Service of its own, so that one that is full, or
 * whose collectors are gone, does not hold up the others, and a lane moves to other collectors without a change of this configuration.
 */
import { LANE_ATTRIBUTES, LANES, laneDigits } from '../../api/routing/lanes.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { ComponentConfig, Components, Pipeline } from '../config.ts'
import type { Disk } from '../delivery/disk.ts'
import { queueBytes } from '../delivery/disk.ts'
import { RETRY, sendingQueue } from '../delivery/queue.ts'

/** `host:port` of OTLP over gRPC. */
export interface LaneEndpoints {
  /** For telemetry that names no workload, and what earlier versions have queued. */
  gateway: string
  lane: (lane: number) => string
}

const MiB = 2 ** 20
/** There are many queues, and what they are about to send is in memory. */
const MAX_BATCH_BYTES = MiB / 2
const CONSUMERS = 2

/** Of an exporter to collectors of ours. */
export const handingOn = (endpoint: string): ComponentConfig => ({
  endpoint,
  // Traffic within the cluster; a service mesh can encrypt it.
  tls: { insecure: true },
  compression: 'none',
  // A gateway that is slow to accept has handed the data to some destinations already: another attempt would send it to
  // them twice. Pings notice that it is gone.
  timeout: '0s',
  keepalive: { time: '30s', timeout: '10s' },
  retry_on_failure: RETRY,
})

/** Of an exporter to collectors of ours, where there are many. */
export const manyQueues = (queueBytes: number): ComponentConfig => ({
  ...sendingQueue({ queueBytes, maxBatchBytes: MAX_BATCH_BYTES }),
  num_consumers: CONSUMERS,
})

interface Lane {
  name: string
  exporter: string
  endpoint: string
  /** Of the resources that are in it, unless an earlier lane has them. */
  condition: string
}

const attribute = (name: string): string => `resource.attributes["${name}"]`
const WORKLOAD = `Concat([${LANE_ATTRIBUTES.map(attribute).join(', ')}], "/")`

const lanesOf = ({ gateway, lane }: LaneEndpoints): Lane[] => [
  {
    name: 'no-lane',
    exporter: 'otlp_grpc/gateway',
    endpoint: gateway,
    condition: `${attribute(LANE_ATTRIBUTES[0] ?? '')} == nil`,
  },
  ...Array.from({ length: LANES }, (_, index) => ({
    name: `lane-${index}`,
    exporter: `otlp_grpc/lane-${index}`,
    endpoint: lane(index),
    condition: `IsMatch(SHA256(${WORKLOAD}), "^[${laneDigits(index)}]")`,
  })),
]

/** What the pipeline of a signal sends to. */
export const laneConnector = (signal: Signal): string => `routing/${signal}-lanes`

const connectorOf = (signal: Signal, lanes: readonly Lane[]): ComponentConfig => ({
  error_mode: 'ignore',
  default_pipelines: [`${signal}/no-lane`],
  table: lanes.map(({ name, condition }) => ({ context: 'resource', condition, pipelines: [`${signal}/${name}`] })),
})

export interface Lanes {
  connectors: Components
  exporters: Components
  /** Behind the connectors; each has one exporter. */
  pipelines: Record<`${Signal}/${string}`, Pipeline>
  /** Maximum size of each queue. */
  queueBytes: number
}

interface LanesInput {
  signals: readonly Signal[]
  endpoints: LaneEndpoints
  disk: Disk
  /** Number of queues beside those of the lanes. */
  others: number
}

/** The lanes of these signals, whose queues share the disk. */
export const nodeLanes = ({ signals, endpoints, disk, others }: LanesInput): Lanes => {
  const lanes = lanesOf(endpoints)
  const bytes = queueBytes(disk, lanes.length * signals.length + others)
  const pipelines = signals.flatMap((signal) =>
    lanes.map(({ name, exporter }): [string, Pipeline] => [
      `${signal}/${name}`,
      { receivers: [laneConnector(signal)], processors: [], exporters: [exporter] },
    ]),
  )
  return {
    connectors: Object.fromEntries(signals.map((signal) => [laneConnector(signal), connectorOf(signal, lanes)])),
    exporters: Object.fromEntries(
      lanes.map(({ exporter, endpoint }) => [exporter, { ...handingOn(endpoint), sending_queue: manyQueues(bytes) }]),
    ),
    pipelines: Object.fromEntries(pipelines),
    queueBytes: bytes,
  }
}
