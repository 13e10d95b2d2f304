import type { CollectorConfig, CollectorPlace, ComponentConfig } from './config.ts'
import type { Disk } from './delivery/disk.ts'
import { FILE_STORAGE, fileStorage } from './delivery/queue.ts'

/** Limit in MiB against hostile senders; span batches of SDKs are far smaller. */
const MAX_MESSAGE_MIB = 16

/** OTLP over gRPC. */
export const grpcServer = (endpoint: string): ComponentConfig => ({
  endpoint,
  max_recv_msg_size_mib: MAX_MESSAGE_MIB,
  keepalive: {
    // Senders reconnect, and so reach collectors that were added since. What is under way is not interrupted, or it
    // would be sent again.
    server_parameters: { max_connection_age: '60s' },
    enforcement_policy: { min_time: '10s', permit_without_stream: true },
  },
})

/** Common to all collectors: OTLP receiver, health check, own metrics, storage. Pipelines are added later. */
export const skeleton = (place: CollectorPlace, disk: Disk): Omit<CollectorConfig, 'processors' | 'exporters'> => {
  const at = (port: number): string => `${place.host}:${port}`
  return {
    receivers: {
      otlp: {
        protocols: {
          grpc: grpcServer(at(place.grpcPort)),
          http: { endpoint: at(place.httpPort), max_request_body_size: MAX_MESSAGE_MIB * 1024 * 1024 },
        },
      },
    },
    extensions: {
      health_check: { endpoint: at(place.healthPort) },
      ...fileStorage(place.queueDirectory, disk),
    },
    service: {
      extensions: ['health_check', FILE_STORAGE],
      telemetry: {
        metrics: {
          level: 'normal',
          readers: [{ pull: { exporter: { prometheus: { host: place.host, port: place.metricsPort } } } }],
        },
        logs: {
          level: 'info',
          encoding: 'json',
          // The autoscaler reads what backends answer. By default, the same message of any exporter is logged ten times in ten seconds, so
          // that one that fails often hides the words of the others.
          sampling: { enabled: true, tick: '10s', initial: 50, thereafter: 100 },
          disable_stacktrace: true,
        },
      },
      pipelines: {},
    },
  }
}
