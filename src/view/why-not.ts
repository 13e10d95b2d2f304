/** How far the telemetry of a workload comes, step by step, and what is in the way; pure and derived from the view. */
import type { Condition } from '../api/conditions.ts'
import { findCondition } from '../api/conditions.ts'
import type { Signal } from '../api/vocabulary.ts'
import { brokenCollectors } from './attention/collectors.ts'
import { failing } from './attention/attention-group.ts'
import { isRolledBack } from './attention/held.ts'
import { isRestartable } from './attention/restart.ts'
import { choiceCommand, namespaceTarget, restartCommand, targetOf, tryAgainCommand } from './commands.ts'
import type { ClusterView, DestinationView, WorkloadView } from './view.ts'
import { counted, explain, isAsIntended, sentence } from './words.ts'

export const STEPS = ['OptedIn', 'Detected', 'Pipeline', 'Pods', 'Telemetry', 'Collectors', 'Destinations'] as const

export const STEP_TITLES: Record<(typeof STEPS)[number], string> = {
  OptedIn: 'Opted in',
  Detected: 'Language and agent',
  Pipeline: 'Pipeline',
  Pods: 'Pods with the agent',
  Telemetry: 'Telemetry seen',
  Collectors: 'Collectors',
  Destinations: 'Destinations',
}

export interface WayStep {
  step: (typeof STEPS)[number]
  /** `later`: it depends on a step before, and was not reached. */
  outcome: 'passed' | 'stopped' | 'waiting' | 'later'
  /** Of the closed list, where there is one. */
  reason?: string
  message: string
  /** A command, or what to do. */
  remedy?: string
}

type Judged = Omit<WayStep, 'step'>

const passed = (message: string, reason?: string): Judged => ({
  outcome: 'passed',
  message,
  ...(reason === undefined ? {} : { reason }),
})

/** The reason in words, with its remedy, or a better one. */
const stopped = (
  reason: string,
  message: string,
  remedy?: string,
  outcome: 'stopped' | 'waiting' = 'stopped',
): Judged => {
  const said = remedy ?? sentence(explain(reason).remedy)
  return {
    outcome,
    reason,
    message: message === '' ? sentence(explain(reason).meaning) : sentence(message),
    ...(said === '' ? {} : { remedy: said }),
  }
}

const optedIn = (workload: WorkloadView): Judged => {
  const { wanted, decidedBy, namespace } = workload
  if (wanted)
    return passed(`By the ${decidedBy === 'mode' ? 'mode of the OdigosConfig' : `label of the ${decidedBy}`}.`)
  if (decidedBy === 'ignored') return stopped('IgnoredNamespace', '')
  if (decidedBy === 'mode') return stopped('NotOptedIn', '', choiceCommand(namespaceTarget(namespace), 'enabled'))
  const target = decidedBy === 'workload' ? targetOf(workload) : namespaceTarget(namespace)
  return stopped('OptedOut', '', choiceCommand(target, decidedBy === 'workload' ? 'inherit' : 'enabled'))
}

const detected = ({ containers, state, conditions }: WorkloadView): Judged => {
  const condition = findCondition(conditions, 'Detected')
  if (containers.length === 0 || state === 'Detecting')
    return stopped(condition?.reason ?? 'NotDetectedYet', condition?.message ?? '', undefined, 'waiting')
  const chosen = containers.filter(({ agent }) => agent !== undefined)
  if (chosen.length > 0) return passed(chosen.map(({ name, agent }) => `container ${name}: agent ${agent}`).join(', '))
  const refused = containers.find(({ reason }) => !isAsIntended(reason)) ?? containers[0]
  return refused
    ? stopped(refused.reason, `container ${refused.name}: ${refused.message}`)
    : stopped('NothingToInstrument', '')
}

const pipeline = ({ pipeline: assigned, conditions }: WorkloadView): Judged => {
  if (assigned && assigned.signals.length > 0)
    return passed(`${assigned.signals.join(', ')} to ${assigned.collectorsGroup}.`)
  const condition = findCondition(conditions, 'PipelineAssigned')
  return stopped(condition?.reason ?? 'WaitingForDestination', condition?.message ?? '')
}

/** The words of a condition, or none. */
const saidBy = (condition: Condition | undefined, fallback: string): [reason: string, message: string] => [
  condition?.reason ?? fallback,
  condition?.message ?? '',
]

const restartNeeded = (workload: WorkloadView): Judged => {
  const remedy = isRestartable(workload.kind) ? restartCommand(targetOf(workload)) : 'The next run gets the agent.'
  const condition = findCondition(workload.conditions, 'RestartRequired')
  return stopped('RestartRequired', condition?.message ?? '', remedy)
}

const pods = (workload: WorkloadView): Judged => {
  const { state, conditions, pods: counts } = workload
  const rolledBack = findCondition(conditions, 'RolledBack')
  if (state === 'RolledBack' || isRolledBack(workload))
    return stopped(...saidBy(rolledBack, 'RolledBack'), tryAgainCommand(workload))
  if (state === 'RestartRequired') return restartNeeded(workload)
  if (state === 'NotInstrumented')
    return stopped(...saidBy(findCondition(conditions, 'Instrumented'), 'NothingToInstrument'))
  return passed(
    counts ? `${counts.instrumented} of ${counted(counts.total, 'pod')} with the agent.` : 'They have the agent.',
  )
}

/** What the processes report, where the agent is not loaded. */
const reportedBy = ({ containers }: WorkloadView): string | undefined => {
  const found = containers.find(({ reported }) => reported && reported.outcome !== 'Loaded')?.reported
  return found && [found.reason, found.message].filter(Boolean).join(': ')
}

const telemetry = (workload: WorkloadView): Judged => {
  const { state, cause, conditions, lastSeen = {} } = workload
  const signals = Object.keys(lastSeen)
  if (state === 'Instrumented')
    return passed(signals.length > 0 ? `Seen: ${signals.join(', ')}.` : 'Telemetry has arrived.', 'TelemetryArrives')
  const verdict = findCondition(conditions, 'Instrumented')
  if (state !== 'NothingArrives') return stopped(...saidBy(verdict, 'NoTraffic'), undefined, 'waiting')
  const reported = cause === 'AgentStoodBack' ? reportedBy(workload) : undefined
  if (reported !== undefined) return stopped('AgentStoodBack', `the processes report ${reported}`)
  return stopped(cause ?? 'NothingArrives', saidBy(verdict, '')[1])
}

const collectors = (view: ClusterView): Judged => {
  const [worst] = brokenCollectors(Object.values(view.collectors))
  if (!worst) return passed('They are ready, and hand on.')
  const { label, detail } = worst.items[0] ?? { label: '', detail: '' }
  return { outcome: 'stopped', message: sentence(`${worst.title}: ${label} ${detail}`.trim()), remedy: worst.remedy }
}

const ofDestination = ({ name, conditions }: DestinationView): Judged | undefined => {
  const condition: Condition | undefined = failing(conditions)
  return condition && stopped(condition.reason, `${name}: ${condition.message}`)
}

/** The Destinations that take a signal of the workload. */
export const destinationsOf = (view: ClusterView, signals: readonly Signal[]): DestinationView[] =>
  Object.values(view.destinations).filter(
    (each) => !each.disabled && each.signals.some((signal) => signals.includes(signal)),
  )

/** Whether the backend is known to accept data; one without a queue or traffic is not. */
const isDelivering = ({ conditions }: DestinationView): boolean =>
  findCondition(conditions, 'Delivering')?.status === 'True'

const undecided = ({ conditions }: DestinationView): Judged => {
  const condition = findCondition(conditions, 'Delivering') ?? findCondition(conditions, 'Accepted')
  return stopped(...saidBy(condition, 'DeliveryUnknown'), undefined, 'waiting')
}

const destinations = (view: ClusterView, { pipeline: assigned }: WorkloadView): Judged => {
  const taking = destinationsOf(view, assigned?.signals ?? [])
  if (taking.length === 0) return stopped('WaitingForDestination', '', 'odigos destinations add')
  const [broken] = taking.flatMap((each) => ofDestination(each) ?? [])
  if (broken) return broken
  const unknown = taking.find((each) => !isDelivering(each))
  if (unknown) return undecided(unknown)
  return passed(`${taking.map(({ name }) => name).join(', ')} accept${taking.length === 1 ? 's' : ''} what is sent.`)
}

/** The steps in order. Those that depend on one that has not passed are `later`; collectors and destinations never do. */
export const wayOf = (view: ClusterView, workload: WorkloadView): WayStep[] => {
  const own: [WayStep['step'], () => Judged][] = [
    ['OptedIn', () => optedIn(workload)],
    ['Detected', () => detected(workload)],
    ['Pipeline', () => pipeline(workload)],
    ['Pods', () => pods(workload)],
    ['Telemetry', () => telemetry(workload)],
  ]
  const steps: WayStep[] = []
  for (const [step, judge] of own) {
    const isOpen = steps.every(({ outcome }) => outcome === 'passed')
    steps.push({ step, ...(isOpen ? judge() : { outcome: 'later', message: '' }) })
  }
  if (!workload.pipeline)
    return [
      ...steps,
      { step: 'Collectors', outcome: 'later', message: '' },
      { step: 'Destinations', outcome: 'later', message: '' },
    ]
  return [
    ...steps,
    { step: 'Collectors', ...collectors(view) },
    { step: 'Destinations', ...destinations(view, workload) },
  ]
}

/** The first step that stops it, or else that it waits at; undefined where all is well. */
export const obstacleOf = (steps: readonly WayStep[]): WayStep | undefined =>
  steps.find(({ outcome }) => outcome === 'stopped') ?? steps.find(({ outcome }) => outcome === 'waiting')
