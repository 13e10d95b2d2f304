/** What pods of a workload did with the agents that it has: for how long they have run well. Pure. */
import { createHash } from 'node:crypto'
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Rollback } from '../../../api/types/outcome.ts'
import { isPassing, wholeRollback } from '../../../api/types/outcome.ts'
import type { Observed } from '../observed.ts'
import type { PodView } from '../watch/pod-view.ts'
import { createdMs, hasStarted, injectedContainers, isAlive } from '../watch/pod-view.ts'
import { equippedOf, isFailedRun } from './baseline.ts'
import { HOUR_SECONDS, secondsSince } from './harm.ts'
import { isHealthyPod } from './twins.ts'

type Proof = NonNullable<InstrumentationConfigStatus['withAgent']>
type ProofInput = Pick<Observed, 'pods' | 'config' | 'settings' | 'nowMs'>

/** Time of health after which an agent is not the cause of a crash. */
export const windowSeconds = ({ settings }: Pick<Observed, 'settings'>): number =>
  settings.rollout?.rollbackWindowSeconds ?? HOUR_SECONDS

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The agents of a pod and their release, whatever else the pod consists of: a proof holds for the next releases of the user. */
export const agentsOf = (pod: PodView): string => {
  const chosen = [...injectedContainers(pod)].map(([name, { agent }]) => [name, agent ?? null])
  const about = [chosen, pod.agentImages ?? []].map((each) =>
    each.map((value) => JSON.stringify(value)).toSorted(inOrder),
  )
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 8)
}

/** Since when a pod runs well, or a run that succeeded began. */
const wellSince = (pod: PodView): string | undefined => {
  if (pod.phase === 'Succeeded') return pod.metadata.creationTimestamp
  return isHealthyPod(pod) && hasStarted(pod) && pod.readiness?.isReady ? pod.readiness.since : undefined
}

const earliest = (times: readonly (string | undefined)[]): string | undefined =>
  times.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined)

/** What was remembered of the agents of a pod. */
export const proofOf = (pod: PodView, config: Observed['config']): Proof | undefined => {
  const before = config?.status?.withAgent
  return before?.agents === agentsOf(pod) ? before : undefined
}

/** For how long pods have run well with the agents of a pod; 0 where none has, or not since a rollback. */
export const provenSeconds = ({ pods, config, nowMs }: ProofInput): ((pod: PodView) => number) => {
  if (wholeRollback(config?.spec.rollback)) return () => 0
  const rolledBack = findCondition(config?.status?.conditions, WORKLOAD_CONDITIONS.rolledBack)?.lastTransitionTime ?? ''
  const live = equippedOf({ pods, config }).map((pod) => ({ agents: agentsOf(pod), since: wellSince(pod) }))
  return (pod) => {
    const same = live.filter(({ agents }) => agents === agentsOf(pod)).map(({ since }) => since)
    const since = earliest([proofOf(pod, config)?.healthySince, ...same])
    return since === undefined ? 0 : secondsSince(rolledBack > since ? rolledBack : since, nowMs)
  }
}

/** Whether a container ended after the time, in a pod that goes on. */
const wasInterrupted = (pods: readonly PodView[], since: string): boolean =>
  pods.some((pod) => isAlive(pod) && pod.containers.some(({ ended }) => (ended?.at ?? '') > since))

/** It is kept once it has lasted for the window; before, each ending of a container begins it anew. */
const healthySince = (same: readonly PodView[], before: Proof | undefined, input: ProofInput): string | undefined => {
  const now = same.map(wellSince)
  const kept = before?.healthySince
  if (kept === undefined) return earliest(now)
  const isLasting = secondsSince(kept, input.nowMs) > windowSeconds(input)
  return isLasting || !wasInterrupted(same, kept) ? earliest([kept, ...now]) : earliest(now)
}

/** Only the first run that failed is remembered: Kubernetes keeps one, and the next one decides. */
const runsOf = (same: readonly PodView[], before: Proof | undefined): Pick<Proof, 'hasSucceeded' | 'failedRun'> => {
  if (before?.hasSucceeded || same.some(({ phase }) => phase === 'Succeeded')) return { hasSucceeded: true }
  const failedRun = before?.failedRun ?? same.find(isFailedRun)?.metadata.name
  return failedRun === undefined ? {} : { failedRun }
}

/** Withdrawals in a row for what may pass by itself: an image that could not be pulled, pods that were refused. */
const withdrawn = (config: Observed['config'], rollback: Rollback): Pick<InstrumentationConfigStatus, 'withAgent'> => {
  const { agents = '', failedPulls = 0 } = config?.status?.withAgent ?? {}
  const count = failedPulls + Number(isPassing(rollback) && rollback.time !== config?.spec.rollback?.time)
  return count > 0 ? { withAgent: { agents, failedPulls: count } } : {}
}

export const proofStatus = (
  input: ProofInput,
  rollback: Rollback | undefined,
): Pick<InstrumentationConfigStatus, 'withAgent'> => {
  const whole = wholeRollback(rollback)
  if (whole) return withdrawn(input.config, whole)
  const before = input.config?.status?.withAgent
  const equipped = equippedOf(input)
  const telling = equipped.filter((pod) => wellSince(pod) !== undefined || isFailedRun(pod))
  const newest = telling.toSorted((a, b) => createdMs(b) - createdMs(a))[0]
  if (!newest) return before ? { withAgent: before } : {}
  const agents = agentsOf(newest)
  const same = equipped.filter((pod) => agentsOf(pod) === agents)
  const kept = before?.agents === agents ? before : undefined
  const since = healthySince(same, kept, input)
  return { withAgent: { agents, ...(since ? { healthySince: since } : {}), ...runsOf(same, kept) } }
}
