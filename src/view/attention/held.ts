import { findCondition } from '../../api/conditions.ts'
import type { Reason } from '../../api/reasons.ts'
import type { AttentionGroup } from './attention-group.ts'
import { group, item } from './attention-group.ts'
import type { WorkloadView } from '../view.ts'
import { explain, sentence } from '../words.ts'

/** What passes by itself, or is no problem. */
const PASSING: readonly Reason[] = ['AgentSelected', 'AgentStarting', 'NotDetectedYet', 'NoRunningPods']

const verdictOf = ({ conditions }: WorkloadView) => findCondition(conditions, 'Instrumented')

/** Why no restart is asked for, although an agent was chosen: a dry run has shown that new pods would not get it. */
const heldReason = (workload: WorkloadView): Reason | undefined => {
  const { wanted, state, containers } = workload
  if (!wanted || state !== 'NotInstrumented' || !containers.some(({ agent }) => agent)) return undefined
  const reason = verdictOf(workload)?.reason
  return reason === undefined || PASSING.includes(reason) ? undefined : reason
}

/** Workloads whose pods would not get their agents, by reason. */
export const heldBack = (workloads: WorkloadView[]): AttentionGroup[] => {
  const byReason = Map.groupBy(workloads, heldReason)
  byReason.delete(undefined)
  return [...(byReason as Map<Reason, WorkloadView[]>)].flatMap(([reason, held]) =>
    group(
      {
        key: `held-${reason}`,
        severity: 'warn',
        title: (subject) => `${subject} without the agent: ${explain(reason).meaning}`,
        remedy: sentence(explain(reason).remedy),
      },
      held.map((workload) => item(workload, verdictOf(workload)?.message ?? '')),
    ),
  )
}

/** Whether agents were removed, of all containers or some: the user can have them tried again. */
export const isRolledBack = ({ conditions }: WorkloadView): boolean =>
  findCondition(conditions, 'RolledBack')?.status === 'True'

/** Workloads of which some containers lost their agents, while others keep theirs. */
export const partlyRolledBack = (workloads: WorkloadView[]): AttentionGroup[] =>
  group(
    {
      key: 'partly-rolled-back',
      severity: 'warn',
      title: (subject) => `${subject} without some of the agents: ${explain('RolledBack').meaning}`,
      remedy: sentence(explain('RolledBack').remedy),
    },
    workloads
      .filter((workload) => workload.state !== 'RolledBack' && isRolledBack(workload))
      .map((workload) => item(workload, findCondition(workload.conditions, 'RolledBack')?.message ?? '')),
  )
