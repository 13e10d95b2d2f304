/** What the status says of telemetry in figures, which are written rarely: they change as long as an application works. Pure. */
import type { AgentObservation, LastSeen } from '../../../../api/kinds/instrumentation-config.ts'
import type { PodView } from '../../watch/pod-view.ts'
import { oldestMs } from './current-pods.ts'

/** How exact times and counts in the status are; all of them are written together. */
export const FIGURES_EXACT_MS = 600_000

export interface Figures {
  agents: readonly AgentObservation[]
  lastSeen: LastSeen | undefined
}

const kindsOf = ({ agents }: Figures): string =>
  JSON.stringify(agents.map(({ name, agent, version, outcome, reason }) => [name, agent, version, outcome, reason]))

const timesOf = ({ agents, lastSeen }: Figures): number[] =>
  [...agents.map(({ time }) => time), ...Object.values(lastSeen ?? {})].map((time) => Date.parse(time ?? ''))

/** A signal that was never known, or not from these pods, is no mere figure: whether a workload is instrumented follows. */
const isFirst = (before: Figures, now: Figures, sinceMs: number): boolean =>
  Object.entries(now.lastSeen ?? {}).some(([signal, time]) => {
    const known = before.lastSeen?.[signal as keyof LastSeen]
    return known === undefined || (Date.parse(known) < sinceMs && Date.parse(time ?? '') >= sinceMs)
  })

/** What is known now, or what is written, where that is exact enough. */
export const figuresToWrite = (
  before: Figures,
  now: Figures,
  { pods, nowMs }: { pods: readonly PodView[]; nowMs: number },
): Figures => {
  const isDue =
    kindsOf(before) !== kindsOf(now) ||
    isFirst(before, now, oldestMs(pods)) ||
    nowMs - Math.max(...timesOf(before)) >= FIGURES_EXACT_MS
  return isDue ? now : before
}
