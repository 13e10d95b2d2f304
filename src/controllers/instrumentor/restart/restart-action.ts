/** The restart of a workload as an action: when it is due, and what is reported about it. Pure. */
import type { RestartAttempts, WorkloadState } from '../../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { isRestartable } from '../../../api/workload-kinds.ts'
import type { EventAction, Step, Subject } from '../../actions/action.ts'
import { actionId, subjectOf } from '../../actions/action.ts'
import type { Observed } from '../observed.ts'
import type { RollbackState } from '../outcome/harm.ts'
import { nextAttempt, restartDecision } from './attempts.ts'
import type { Restart } from './needed-restart.ts'
import { neededRestart } from './needed-restart.ts'

export interface RestartAction extends Restart {
  do: 'restart'
  /** The workload. */
  about: Subject
  /** The InstrumentationConfig with its status, to which the attempt is added. */
  object: KubeObject
  attempt: RestartAttempts
  /** Maximum number of workloads that are restarted concurrently. */
  limit: number
  requires: string
}

const DEFAULT_MAX_CONCURRENT = 2

/** Names the restart of a workload, the same in every reconcile. */
export const restartId = (workload: Subject): string => actionId('restart', workload)

/** What the runner of actions needs to know of a restart. */
export const restartStep = ({ about, attempt, requires }: RestartAction): Step => ({
  id: restartId(about),
  do: 'restart',
  title: `restart of ${about.kind} ${about.metadata.name}`,
  about,
  requires,
  // The status and the time of the attempt differ each time.
  fingerprint: `${attempt.decision} ${attempt.count}`,
})

export type DueRestart = Restart & { attempt: RestartAttempts }

/** The restart that is needed, where it is time for it. */
export const dueRestart = (
  observed: Observed,
  rollback: RollbackState,
  { state, currentHash }: { state: WorkloadState; currentHash: string },
): DueRestart | undefined => {
  if (!isRestartable(observed.workload.kind)) return undefined
  const restart = neededRestart({
    ...observed,
    harm: rollback.harm,
    isRolledBack: rollback.rolledBack !== undefined,
    state,
  })
  const decision = restartDecision(rollback, currentHash)
  const attempt = restart && nextAttempt(observed.config?.status?.restarts, decision, observed.nowMs)
  return attempt && { ...restart, attempt }
}

/** The restart, and what is reported about it. */
export const restartActions = (
  { workload, settings }: Observed,
  restart: DueRestart | undefined,
  { object, requires }: { object: KubeObject; requires: string },
): (RestartAction | EventAction)[] => {
  if (!restart) return []
  const { reason, message } = restart
  const about = subjectOf(workload)
  const limit = settings.rollout?.maxConcurrent ?? DEFAULT_MAX_CONCURRENT
  const action: RestartAction = { do: 'restart', about, ...restart, object, limit, requires }
  if (reason !== 'RestartedByUs') return [action]
  return [action, { do: 'event', about, type: 'Normal', reason, message, requires: restartId(about) }]
}
