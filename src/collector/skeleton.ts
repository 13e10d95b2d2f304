import type { CollectorConfig, CollectorPlace } from './config.ts'
import { FILE_STORAGE, fileStorage } from './queue.ts'

/** Limit in MiB against hostile senders; span batches of SDKs are far smaller. */
const MAX_MESSAGE_MIB = 16

/** Common to all collectors: OTLP receiver, health check, own metrics, storage. Pipelines are added later. */
export const skeleton = (place: CollectorPlace): Omit<CollectorConfig, 'processors' | 'exporters'> => {
  const at = (port: number): string => `${place.host}:${port}`
  return {
    receivers: {
      otlp: {
        protocols: {
          grpc: {
            endpoint: at(place.grpcPort),
            max_recv_msg_size_mib: MAX_MESSAGE_MIB,
            // Senders reconnect, and so reach collectors that were added since.
            keepalive: { server_parameters: { max_connection_age: '60s', max_connection_age_grace: '15s' } },
          },
          http: { endpoint: at(place.httpPort), max_request_body_size: MAX_MESSAGE_MIB * 1024 * 1024 },
        },
      },
    },
    extensions: {
      health_check: { endpoint: at(place.healthPort) },
      ...fileStorage(place.queueDirectory),
    },
    service: {
      extensions: ['health_check', FILE_STORAGE],
      telemetry: {
        metrics: {
          level: 'normal',
          readers: [{ pull: { exporter: { prometheus: { host: place.host, port: place.metricsPort } } } }],
        },
        logs: { level: 'info', encoding: 'json' },
      },
      pipelines: {},
    },
  }
}
