/** What pods with an agent can suffer from it, in the words of every rule of this folder. */
import type { RollbackReason } from '../../../api/kinds/instrumentation-config.ts'
import type { Baseline } from '../../../api/types/outcome.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { AddedView, PodView } from '../watch/pod-view.ts'
import { injectedContainers } from '../watch/pod-view.ts'

export interface Harm {
  reason: RollbackReason
  /** The pod that shows it; absent where no pod could be created. */
  pod?: string
  message: string
  /** The containers whose agents are the cause; absent where that cannot be told, so that all agents of the pod may be. */
  containers?: string[]
  /** Whether agents of another release did it: pods that are created now have others. */
  isPast?: true
}

/** Why the agents of a workload were removed, and the pod that currently shows it, where there is one. */
export interface RollbackState {
  rolledBack: string | undefined
  /** Why the agents of some containers were removed, while others stay. */
  partly?: string | undefined
  reason: Reason
  harm: Harm | undefined
}

/** What a pod with an agent is compared with. */
export interface Comparison {
  /** Pods of the workload without an agent. */
  bare: readonly PodView[]
  /** Pods of the workload with an agent. */
  equipped: readonly PodView[]
  /** What pods without an agent did before. */
  remembered: Baseline | undefined
  /** Whether pods have run well with the agents of a pod for so long that they are not the cause of a crash now. */
  isProven: (pod: PodView) => boolean
  /** The same for memory, which is used up slowly. */
  isMemoryProven: (pod: PodView) => boolean
  /** What is remembered of runs with the agents of a pod. */
  runsWith: (pod: PodView) => { hasSucceeded?: boolean | undefined; failedRun?: string | undefined } | undefined
  /** Time that a pod is given in any case. */
  afterSeconds: number
  nowMs: number
}

/** What is wrong with a pod because of its agent; undefined where nothing is, or the agent is not the cause. */
export type Verdict = Omit<Harm, 'pod'> | undefined
export type HarmRule = (pod: PodView, comparison: Comparison) => Verdict

export const secondsSince = (time: string | undefined, nowMs: number): number => (nowMs - Date.parse(time ?? '')) / 1000

/** 0 where its creation is not known. */
export const ageSeconds = ({ metadata }: PodView, nowMs: number): number =>
  metadata.creationTimestamp === undefined ? 0 : secondsSince(metadata.creationTimestamp, nowMs)

/** Reasons for which every container waits before it starts. All others, also those of a newer Kubernetes, are problems. */
const STARTING: readonly string[] = ['PodInitializing', 'ContainerCreating']
/** Restarts after which a container counts as failing, where they came at least once an hour. */
export const CRASHES = 3
export const HOUR_SECONDS = 3600
export const DAY_SECONDS = 24 * HOUR_SECONDS

export const isStuck = ({ waitingReason }: Pick<AddedView, 'waitingReason'>): boolean =>
  waitingReason !== undefined && !STARTING.includes(waitingReason)

/** Whether the container is restarted over and over, also in a moment in which it runs. */
export const isLooping = (restartCount: number, pod: PodView, nowMs: number, enough = CRASHES): boolean =>
  restartCount >= enough && ageSeconds(pod, nowMs) <= restartCount * HOUR_SECONDS

/** Restarts in a day, from those of a pod's life; of an hour at least, because a start tells little. */
export const perDay = (restarts: number, pod: PodView, nowMs: number): number =>
  (restarts * DAY_SECONDS) / Math.max(ageSeconds(pod, nowMs), HOUR_SECONDS)

/** Containers of the pod that have this agent. */
export const containersWith = (pod: PodView, agent: string): string[] =>
  [...injectedContainers(pod)].flatMap(([name, entry]) => (entry.agent === agent ? [name] : []))

/**
 * The one container of these that has an agent which only it can suffer from; none where there are several, or processes
 * are shared, by which the agent of one reaches the others.
 */
export const onlySufferer = (pod: PodView, suffering: readonly { name: string }[]): Pick<Harm, 'containers'> => {
  const [first, ...others] = suffering
  const isTold = first && others.length === 0 && !pod.sharesProcesses && injectedContainers(pod).get(first.name)?.agent
  return isTold ? { containers: [first.name] } : {}
}
