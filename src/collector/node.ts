import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace } from './config.ts'
import { IN_A_POD } from './config.ts'
import { memoryLimiter } from './memory.ts'
import { RETRY, sendingQueue } from './queue.ts'
import { skeleton } from './skeleton.ts'

export interface NodeInput {
  group: Pick<CollectorsGroupSpec, 'resources' | 'signals'>
  /** `host:port` of the gateway's OTLP over gRPC. */
  gatewayEndpoint: string
  place?: CollectorPlace
}

const GATEWAY_EXPORTER = 'otlp_grpc/gateway'

/** Variable with the name of the node (downward API). */
export const NODE_NAME_VARIABLE = 'NODE_NAME'

/** Configuration of a node collector: receives telemetry of the node's pods and keeps it until a gateway has accepted it. */
export const nodeConfig = ({ group, gatewayEndpoint, place = IN_A_POD }: NodeInput): CollectorConfig => {
  const base = skeleton(place)
  const pipeline = {
    receivers: ['otlp'],
    processors: ['memory_limiter', 'resource/node'],
    exporters: [GATEWAY_EXPORTER],
  }
  const signals = SIGNALS.filter((signal) => group.signals.includes(signal))
  return {
    ...base,
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      'resource/node': {
        attributes: [{ key: 'k8s.node.name', action: 'insert', value: `\${env:${NODE_NAME_VARIABLE}}` }],
      },
    },
    exporters: {
      [GATEWAY_EXPORTER]: {
        endpoint: gatewayEndpoint,
        // Traffic within the cluster; a service mesh can encrypt it.
        tls: { insecure: true },
        compression: 'none',
        retry_on_failure: RETRY,
        sending_queue: sendingQueue(),
      },
    },
    service: { ...base.service, pipelines: Object.fromEntries(signals.map((signal) => [signal, pipeline])) },
  }
}
