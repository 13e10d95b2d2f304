'use client'
/** All Actions, in the order in which they run, with what dry runs count and the object for Git. */
import { findCondition } from '../../../src/api/conditions.ts'
import type { ActionView } from '../../../src/view/view.ts'
import { isReading } from '../../../src/view/view.ts'
import type { Tone } from '../../../src/view/words.ts'
import { conditionTone } from '../../../src/view/words.ts'
import { Badge } from '../badge.tsx'
import { Command, Commands } from '../command.tsx'
import { Empty, Reading } from '../empty.tsx'
import { useLive } from '../live.tsx'
import { ReasonText } from '../reason-text.tsx'

const toneOf = ({ mode, conditions }: ActionView): Tone => {
  const accepted = findCondition(conditions, 'Accepted')
  if (mode === 'Disabled') return 'quiet'
  return accepted ? conditionTone(accepted) : 'busy'
}

const MODES: Record<ActionView['mode'], string> = { Enforce: 'In force', DryRun: 'Dry run', Disabled: 'Disabled' }

const DryRun = ({ action: { dryRun } }: { action: ActionView }) =>
  dryRun && (
    <ul className="plain small">
      {dryRun.signals.map(({ signal, items, dropped }) => (
        <li key={signal}>
          {signal}: {dropped.toLocaleString('en-US')} of {items.toLocaleString('en-US')} would have been dropped.
        </li>
      ))}
    </ul>
  )

const ActionCard = ({ action, namespace }: { action: ActionView; namespace: string }) => {
  const { name, displayName, type, signals, mode, manifest, conditions } = action
  const problem = conditions.find(({ type: kind, status }) => kind === 'Accepted' && status !== 'True')
  return (
    <li className="card" data-action={name}>
      <div className="card-head">
        <div className="grow">
          <h2 className="break">{displayName}</h2>
          <p className="muted small">{type}</p>
        </div>
        {signals.map((signal) => (
          <span key={signal} className="chip">
            {signal}
          </span>
        ))}
        <Badge tone={toneOf(action)}>{problem ? problem.reason : MODES[mode]}</Badge>
      </div>
      <div className="card-body stack">
        {problem && <ReasonText reason={problem.reason} message={problem.message} />}
        <DryRun action={action} />
        <Commands title="YAML" entries={[['As it is in the cluster', manifest]]} />
        <Commands
          entries={[
            ['Edit', `kubectl edit action ${name} -n ${namespace}`],
            ['Delete', `kubectl delete action ${name} -n ${namespace}`],
          ]}
        />
      </div>
    </li>
  )
}

const NoActions = () => (
  <Empty icon="actions" title="No actions yet" action={<Command text="kubectl explain action.spec" />}>
    Actions sample, drop, mask, rename or add on the way to the destinations, without a restart of an application.
  </Empty>
)

export const ActionList = () => {
  const { view } = useLive()
  const actions = Object.values(view.actions)
  if (actions.length === 0) return <div className="card">{isReading(view) ? <Reading /> : <NoActions />}</div>
  return (
    <ol className="stack plain">
      {actions.map((action) => (
        <ActionCard key={action.name} action={action} namespace={view.status.systemNamespace} />
      ))}
    </ol>
  )
}
