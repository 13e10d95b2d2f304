'use client'
import { targetOf } from '../../model/commands.ts'
import type { WorkloadView } from '../../model/view.ts'
import { RestartButton } from './restart-button.tsx'

/** The button of one workload, in its row and on its page. */
export const RestartWorkload = ({ workload, isQuiet = false }: { workload: WorkloadView; isQuiet?: boolean }) => (
  <RestartButton
    targets={[targetOf(workload)]}
    label="Restart"
    ariaLabel={`Restart ${workload.kind} ${workload.name}`}
    isQuiet={isQuiet}
  />
)
