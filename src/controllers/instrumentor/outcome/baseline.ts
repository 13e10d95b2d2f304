/** What pods of a workload did without an agent, as far as it can be told; remembered after they are gone. Pure. */
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Baseline } from '../../../api/types/outcome.ts'
import type { Observed } from '../observed.ts'
import type { PodView } from '../watch/pod-view.ts'
import { hasAgent } from '../watch/pod-view.ts'
import { ageSeconds, perDay } from './harm.ts'

/** A younger pod tells nothing of how often it is restarted, */
const LEAST_SECONDS = 600
/** but already that it is not. */
const CALM_SECONDS = 60

/** Figures are rounded up in steps, so that the status does not change with each pod. */
const STEPS = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000] as const
const stepAbove = (value: number): number => STEPS.find((step) => step >= value) ?? 100_000

const restartsPerDay = (
  pods: readonly PodView[],
  before: Baseline['restartsPerDay'],
  nowMs: number,
): Baseline['restartsPerDay'] => {
  const restartsOf = ({ containers }: PodView): number =>
    Math.max(0, ...containers.map(({ restartCount }) => restartCount))
  const rates = pods
    .filter((pod) => ageSeconds(pod, nowMs) >= LEAST_SECONDS)
    .map((pod) => perDay(restartsOf(pod), pod, nowMs))
  if (rates.length > 0) return stepAbove(Math.max(...rates))
  const isCalm = pods.every((pod) => restartsOf(pod) === 0 && ageSeconds(pod, nowMs) >= CALM_SECONDS)
  return before ?? (isCalm ? 0 : undefined)
}

/** Who gets ready later had lost it: the start took less. */
const LONGEST_START_SECONDS = 1800

/** From the start of its last container until all are ready; undefined where they are not, or it is not known any more. */
export const readySeconds = ({ readiness, containers }: PodView): number | undefined => {
  const starts = containers.flatMap(({ startedAt }) => (startedAt ? [Date.parse(startedAt)] : []))
  if (!readiness?.isReady || starts.length === 0) return undefined
  const seconds = (Date.parse(readiness.since) - Math.max(...starts)) / 1000
  return seconds > LONGEST_START_SECONDS ? undefined : Math.max(0, seconds)
}

const shortestStart = (seconds: readonly (number | undefined)[]): number | undefined => {
  const known = seconds.filter((each) => each !== undefined)
  return known.length > 0 ? stepAbove(Math.min(...known)) : undefined
}

const wasMemoryKilled = (pods: readonly PodView[]): boolean =>
  pods.some(({ containers }) => containers.some(({ ended }) => ended?.reason === 'OOMKilled'))

/** A run failed where its pod did, and not because its node did. */
export const isFailedRun = ({ phase, failure }: PodView): boolean => phase === 'Failed' && failure === undefined

/** The result of the runs of a Job; one that failed outweighs those that did not. */
export const runsOf = (pods: readonly PodView[]): Baseline['runs'] => {
  if (pods.some(isFailedRun)) return 'Failed'
  return pods.some(({ phase }) => phase === 'Succeeded') ? 'Succeeded' : undefined
}

export const bareOf = (pods: readonly PodView[]): PodView[] =>
  pods.filter((pod) => !hasAgent(pod) && !pod.metadata.deletionTimestamp)

/** Pods with an agent that count: those that failed as well, unless that was judged already. */
export const equippedOf = ({ pods, config }: Pick<Observed, 'pods' | 'config'>): PodView[] => {
  const rolledBack = findCondition(config?.status?.conditions, WORKLOAD_CONDITIONS.rolledBack)
  const judged = [config?.spec.rollback?.time, rolledBack?.lastTransitionTime].flatMap((time) => time ?? [])
  const isPast = (pod: PodView): boolean =>
    isFailedRun(pod) && judged.some((time) => (pod.metadata.creationTimestamp ?? '') < time)
  return pods.filter((pod) => hasAgent(pod) && !pod.metadata.deletionTimestamp && !isPast(pod))
}

/** What is known now; of what no pod tells, what was remembered. */
export const baselineStatus = ({
  pods,
  config,
  nowMs,
}: Pick<Observed, 'pods' | 'config' | 'nowMs'>): Pick<InstrumentationConfigStatus, 'withoutAgent'> => {
  const before = config?.status?.withoutAgent
  const bare = bareOf(pods)
  if (bare.length === 0) return before ? { withoutAgent: before } : {}
  const known = {
    restartsPerDay: restartsPerDay(bare, before?.restartsPerDay, nowMs),
    readySeconds: shortestStart([...bare.map(readySeconds), before?.readySeconds]),
    memoryKilled: wasMemoryKilled(bare) || undefined,
    runs: runsOf(bare),
  }
  const told = Object.entries(known).filter(([, value]) => value !== undefined)
  const { memoryKilled: _before, ...remembered } = before ?? {}
  const next = { ...remembered, ...(Object.fromEntries(told) as Baseline) }
  return Object.keys(next).length > 0 ? { withoutAgent: next } : {}
}
