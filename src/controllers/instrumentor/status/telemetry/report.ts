/** The live figures of workloads for the UI and the CLI. Pure. */
import type { InstrumentationConfig } from '../../../../api/kinds/instrumentation-config.ts'
import type { SignalTelemetryReport, TelemetryReport } from '../../../../api/reports/telemetry-report.ts'
import { rfc3339 } from '../../../../api/time.ts'
import { SIGNALS } from '../../../../api/vocabulary.ts'
import type { PodTelemetry } from '../../seen/pod-telemetry.ts'
import type { Seen } from '../../seen/runner.ts'
import type { Caches } from '../../watch/caches.ts'
import { workloadKey } from '../../watch/workload-index.ts'
import { lastSeen } from './last-seen.ts'

const signalsOf = (
  status: InstrumentationConfig['status'],
  telemetry: readonly PodTelemetry[],
): SignalTelemetryReport[] => {
  const times = lastSeen(status?.lastSeen, telemetry)
  return SIGNALS.flatMap((signal) => {
    const items = telemetry.reduce((sum, { items: counted }) => sum + (counted?.[signal] ?? 0), 0)
    const time = times?.[signal]
    return items === 0 && time === undefined ? [] : [{ signal, items, ...(time ? { lastSeenTime: time } : {}) }]
  })
}

const pathOf = ({ namespace, kind, name }: { namespace: string; kind: string; name: string }): string =>
  `${namespace}/${kind}/${name}`

export const telemetryReportOf = (
  { ownConfigs, podsOf }: Pick<Caches, 'ownConfigs' | 'podsOf'>,
  { podTelemetry, startedMs }: Pick<Seen, 'podTelemetry' | 'startedMs'>,
): TelemetryReport => ({
  sinceTime: rfc3339(startedMs),
  workloads: ownConfigs()
    .map(({ metadata: { namespace }, spec, status }) => {
      const { kind, name } = spec.workload
      const telemetry = podsOf(workloadKey(namespace, kind, name)).flatMap(
        (pod) => podTelemetry(namespace, pod.metadata.name) ?? [],
      )
      return { namespace, kind, name, signals: signalsOf(status, telemetry) }
    })
    .toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1)),
})
