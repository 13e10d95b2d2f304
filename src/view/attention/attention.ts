/** Problems that need a user, most urgent first; pure and derived from the view alone, so the browser keeps them current. */
import { findCondition } from '../../api/conditions.ts'
import type { Reason } from '../../api/reasons.ts'
import type { AttentionGroup, Severity } from './attention-group.ts'
import { failing, group, item } from './attention-group.ts'
import { brokenCollectors } from './collectors.ts'
import { heldBack, partlyRolledBack } from './held.ts'
import { MAX_RESTARTS_AT_ONCE } from './restart.ts'
import { nothingArrives } from './silent.ts'
import type { ClusterView, DestinationView, WorkloadView } from '../view.ts'
import { destinationPath } from '../view.ts'
import { counted, explain, refusalReason, sentence } from '../words.ts'

/** Why agents were removed; the condition `RolledBack` may tell of restarts without effect instead. */
const rollbackReason = ({ conditions }: WorkloadView): Reason =>
  findCondition(conditions, 'Instrumented')?.reason ?? 'RolledBack'

const rolledBack = (workloads: WorkloadView[]): AttentionGroup[] => {
  const byReason = Map.groupBy(
    workloads.filter(({ state }) => state === 'RolledBack'),
    rollbackReason,
  )
  return [...byReason].flatMap(([reason, harmed]) =>
    group(
      {
        key: `rolled-back-${reason}`,
        severity: 'bad',
        title: (subject, count) => `${subject} ${count === 1 ? 'was' : 'were'} rolled back: ${explain(reason).meaning}`,
        remedy: sentence(explain(reason).remedy),
      },
      harmed.map((workload) => item(workload, '')),
    ),
  )
}

const brokenDestinations = (destinations: DestinationView[]): AttentionGroup[] => {
  const byReason = Map.groupBy(
    destinations.filter(({ disabled, conditions }) => !disabled && failing(conditions) !== undefined),
    ({ conditions }) => failing(conditions)?.reason as Reason,
  )
  return [...byReason].flatMap(([reason, broken]) =>
    group(
      {
        key: `destination-${reason}`,
        severity: reason === 'CollectorsNotReady' ? 'warn' : 'bad',
        noun: 'destination',
        title: (subject) => `${subject}: ${explain(reason).meaning}`,
        remedy: sentence(explain(reason).remedy),
      },
      broken.map((destination) => ({
        key: destination.name,
        label: destination.displayName,
        detail: failing(destination.conditions)?.message ?? '',
        href: destinationPath(destination.name),
      })),
    ),
  )
}

const waiting = (view: ClusterView, workloads: WorkloadView[]): AttentionGroup[] => {
  const noneLeft = Object.values(view.destinations).every(({ disabled }) => disabled)
  return group(
    {
      key: 'waiting',
      severity: 'warn',
      title: (subject, count) => `${subject} ${count === 1 ? 'is' : 'are'} waiting for a destination`,
      remedy: noneLeft ? 'No destination receives the telemetry. Add a destination.' : 'A pipeline is being assigned.',
      ...(noneLeft ? { action: { label: 'Add destination', href: '/destinations/new' } } : {}),
    },
    workloads.filter(({ state }) => state === 'WaitingForDestination').map((workload) => item(workload, '')),
  )
}

const outdated = ({ pods }: WorkloadView): string =>
  pods && pods.outdated > 0 ? `${pods.outdated} of ${counted(pods.total, 'pod')} outdated` : ''

const restartRemedy = (count: number): string =>
  count > MAX_RESTARTS_AT_ONCE
    ? 'Restart them a few at a time, or set rollout.policy: Automatic in the OdigosConfig.'
    : 'Pods that were created before the decision are running. A restart replaces them.'

const needRestart = (workloads: WorkloadView[]): AttentionGroup[] => {
  const waitingForIt = workloads.filter(({ state }) => state === 'RestartRequired')
  return group(
    {
      key: 'restart',
      severity: 'warn',
      title: (subject, count) => `${subject} ${count === 1 ? 'needs' : 'need'} a restart`,
      remedy: restartRemedy(waitingForIt.length),
    },
    waitingForIt.map((workload) => item(workload, outdated(workload), true)),
  )
}

const missed = (workloads: WorkloadView[]): AttentionGroup[] =>
  group(
    {
      key: 'missed',
      severity: 'warn',
      title: (subject) => `${subject} with pods that were created without the agent`,
      remedy: sentence(explain('MissedInjection').meaning),
    },
    workloads
      .filter(({ pods, state }) => state !== 'RestartRequired' && (pods?.missed ?? 0) > 0)
      .map((workload) => item(workload, `${counted(workload.pods?.missed ?? 0, 'pod')} without the agent`, true)),
  )

const leftAlone = (workloads: WorkloadView[]): AttentionGroup[] => {
  const candidates = workloads.filter(
    (workload) => workload.wanted && workload.state === 'NotInstrumented' && refusalReason(workload) !== undefined,
  )
  const byReason = Map.groupBy(candidates, (workload) => refusalReason(workload) as Reason)
  return [...byReason].flatMap(([reason, refused]) =>
    group(
      {
        key: `left-alone-${reason}`,
        severity: 'info',
        title: (subject) => `${subject} not instrumented: ${explain(reason).meaning}`,
        remedy: sentence(explain(reason).remedy),
      },
      refused.map((workload) => item(workload, '')),
    ),
  )
}

const invalidSettings = ({ settingsProblem, systemNamespace }: ClusterView['status']): AttentionGroup[] =>
  group(
    {
      key: 'settings',
      severity: 'bad',
      title: () => 'The OdigosConfig is invalid',
      remedy: `The last valid version remains in effect. Correct the object: kubectl edit odigosconfig odigos -n ${systemNamespace}`,
    },
    settingsProblem ? [{ key: 'settings', label: 'OdigosConfig', detail: settingsProblem, href: '/' }] : [],
  )

const ORDER: readonly Severity[] = ['bad', 'warn', 'info']

/** Groups of problems, most urgent first. Empty if there are none. */
export const attentionOf = (view: ClusterView): AttentionGroup[] => {
  const workloads = Object.values(view.workloads)
  const groups = [
    ...invalidSettings(view.status),
    ...rolledBack(workloads),
    ...brokenDestinations(Object.values(view.destinations)),
    ...waiting(view, workloads),
    ...needRestart(workloads),
    ...partlyRolledBack(workloads),
    ...heldBack(workloads),
    ...missed(workloads),
    ...nothingArrives(workloads),
    ...brokenCollectors(Object.values(view.collectors)),
    ...leftAlone(workloads),
  ]
  return groups.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}
