import type { Reason } from '../../api/reasons.ts'
import type { AttentionGroup } from './attention-group.ts'
import { group, item } from './attention-group.ts'
import type { WorkloadView } from '../view.ts'
import { explain, sentence } from '../words.ts'

/** Why the agent left the processes alone, as they report. */
const reportedReason = ({ containers }: WorkloadView): string =>
  containers.find(({ reported }) => reported && reported.outcome !== 'Loaded')?.reported?.reason ?? ''

/** Workloads from which nothing arrives, by cause. */
export const nothingArrives = (workloads: WorkloadView[]): AttentionGroup[] => {
  const byCause = Map.groupBy(
    workloads.filter(({ state }) => state === 'NothingArrives'),
    ({ cause }): Reason => cause ?? 'NothingArrives',
  )
  return [...byCause].flatMap(([cause, silent]) =>
    group(
      {
        key: `silent-${cause}`,
        severity: 'warn',
        title: (subject, count) =>
          `Nothing arrives from ${count === 1 ? 'a workload' : subject}: ${explain(cause).meaning}`,
        remedy: sentence(explain(cause).remedy),
      },
      silent.map((workload) => item(workload, reportedReason(workload))),
    ),
  )
}
