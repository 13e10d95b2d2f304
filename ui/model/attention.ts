/** Problems that need a user, most urgent first; pure and derived from the view alone, so the browser keeps them current. */
import type { Condition } from '../../src/api/conditions.ts'
import type { Reason } from '../../src/api/reasons.ts'
import { isRestartable, MAX_RESTARTS_AT_ONCE } from './restart.ts'
import type { ClusterView, CollectorsView, DestinationView, WorkloadView } from './view.ts'
import { destinationPath, workloadPath } from './view.ts'
import { counted, explain, refusalReason, sentence } from './words.ts'

export type Severity = 'bad' | 'warn' | 'info'

export interface AttentionItem {
  key: string
  label: string
  detail: string
  href: string
  /** ID of a workload for which a restart is the remedy. */
  restart?: string
}

export interface AttentionGroup {
  key: string
  severity: Severity
  title: string
  remedy: string
  items: AttentionItem[]
  action?: { label: string; href: string }
}

const item = (workload: WorkloadView, detail: string, canRestart = false): AttentionItem => ({
  key: workload.id,
  label: workload.name,
  detail: `${workload.namespace} · ${workload.kind}${detail === '' ? '' : ` · ${detail}`}`,
  href: workloadPath(workload),
  ...(canRestart && isRestartable(workload.kind) ? { restart: workload.id } : {}),
})

const group = (
  head: Omit<AttentionGroup, 'items' | 'title'> & { title: (counted: string, count: number) => string; noun?: string },
  items: AttentionItem[],
): AttentionGroup[] => {
  const { title, noun = 'workload', ...rest } = head
  return items.length === 0 ? [] : [{ ...rest, title: title(counted(items.length, noun), items.length), items }]
}

const rolledBack = (workloads: WorkloadView[]): AttentionGroup[] =>
  group(
    {
      key: 'rolled-back',
      severity: 'bad',
      title: (workloads, count) =>
        `${workloads} ${count === 1 ? 'was' : 'were'} rolled back because pods failed with the agent`,
      remedy: sentence(explain('RolledBack').remedy),
    },
    workloads.filter(({ state }) => state === 'RolledBack').map((workload) => item(workload, '')),
  )

const failing = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.find(({ status, reason }) => status === 'False' && reason !== 'Disabled' && reason !== 'RollingOut')

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

const notReady = (collectors: CollectorsView[]): AttentionGroup[] =>
  group(
    {
      key: 'collectors',
      severity: 'warn',
      noun: 'collector group',
      title: (subject) => `${subject} not ready`,
      remedy: 'Agents buffer their data and retry while collectors start.',
    },
    collectors
      .filter(({ ready, desired }) => desired === 0 || ready < desired)
      .map(({ name, ready, desired, conditions }) => ({
        key: name,
        label: name,
        detail: [`${ready} of ${desired} ready`, failing(conditions)?.message ?? ''].filter(Boolean).join(' · '),
        href: '/destinations',
      })),
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
    ...missed(workloads),
    ...notReady(Object.values(view.collectors)),
    ...leftAlone(workloads),
  ]
  return groups.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}
