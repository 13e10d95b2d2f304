'use client'
import { targetOf } from '../../../src/view/commands.ts'
import type { WorkloadView } from '../../../src/view/view.ts'
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
