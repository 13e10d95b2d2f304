import type { TelemetryReport } from '../api/reports/telemetry-report.ts'
import type { ClusterView, WorkloadView } from './view.ts'
import { workloadId } from './view.ts'

type Signals = TelemetryReport['workloads'][number]['signals']

const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

/** The times at which signals were last seen: of the status, which is exact to ten minutes, and of the report. */
const withSignals = (workload: WorkloadView, signals: Signals): WorkloadView => {
  const times = signals.flatMap(({ signal, lastSeenTime }) => {
    const time = later(workload.lastSeen?.[signal], lastSeenTime)
    return time === undefined ? [] : [[signal, time] as const]
  })
  return times.length === 0
    ? workload
    : { ...workload, lastSeen: { ...workload.lastSeen, ...Object.fromEntries(times) } }
}

/** The view with what the instrumentor has seen since it last wrote the status of workloads. */
export const withLiveTelemetry = (view: ClusterView, report: TelemetryReport | undefined): ClusterView => {
  if (!report) return view
  const changed = report.workloads.flatMap(({ namespace, kind, name, signals }) => {
    const workload = view.workloads[workloadId(namespace, kind, name)]
    return workload ? [[workload.id, withSignals(workload, signals)] as const] : []
  })
  return { ...view, workloads: { ...view.workloads, ...Object.fromEntries(changed) } }
}
