/**
 * Which workloads have collectors of their own: those that the user says, and those that send more than their share for long enough, until
 * they send less for long enough. Pure.
 */
import type { DedicatedSettings } from '../../../api/kinds/odigos-config.ts'
import type { GatewayChoice, Traffic } from '../../../api/kinds/instrumentation-config.ts'

/** What is known of one workload. */
export interface TrafficOf {
  /** Tells workloads apart. */
  key: string
  /** The user's choice. */
  choice?: GatewayChoice | undefined
  /** Absent where it is little. */
  traffic?: Traffic | undefined
  /** Whether it has collectors of its own already. */
  isDedicated: boolean
}

/** Since when the traffic of a workload asks for the other gateway than the one it has. */
interface Turn {
  sinceMs: number
  /** The one that it had. */
  isDedicated: boolean
}

/** By key. */
export type Turned = ReadonlyMap<string, Turn>

export interface DedicatedDecision {
  /** Keys of the workloads that are to have collectors of their own. */
  dedicated: ReadonlySet<string>
  turned: Turned
  /** When traffic that stays as it is moves the next workload (ms); undefined where it moves none. */
  nextMs: number | undefined
}

const NO_TRAFFIC: Traffic = { sharePercent: 0, itemsPerSecond: 0 }

/** Whether traffic asks for the other gateway. Between the thresholds it asks for neither, so that nothing moves. */
const asksForOther = ({ traffic = NO_TRAFFIC, isDedicated }: TrafficOf, settings: DedicatedSettings): boolean => {
  const { sharePercent, itemsPerSecond } = traffic
  if (!settings.automatic) return isDedicated
  return isDedicated
    ? sharePercent < settings.returnSharePercent || itemsPerSecond < settings.returnItemsPerSecond
    : sharePercent > settings.sharePercent && itemsPerSecond >= settings.itemsPerSecond
}

const waitMs = (
  { isDedicated }: TrafficOf,
  { automatic, afterSeconds, returnAfterSeconds }: DedicatedSettings,
): number => (automatic ? (isDedicated ? returnAfterSeconds : afterSeconds) * 1000 : 0)

interface Verdict {
  isDedicated: boolean
  turn?: Turn
  dueMs?: number
}

/** A choice of the user's holds at once; the time starts anew when it is gone. */
const verdictOf = (
  workload: TrafficOf,
  settings: DedicatedSettings,
  { turn, nowMs }: { turn: Turn | undefined; nowMs: number },
): Verdict => {
  const { choice, isDedicated } = workload
  if (choice) return { isDedicated: choice === 'Dedicated' }
  if (!asksForOther(workload, settings)) return { isDedicated }
  const sinceMs = turn?.isDedicated === isDedicated ? turn.sinceMs : nowMs
  const next = { sinceMs, isDedicated }
  const dueMs = sinceMs + waitMs(workload, settings)
  return dueMs <= nowMs ? { isDedicated: !isDedicated, turn: next } : { isDedicated, turn: next, dueMs }
}

/** Decides for all workloads; `turned` is that of the decision before, and empty after a restart, which starts the times anew. */
export const decideDedicated = (
  workloads: readonly TrafficOf[],
  settings: DedicatedSettings,
  { turned, nowMs }: { turned: Turned; nowMs: number },
): DedicatedDecision => {
  const verdicts = workloads.map((workload) => ({
    key: workload.key,
    ...verdictOf(workload, settings, { turn: turned.get(workload.key), nowMs }),
  }))
  const dues = verdicts.flatMap(({ dueMs }) => dueMs ?? [])
  return {
    dedicated: new Set(verdicts.filter(({ isDedicated }) => isDedicated).map(({ key }) => key)),
    turned: new Map(verdicts.flatMap(({ key, turn }) => (turn ? [[key, turn]] : []))),
    nextMs: dues.length > 0 ? Math.min(...dues) : undefined,
  }
}
