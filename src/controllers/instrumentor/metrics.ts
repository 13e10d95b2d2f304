import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_STATES } from '../../api/kinds/instrumentation-config.ts'
import type { Metrics } from '../../process/metrics.ts'
import { counter, gauge, histogram } from '../../process/metrics.ts'

const DETECTION_BUCKETS = [0.5, 1, 2, 3, 5, 10, 20, 40, 60]

/** Metrics of the instrumentor; `configs` is called when they are read. */
export const createInstrumentorMetrics = (metrics: Metrics, configs: () => InstrumentationConfig[]) => {
  gauge(metrics, {
    name: 'odigos_workloads',
    help: 'Workloads that are opted in, by state.',
    labelNames: ['state'],
    collect: (metric) => {
      const count = new Map<string, number>(WORKLOAD_STATES.map((state) => [state, 0]))
      for (const { status } of configs()) {
        if (status?.state) count.set(status.state, (count.get(status.state) ?? 0) + 1)
      }
      for (const [state, value] of count) metric.set({ state }, value)
    },
  })
  gauge(metrics, {
    name: 'odigos_pods_missed_injection',
    help: 'Running pods that were created without the webhook and lack their agent.',
    collect: (metric) => metric.set(configs().reduce((sum, { status }) => sum + (status?.pods?.missed ?? 0), 0)),
  })
  const restarts = counter(metrics, {
    name: 'odigos_restarts_total',
    help: 'Workloads that were restarted by the instrumentor, by reason.',
    labelNames: ['reason'],
  })
  const rollbacks = counter(metrics, {
    name: 'odigos_rollbacks_total',
    help: 'Workloads whose agents were taken out because their pods crashed.',
  })
  const detections = histogram(metrics, {
    name: 'odigos_detection_duration_seconds',
    help: 'Time from the start of an inspection of a workload to its report.',
    labelNames: ['result'],
    buckets: DETECTION_BUCKETS,
  })
  const dryRuns = counter(metrics, {
    name: 'odigos_dry_runs_total',
    help: 'Workloads of which a pod was tried as a dry run, by what became of it.',
    labelNames: ['result'],
  })
  return {
    tried: (result: string): void => dryRuns.inc({ result }),
    restarted: (reason: string): void => restarts.inc({ reason }),
    rolledBack: (): void => rollbacks.inc(),
    detected: (result: 'inspected' | 'failed', seconds: number): void => detections.observe({ result }, seconds),
  }
}
export type InstrumentorMetrics = ReturnType<typeof createInstrumentorMetrics>
