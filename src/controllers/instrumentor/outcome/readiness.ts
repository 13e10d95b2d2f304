/** Pods with an agent that are not ready in the time in which pods without one are, or lose it while those do not. */
import type { PodView } from '../watch/pod-view.ts'
import { isAlive } from '../watch/pod-view.ts'
import { readySeconds } from './baseline.ts'
import type { Comparison, HarmRule } from './harm.ts'
import { onlySufferer, secondsSince } from './harm.ts'
import { agentsOf } from './proof.ts'
import { hasWellTwin, isHealthyPod, isTwin } from './twins.ts'

/** A start may take this many times as long as without the agent, and this long in any case. */
const PATIENCE = 3
const LEAST_SECONDS = 60

/** Since when every container runs without the pod being ready, and whether it was before; undefined where that is not so. */
const unreadiness = ({ containers, readiness }: PodView): { since: string; wasReady: boolean } | undefined => {
  const starts = containers.map(({ startedAt, isRunning }) => (isRunning ? startedAt : undefined))
  if (readiness?.isReady !== false || starts.length === 0 || starts.includes(undefined)) return undefined
  const lastStart = starts.reduce<string>((a, b = '') => (a > b ? a : b), '')
  return readiness.since > lastStart
    ? { since: readiness.since, wasReady: true }
    : { since: lastStart, wasReady: false }
}

/** The time that pods without an agent need to be ready; undefined where that is not known, or they are not ready now. */
const expectedSeconds = ({ bare, remembered }: Comparison, wasReady: boolean): number | undefined => {
  const alive = bare.filter(isAlive)
  if (!alive.every(isHealthyPod) || (wasReady && alive.length === 0)) return undefined
  const measured = alive.flatMap((pod) => readySeconds(pod) ?? [])
  return measured.length > 0 ? Math.max(...measured) : remembered?.readySeconds
}

/** Whether the same agents let pods of another template be ready, so that the template is the cause. */
const isReadyElsewhere = (pod: PodView, { equipped }: Comparison): boolean =>
  equipped.some((other) => !isTwin(other, pod) && isHealthyPod(other) && agentsOf(other) === agentsOf(pod))

/**
 * An outage of something that the application depends on makes all pods unready: those without an agent as well. Where
 * there are none of these, a pod that was ready before is not judged.
 */
export const readinessHarm: HarmRule = (pod, comparison) => {
  const unready = isAlive(pod) && !comparison.isProven(pod) ? unreadiness(pod) : undefined
  const expected = unready && expectedSeconds(comparison, unready.wasReady)
  if (!unready || expected === undefined || hasWellTwin(pod, comparison)) return undefined
  if (isReadyElsewhere(pod, comparison)) return undefined
  const seconds = secondsSince(unready.since, comparison.nowMs)
  if (seconds < Math.max(PATIENCE * expected, LEAST_SECONDS, comparison.afterSeconds)) return undefined
  const message = `pod ${pod.metadata.name} has not been ready for ${Math.floor(seconds)} s since the agent was added; without it ${Math.ceil(expected)} s were enough`
  const suffering = pod.containers.filter(({ isReady }) => !isReady)
  return { reason: 'RolledBack', message, ...onlySufferer(pod, suffering) }
}
