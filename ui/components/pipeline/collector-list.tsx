'use client'
/** All groups of collectors: how many are ready, and what they say of themselves. */
import type { CollectorsView } from '../../../src/view/view.ts'
import { isReading } from '../../../src/view/view.ts'
import { counted } from '../../../src/view/words.ts'
import { Commands } from '../command.tsx'
import { Conditions } from '../conditions.tsx'
import { Empty, Reading } from '../empty.tsx'
import type { Fact } from '../facts.tsx'
import { Facts } from '../facts.tsx'
import { useLive } from '../live.tsx'
import { Badge } from '../badge.tsx'

const ROLES: Record<CollectorsView['role'], string> = {
  Node: 'On each node: receives what its pods send',
  Gateway: 'For all workloads: applies actions, and sends to destinations',
  Dedicated: 'Gateway of one workload that sends much',
  Cluster: 'One for the cluster: metrics and Events of Kubernetes',
}

const factsOf = ({ role, signals, ready, desired }: CollectorsView, users: number): Fact[] => [
  ['Role', ROLES[role]],
  ['Signals', signals.join(', ')],
  ['Ready', `${ready} of ${desired}`],
  ['Workloads', users > 0 ? counted(users, 'workload') : undefined],
]

const GroupCard = ({ group, users, namespace }: { group: CollectorsView; users: number; namespace: string }) => {
  const isReady = group.desired > 0 && group.ready >= group.desired
  return (
    <section className="stack" aria-label={group.name} data-group={group.name}>
      <div className="card">
        <div className="card-head">
          <h2 className="grow break">{group.name}</h2>
          <Badge tone={isReady ? 'good' : 'busy'}>{isReady ? 'Ready' : 'Not ready'}</Badge>
        </div>
        <div className="card-body stack">
          <Facts facts={factsOf(group, users)} />
          <Commands
            entries={[
              ['Show the object', `kubectl get collectorsgroup ${group.name} -n ${namespace} -o yaml`],
              [
                'Show the pods',
                `kubectl get pods -n ${namespace} -l odigos.io/component=${group.name.replace(/^odigos-/, '')} -o wide`,
              ],
            ]}
          />
        </div>
      </div>
      <Conditions conditions={group.conditions} title={`Conditions of ${group.name}`} />
    </section>
  )
}

export const CollectorList = () => {
  const { view } = useLive()
  const groups = Object.values(view.collectors)
  const workloads = Object.values(view.workloads)
  if (groups.length === 0)
    return (
      <div className="card">
        {isReading(view) ? (
          <Reading />
        ) : (
          <Empty icon="node" title="No collectors yet">
            Collectors are deployed with the first destination.
          </Empty>
        )}
      </div>
    )
  return (
    <div className="stack">
      {groups.map((group) => (
        <GroupCard
          key={group.name}
          group={group}
          users={workloads.filter(({ pipeline }) => pipeline?.collectorsGroup === group.name).length}
          namespace={view.status.systemNamespace}
        />
      ))}
    </div>
  )
}
