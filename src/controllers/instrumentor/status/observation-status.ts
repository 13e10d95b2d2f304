import type { InstrumentationConfigStatus, KnownContainer } from '../../../api/kinds/instrumentation-config.ts'
import { MAX_WORKLOAD_LABELS } from '../../../api/kinds/instrumentation-config.ts'
import { observationOf, summarizeContainers } from '../../../api/types/container.ts'
import type { WorkloadView } from '../watch/workload-view.ts'

/** What was observed of the workload itself; the names are in order, so that the same labels are kept each time. */
export const observationStatus = (
  { metadata }: WorkloadView,
  containers: readonly KnownContainer[],
): Pick<InstrumentationConfigStatus, 'summary' | 'containers' | 'workloadLabels'> => {
  const observations = containers.flatMap((container) => observationOf(container) ?? [])
  const labels = Object.entries(metadata.labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    summary: summarizeContainers(containers),
    ...(observations.length > 0 ? { containers: observations } : {}),
    ...(labels.length > 0 ? { workloadLabels: Object.fromEntries(labels.slice(0, MAX_WORKLOAD_LABELS)) } : {}),
  }
}
