import type { Metrics } from '../../../../process/metrics.ts'
import { gauge } from '../../../../process/metrics.ts'
import type { Seen } from '../../seen/runner.ts'
import { lastSeen } from './last-seen.ts'
import type { Caches } from '../../watch/caches.ts'
import { workloadKey } from '../../watch/workload-index.ts'

/** Tells when telemetry last arrived, more exactly than the status, which is written rarely. */
export const reportLastSeen = (
  metrics: Metrics,
  { ownConfigs, podsOf }: Pick<Caches, 'ownConfigs' | 'podsOf'>,
  { podTelemetry }: Pick<Seen, 'podTelemetry'>,
): void => {
  gauge(metrics, {
    name: 'odigos_last_seen_timestamp_seconds',
    help: 'Time at which telemetry of a workload last arrived, by signal, exact to a minute.',
    labelNames: ['namespace', 'kind', 'name', 'signal'],
    collect: (metric) => {
      metric.reset()
      for (const { metadata, spec, status } of ownConfigs()) {
        const { namespace } = metadata
        const { kind, name } = spec.workload
        const telemetry = podsOf(workloadKey(namespace, kind, name)).flatMap(
          (pod) => podTelemetry(namespace, pod.metadata.name) ?? [],
        )
        for (const [signal, time = ''] of Object.entries(lastSeen(status?.lastSeen, telemetry) ?? {}))
          metric.set({ namespace, kind, name, signal }, Date.parse(time) / 1000)
      }
    },
  })
}
