'use client'
/** Problems that need a user, most urgent first, each with the actions that the UI offers. */
import Link from 'next/link'
import { useState } from 'react'
import type { AttentionGroup, AttentionItem } from '../../../src/view/attention/attention-group.ts'
import { attentionOf } from '../../../src/view/attention/attention.ts'
import { MAX_RESTARTS_AT_ONCE } from '../../../src/view/attention/restart.ts'
import type { Target } from '../../../src/view/commands.ts'
import { targetOf } from '../../../src/view/commands.ts'
import type { ClusterView } from '../../../src/view/view.ts'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'
import { Empty } from '../empty.tsx'
import { RestartButton } from '../workloads/restart-button.tsx'

const ICONS = { bad: 'error', warn: 'warning', info: 'info' } as const
/** Further items are shown on request. */
const FIRST_ITEMS = 6

const restartTargets = (view: ClusterView, items: readonly AttentionItem[]): Target[] =>
  items.flatMap(({ restart }) => {
    const workload = restart === undefined ? undefined : view.workloads[restart]
    return workload ? [targetOf(workload)] : []
  })

const Item = ({ item }: { item: AttentionItem }) => {
  const { view } = useLive()
  const targets = restartTargets(view, [item])
  return (
    <li>
      <span className="what">
        <Link href={item.href}>{item.label}</Link>
        <span className="muted small break">{item.detail}</span>
      </span>
      {targets.length > 0 && <RestartButton targets={targets} label="Restart" />}
    </li>
  )
}

const Group = ({ group }: { group: AttentionGroup }) => {
  const { view } = useLive()
  const [isOpen, setOpen] = useState(false)
  const items = isOpen ? group.items : group.items.slice(0, FIRST_ITEMS)
  const targets = restartTargets(view, group.items)
  return (
    <li className={`tone-${group.severity}`} data-attention={group.key}>
      <div className="attention-head">
        <Icon name={ICONS[group.severity]} size={18} />
        <div className="grow">
          <h3>{group.title}</h3>
          {group.remedy && <p className="muted small">{group.remedy}</p>}
        </div>
        {group.action && (
          <Link className="button small primary" href={group.action.href}>
            {group.action.label}
          </Link>
        )}
        {targets.length > 1 && targets.length <= MAX_RESTARTS_AT_ONCE && (
          <RestartButton targets={targets} label={`Restart all ${targets.length}`} />
        )}
      </div>
      <ul className="attention-items">
        {items.map((item) => (
          <Item key={item.key} item={item} />
        ))}
      </ul>
      {items.length < group.items.length && (
        <p className="attention-items">
          <button className="button small" type="button" onClick={() => setOpen(true)}>
            Show all {group.items.length}
          </button>
        </p>
      )}
    </li>
  )
}

export const Attention = () => {
  const { view } = useLive()
  const groups = attentionOf(view)
  // Without an opted-in workload, an empty list is no success.
  if (groups.length === 0 && !Object.values(view.workloads).some(({ wanted }) => wanted)) return null
  return (
    <section className="card" aria-labelledby="attention">
      <div className="card-head">
        <h2 id="attention">Needs attention</h2>
      </div>
      {groups.length === 0 ? (
        <Empty icon="check" title="Nothing needs attention">
          No problems with workloads, collectors or destinations.
        </Empty>
      ) : (
        <ul className="attention">
          {groups.map((group) => (
            <Group key={group.key} group={group} />
          ))}
        </ul>
      )}
    </section>
  )
}
