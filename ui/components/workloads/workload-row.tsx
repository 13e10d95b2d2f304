'use client'
/** One workload in the table. */
import Link from 'next/link'
import { isRestartable } from '../../../src/view/attention/restart.ts'
import type { WorkloadView } from '../../../src/view/view.ts'
import { workloadPath } from '../../../src/view/view.ts'
import { Languages } from '../language-name.tsx'
import { StateBadge } from '../badge.tsx'
import { RestartWorkload } from './restart-workload.tsx'
import { WorkloadSwitch } from './switches.tsx'

const agentsOf = ({ containers }: WorkloadView): string =>
  [...new Set(containers.flatMap(({ agent }) => (agent ? [agent] : [])))].join(', ')

const Pods = ({ pods }: Pick<WorkloadView, 'pods'>) =>
  pods ? (
    <span title={`${pods.instrumented} of ${pods.total} running pods have the agent`}>
      {pods.instrumented}
      <span className="muted"> / {pods.total}</span>
    </span>
  ) : (
    <span className="muted">—</span>
  )

export const WorkloadRow = ({ workload }: { workload: WorkloadView }) => {
  const { name, kind, containers, pipeline, state } = workload
  return (
    <tr data-workload={workload.id} data-state={state}>
      <td className="name">
        <Link href={workloadPath(workload)}>{name}</Link>
        <span className="kind">{kind}</span>
      </td>
      <td className="cell-lang">
        <Languages containers={containers} />
      </td>
      <td className="cell-agent">{agentsOf(workload) || <span className="muted">—</span>}</td>
      <td className="cell-pipe">{pipeline?.collectorsGroup ?? <span className="muted">—</span>}</td>
      <td className="cell-state">
        <StateBadge state={state} />
      </td>
      <td className="num">
        <Pods {...(workload.pods ? { pods: workload.pods } : {})} />
      </td>
      <td className="cell-actions">
        <span className="actions">
          {isRestartable(kind) && (workload.wanted || workload.pods !== undefined) && (
            <RestartWorkload workload={workload} isQuiet={state !== 'RestartRequired'} />
          )}
          <WorkloadSwitch workload={workload} />
        </span>
      </td>
    </tr>
  )
}
