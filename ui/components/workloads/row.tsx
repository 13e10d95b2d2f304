'use client'
/** One workload in the table. */
import Link from 'next/link'
import { isRestartable } from '../../model/restart.ts'
import { restartCommand } from '../../model/commands.ts'
import type { WorkloadView } from '../../model/view.ts'
import { workloadPath } from '../../model/view.ts'
import { useInstrumentation } from '../actions.ts'
import { Icon } from '../icons.tsx'
import { Languages, StateBadge } from '../parts.tsx'
import { WorkloadSwitch } from './switches.tsx'

const agentsOf = ({ containers }: WorkloadView): string =>
  [...new Set(containers.flatMap(({ agent }) => (agent ? [agent] : [])))].join(', ')

const Pods = ({ pods }: Pick<WorkloadView, 'pods'>) =>
  pods ? (
    <span title={`${pods.instrumented} of ${pods.total} running pods carry the agent`}>
      {pods.instrumented}
      <span className="muted"> / {pods.total}</span>
    </span>
  ) : (
    <span className="muted">—</span>
  )

export const RestartWorkload = ({ workload, emphasis }: { workload: WorkloadView; emphasis?: boolean }) => {
  const { restart, busy } = useInstrumentation()
  const { kind, name, namespace } = workload
  const target = { kind, name, namespace }
  return (
    <button
      className={emphasis ? 'button small' : 'button small ghost'}
      type="button"
      disabled={busy}
      title={restartCommand(target)}
      aria-label={`Restart ${kind} ${name}`}
      onClick={() => void restart([target])}
    >
      <Icon name="restart" size={13} />
      Restart
    </button>
  )
}

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
            <RestartWorkload workload={workload} emphasis={state === 'RestartRequired'} />
          )}
          <WorkloadSwitch workload={workload} />
        </span>
      </td>
    </tr>
  )
}
