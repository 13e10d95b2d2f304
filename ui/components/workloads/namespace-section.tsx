'use client'
/** A namespace of the table: switch, counts and workloads. */
import { useState } from 'react'
import { choiceCommand, namespaceTarget, targetOf } from '../../../src/view/commands.ts'
import { namespaceChoice } from '../../model/opting.ts'
import type { NamespaceRows } from '../../model/rows.ts'
import type { WorkloadView } from '../../../src/view/view.ts'
import { isReading } from '../../../src/view/view.ts'
import { counted } from '../../../src/view/words.ts'
import { isRestartable, MAX_RESTARTS_AT_ONCE } from '../../../src/view/attention/restart.ts'
import { Commands } from '../command.tsx'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'
import { RestartButton } from './restart-button.tsx'
import { WorkloadRow } from './workload-row.tsx'
import { NamespaceSwitch } from './switches.tsx'

const COLUMNS: [className: string, title: string][] = [
  ['name', 'Workload'],
  ['lang', 'Language'],
  ['agent', 'Agent'],
  ['pipe', 'Pipeline'],
  ['state', 'State'],
  ['pods', 'Pods'],
  ['act', 'Instrument'],
]

/** Further rows are shown on request: a browser takes seconds to render thousands. */
const FIRST_ROWS = 100

const Table = ({ workloads }: { workloads: WorkloadView[] }) => (
  <table className="table">
    <colgroup>
      {COLUMNS.map(([name]) => (
        <col key={name} className={`col-${name}`} />
      ))}
    </colgroup>
    <thead>
      <tr>
        {COLUMNS.map(([name, title]) => (
          <th key={name} scope="col" className={`cell-${name}`}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {workloads.map((workload) => (
        <WorkloadRow key={workload.id} workload={workload} />
      ))}
    </tbody>
  </table>
)

const Rows = ({ workloads }: Pick<NamespaceRows, 'workloads'>) => {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? workloads : workloads.slice(0, FIRST_ROWS)
  return (
    <>
      <Table workloads={shown} />
      {shown.length < workloads.length && (
        <div className="ns-foot">
          <button className="button small" type="button" onClick={() => setWhole(true)}>
            Show all {workloads.length}
          </button>
        </div>
      )}
    </>
  )
}

const RestartAll = ({ rows }: { rows: NamespaceRows }) => {
  const targets = rows.workloads
    .filter(({ state, kind }) => state === 'RestartRequired' && isRestartable(kind))
    .map(targetOf)
  if (targets.length < 2 || targets.length > MAX_RESTARTS_AT_ONCE) return null
  return <RestartButton targets={targets} label={`Restart ${targets.length}`} />
}

const NamespaceCommands = ({ rows }: { rows: NamespaceRows }) => {
  const { mode } = useLive().view.status
  const { name } = rows.namespace
  const target = namespaceTarget(name)
  return (
    <Commands
      entries={[
        ['Opt the namespace in', choiceCommand(target, namespaceChoice(true, name, mode))],
        ['Opt the namespace out', choiceCommand(target, namespaceChoice(false, name, mode))],
        ['Restart its Deployments', `kubectl rollout restart deployment -n ${name}`],
        ['Show the decisions', `kubectl get instrumentationconfigs -n ${name}`],
      ]}
    />
  )
}

const summaryOf = ({ namespace, total, wanted, instrumented }: NamespaceRows): string => {
  if (namespace.ignored) return 'never instrumented'
  if (total === 0) return 'no workloads'
  return wanted === 0 ? counted(total, 'workload') : `${instrumented} of ${wanted} instrumented`
}

const emptyText = (total: number, isIncomplete: boolean): string => {
  if (total > 0) return 'No matching workloads.'
  return isIncomplete ? 'Loading the cluster state…' : 'This namespace has no workloads yet.'
}

interface SectionProps {
  rows: NamespaceRows
  isOpenAtFirst: boolean
}

export const NamespaceSection = ({ rows, isOpenAtFirst }: SectionProps) => {
  const { namespace, workloads } = rows
  const { view } = useLive()
  const [chosen, setChosen] = useState<boolean>()
  const isOpen = chosen ?? isOpenAtFirst
  const id = `ns-${namespace.name}`
  return (
    <section className="card" data-namespace={namespace.name} aria-labelledby={id}>
      <div className="ns-head">
        <h2 id={id}>
          <button className="ns-toggle" type="button" aria-expanded={isOpen} onClick={() => setChosen(!isOpen)}>
            <Icon name="chevron" size={14} />
            {namespace.name}
          </button>
        </h2>
        <span className="muted small">{summaryOf(rows)}</span>
        {namespace.choice === 'disabled' && <span className="chip">opted out</span>}
        <div className="ns-side">
          <RestartAll rows={rows} />
          <span className="switch-label">
            Instrument
            <NamespaceSwitch namespace={namespace} />
          </span>
        </div>
      </div>
      {isOpen && workloads.length > 0 && <Rows workloads={workloads} />}
      {isOpen && workloads.length === 0 && <p className="card-body muted">{emptyText(rows.total, isReading(view))}</p>}
      {isOpen && !namespace.ignored && (
        <div className="ns-foot">
          <NamespaceCommands rows={rows} />
        </div>
      )}
    </section>
  )
}
