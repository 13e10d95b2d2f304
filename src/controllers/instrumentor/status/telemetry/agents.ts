/** What the processes report of their agents, by container, and the condition `AgentLoaded`. Pure. */
import type { Condition, NewCondition } from '../../../../api/conditions.ts'
import type { AgentObservation } from '../../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../../api/reasons.ts'
import { REASONS } from '../../../../api/reasons.ts'
import { rfc3339 } from '../../../../api/time.ts'
import type { Outcome } from '../../../../api/kinds/telemetry.ts'
import type { Agent } from '../../../../api/vocabulary.ts'
import type { AgentReports } from '../../seen/pod-telemetry.ts'
import type { PodView } from '../../watch/pod-view.ts'
import { currentPods, oldestMs } from './current-pods.ts'
import type { StatusInput } from '../pod-counts.ts'
import { FIGURES_EXACT_MS } from './figures.ts'

/** What the reports are about. */
export type ReportInput = Pick<StatusInput, 'spec' | 'pods' | 'currentHash' | 'hashWith' | 'seen'>

const COUNTS = { Loaded: 'loaded', StoodBack: 'stoodBack', Failed: 'failed' } as const satisfies Record<Outcome, string>
/** The one that decides comes first: a container is instrumented as soon as one of its processes is. */
const RANKS: readonly Outcome[] = ['Loaded', 'Failed', 'StoodBack']

const rank = ({ outcome }: Pick<AgentReports, 'outcome'>): number => RANKS.indexOf(outcome)

/** Without the reports of agents that were loaded in a pod, but have failed there since. */
const standing = (ofPod: readonly AgentReports[]): AgentReports[] => {
  const failedMs = Math.max(...ofPod.filter(({ outcome }) => outcome === 'Failed').map(({ atMs }) => atMs))
  return ofPod.filter(({ outcome, atMs }) => outcome !== 'Loaded' || atMs >= failedMs)
}

/** The most decisive reports first; of those alike, the reason that is written, so that it does not change with each process. */
const bestFirst = (reports: readonly AgentReports[], written: Reason | undefined): AgentReports[] => {
  const newestMs = Math.max(...reports.map(({ atMs }) => atMs))
  const stays = ({ reason, atMs }: AgentReports): number =>
    reason === written && newestMs - atMs < FIGURES_EXACT_MS ? 1 : 0
  return reports.toSorted((a, b) => rank(a) - rank(b) || stays(b) - stays(a) || b.atMs - a.atMs)
}

const observationOf = (
  name: string,
  ofPods: readonly (readonly AgentReports[])[],
  written: Reason | undefined,
): AgentObservation | undefined => {
  const [decisive] = bestFirst(ofPods.flatMap(standing), written)
  if (!decisive) return undefined
  const reports = ofPods.flat()
  const { agent, outcome, reason, version, message } = decisive
  const counts = Object.entries(COUNTS).flatMap(([each, field]) => {
    const count = reports.reduce((sum, report) => sum + (report.outcome === each ? report.count : 0), 0)
    return count > 0 ? [[field, count]] : []
  })
  return {
    name,
    agent,
    ...(version ? { version } : {}),
    outcome,
    reason,
    ...(message ? { message } : {}),
    ...(Object.fromEntries(counts) as Pick<AgentObservation, 'loaded' | 'stoodBack' | 'failed'>),
    time: rfc3339(Math.max(...reports.map(({ atMs }) => atMs))),
  }
}

/** What an earlier instrumentor wrote, about pods of which this one may not know everything. */
const isStillAbout = ({ time }: AgentObservation, pods: readonly PodView[], startedMs: number): boolean =>
  oldestMs(pods) < startedMs && Date.parse(time) >= oldestMs(pods)

/** A report counts once: what is known from before the change of the instrumentor is not less than what is known since. */
const merged = (before: AgentObservation | undefined, now: AgentObservation | undefined): AgentObservation[] => {
  if (!before || !now) return [before ?? now].flatMap((each) => each ?? [])
  const decisive = now.outcome === 'Failed' || rank(now) <= rank(before) ? now : before
  const counts = Object.values(COUNTS).flatMap((field) => {
    const count = Math.max(before[field] ?? 0, now[field] ?? 0)
    return count > 0 ? [[field, count]] : []
  })
  return [{ ...decisive, ...Object.fromEntries(counts), time: now.time > before.time ? now.time : before.time }]
}

/** What the processes of the current pods report, for each container that has an agent. */
export const agentObservations = (
  input: ReportInput,
  agentsBefore: readonly AgentObservation[],
): AgentObservation[] => {
  const { spec, seen } = input
  const pods = currentPods(input)
  const reportsOf = ({ metadata }: PodView, name: string): AgentReports[] =>
    (seen.pods.get(metadata.name)?.reports ?? []).filter(({ container }) => container === name)
  return spec.containers.flatMap(({ name, agent }) => {
    if (!agent) return []
    const written = agentsBefore.find((each) => each.name === name)
    const before = written && isStillAbout(written, pods, seen.startedMs) ? written : undefined
    const now = observationOf(
      name,
      pods.map((pod) => reportsOf(pod, name)),
      written?.reason,
    )
    return merged(before, now)
  })
}

const WORDS: Record<(typeof COUNTS)[Outcome], string> = {
  loaded: 'loaded',
  stoodBack: 'left alone',
  failed: 'failed',
}

const describe = ({ name, agent, version, reason, message, ...counts }: AgentObservation): string => {
  const numbers = Object.values(COUNTS).flatMap((field) => (counts[field] ? [`${counts[field]} ${WORDS[field]}`] : []))
  const words = [`${name}: ${reason}`, ...(message ? [message] : []), [agent, version].filter(Boolean).join(' ')]
  return `${words.join(', ')} (processes: ${numbers.join(', ')})`
}

/** The agents that no process has loaded: what is reported, and what a user can do about it. */
export const describeLeft = (agents: readonly AgentObservation[]): string =>
  agents
    .filter(({ outcome }) => outcome !== 'Loaded')
    .map((agent) => {
      const { meaning, remedy } = REASONS[agent.reason]
      return [describe(agent), meaning, remedy].filter(Boolean).join('; ')
    })
    .join('; ')

/** Which only configures an SDK of the application's own, and is no process that reports. */
const SILENT_AGENT: Agent = 'sdk-config'

const isReporting = ({ spec }: Pick<ReportInput, 'spec'>): boolean =>
  spec.containers.some(({ agent }) => agent !== undefined && agent !== SILENT_AGENT)

/** The condition; none where no pod has the decided agents, or none that reports. */
export const agentLoadedCondition = (
  input: Omit<ReportInput, 'seen'>,
  agents: readonly AgentObservation[],
): NewCondition[] => {
  const type = WORKLOAD_CONDITIONS.agentLoaded
  const message = agents.map(describe).join('; ')
  const left = agents.find(({ outcome }) => outcome !== 'Loaded')
  if (left) return [{ type, status: 'False', reason: left.reason, message }]
  if (agents.length > 0) return [{ type, status: 'True', reason: 'AgentLoaded', message }]
  return isReporting(input) && currentPods(input).length > 0
    ? [{ type, status: 'Unknown', reason: 'AgentStarting', message: 'no process has reported yet' }]
    : []
}

/** The earlier conditions, without one about agents where there are none any more. */
export const keptConditions = (
  before: readonly Condition[] | undefined,
  next: readonly NewCondition[],
): readonly Condition[] => {
  const { agentLoaded } = WORKLOAD_CONDITIONS
  return next.some(({ type }) => type === agentLoaded)
    ? (before ?? [])
    : (before ?? []).filter(({ type }) => type !== agentLoaded)
}
