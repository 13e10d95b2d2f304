import { isDeepStrictEqual } from 'node:util'
import { mergeConditions } from '../../api/conditions.ts'
import type {
  InstrumentationConfig,
  InstrumentationConfigSpec,
  InstrumentationConfigStatus,
  KnownContainer,
  RestartAttempts,
  WorkloadState,
} from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { isOurs } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'
import { rfc3339 } from '../../api/time.ts'
import { shortMessage } from '../../api/types/container.ts'
import { isRestartable } from '../../api/workload-kinds.ts'
import { statusObject } from '../accepted-status.ts'
import type { ApplyAction, DeleteAction, EventAction, StatusAction, Step, Subject } from '../actions/action.ts'
import { actionId, stepOf as commonStepOf, subjectOf } from '../actions/action.ts'
import { desiredConfig, generationOf, isSame } from './decision/desired-config.ts'
import { knownContainer } from './decision/known-container.ts'
import { optOutReason } from './decision/opt-in.ts'
import type { Observed } from './observed.ts'
import { keptAttempts, nextAttempt } from './restart/attempts.ts'
import type { Restart } from './restart/needed-restart.ts'
import { neededRestart } from './restart/needed-restart.ts'
import { findHarm, rollbackIn } from './restart/rollback.ts'
import { appliedConditions, failedCondition, refusedAssignment } from './status/applied.ts'
import { optOutEvent, problemEvents, stateEvents } from './status/events.ts'
import { observationStatus } from './status/observation-status.ts'
import type { RollbackState } from './status/status-input.ts'
import { restartDecision, statusInput } from './status/status-input.ts'
import { workloadStatus } from './status/workload-status.ts'

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

export interface WorkloadStatusAction extends StatusAction {
  stateBefore?: WorkloadState
}

export type InstrumentorAction = ApplyAction | DeleteAction | WorkloadStatusAction | EventAction | RestartAction

const DEFAULT_MAX_CONCURRENT = 2

const restartId = (workload: Subject): string => actionId('restart', workload)

/** What the runner of actions needs to know of an action. */
export const stepOf = (action: InstrumentorAction): Step => {
  if (action.do !== 'restart') return commonStepOf(action)
  const { about, attempt, requires } = action
  return {
    id: restartId(about),
    do: 'restart',
    title: `restart of ${about.kind} ${about.metadata.name}`,
    about,
    requires,
    // The status and the time of the attempt differ each time.
    fingerprint: `${attempt.decision} ${attempt.count}`,
  }
}

type DueRestart = Restart & { attempt: RestartAttempts }

/** The restart that is needed, where it is time for it. */
const dueRestart = (
  observed: Observed,
  rollback: RollbackState,
  { state, currentHash }: { state: WorkloadState; currentHash: string },
): DueRestart | undefined => {
  if (!isRestartable(observed.workload.kind)) return undefined
  const restart = neededRestart({ ...observed, harm: rollback.harm, state })
  const decision = restartDecision(rollback, currentHash)
  const attempt = restart && nextAttempt(observed.config?.status?.restarts, decision, observed.nowMs)
  return attempt && { ...restart, attempt }
}

/** The restart, and what is reported about it. */
const restartActions = (
  { workload, settings }: Observed,
  restart: DueRestart | undefined,
  { object, requires }: { object: KubeObject; requires: string },
): InstrumentorAction[] => {
  if (!restart) return []
  const { reason, message } = restart
  const about = subjectOf(workload)
  const limit = settings.rollout?.maxConcurrent ?? DEFAULT_MAX_CONCURRENT
  const action: RestartAction = { do: 'restart', about, ...restart, object, limit, requires }
  if (reason !== 'RestartedByUs') return [action]
  return [action, { do: 'event', about, type: 'Normal', reason, message, requires: restartId(about) }]
}

const writeStatus = ({ workload, config }: Observed, object: KubeObject, requires?: string): WorkloadStatusAction => {
  const stateBefore = config?.status?.state
  return {
    do: 'status',
    object,
    about: subjectOf(workload),
    ...(stateBefore === undefined ? {} : { stateBefore }),
    ...(requires === undefined ? {} : { requires }),
  }
}

/** The status where the InstrumentationConfig itself could not be written or deleted: as before, with the refusal. */
const refusedActions = (observed: Observed, refusal: string): InstrumentorAction[] => {
  const { config, nowMs } = observed
  if (!config) return []
  const { conditions = [], ...status } = config.status ?? {}
  const next = mergeConditions(conditions, [failedCondition(refusal)], rfc3339(nowMs))
  return isDeepStrictEqual(next, conditions)
    ? []
    : [writeStatus(observed, statusObject(config, { ...status, conditions: next }))]
}

/** Status, Events about it, and the restart that follows from it; all of them about the desired InstrumentationConfig. */
const statusActions = (
  observed: Observed,
  desired: InstrumentationConfig,
  containers: readonly KnownContainer[],
  rollback: RollbackState,
): InstrumentorAction[] => {
  const { workload, config, failures, nowMs } = observed
  const before = config?.status
  const pipeline = config?.spec.pipeline
  const spec: InstrumentationConfigSpec = pipeline ? { ...desired.spec, pipeline } : desired.spec
  const input = statusInput(observed, spec, rollback)
  const next = workloadStatus(input)
  const restart = dueRestart(observed, rollback, { state: next.state, currentHash: input.currentHash })
  const applied = { isDue: restart !== undefined, refusal: failures.get(restartId(workload)) }
  const observedGeneration = generationOf(config, desired)
  const assignment = refusedAssignment(before?.conditions)
  const conditions = [...next.conditions, ...appliedConditions(before?.conditions, applied)].map((condition) =>
    condition.type === WORKLOAD_CONDITIONS.pipelineAssigned && assignment
      ? assignment
      : { ...condition, observedGeneration },
  )
  const status = {
    observedGeneration,
    ...observationStatus(workload, containers),
    ...next,
    ...keptAttempts(before?.restarts, rollback.rolledBack !== undefined),
    conditions: mergeConditions(before?.conditions ?? [], conditions, rfc3339(nowMs)),
  } satisfies InstrumentationConfigStatus
  const object = statusObject(desired, status)
  const apply = actionId('apply', desired)
  if (isDeepStrictEqual(before, status)) return restartActions(observed, restart, { object, requires: apply })
  const written = writeStatus(observed, object, apply)
  const requires = actionId('status', object)
  return [
    written,
    ...stateEvents(observed, status).map((event) => ({ ...event, requires })),
    ...restartActions(observed, restart, { object, requires }),
  ]
}

/** Actions for a workload that is not, or no longer, to be instrumented. */
const optOutActions = (observed: Observed, reason: Reason): InstrumentorAction[] => {
  const { workload, config, failures } = observed
  if (!config) return []
  const id = actionId('delete', config)
  const refusal = failures.get(id)
  return [
    { do: 'delete', object: subjectOf(config), about: subjectOf(workload) },
    ...(refusal === undefined ? [] : refusedActions(observed, refusal)),
    { ...optOutEvent(observed, reason), requires: id },
  ]
}

/** Actions for one workload, in order; none where everything matches the decision, or the object is not ours. */
export const reconcile = (observed: Observed): InstrumentorAction[] => {
  const { workload, namespace, settings, config, failures } = observed
  if (config && !isOurs(config.metadata)) return []
  const out = optOutReason(workload.metadata.labels, namespace, settings, observed.systemNamespace)
  if (out) return optOutActions(observed, out)
  const harm = findHarm(observed)
  const found = rollbackIn(config) ?? (harm && { message: harm.message })
  const rollback = found && { time: rfc3339(observed.nowMs), ...found, message: shortMessage(found.message) }
  const containers = workload.containers.map(({ name }) => knownContainer(observed, name, rollback?.message))
  const object = desiredConfig(observed, containers, rollback)
  const state: RollbackState = { rolledBack: rollback?.message, harm }
  if (isSame(config, object)) return statusActions(observed, object, containers, state)
  const requires = actionId('apply', object)
  const refusal = failures.get(requires)
  return [
    { do: 'apply', object: { ...object }, about: subjectOf(workload) },
    ...problemEvents(observed, object.spec).map((event) => ({ ...event, requires })),
    ...(refusal === undefined ? statusActions(observed, object, containers, state) : refusedActions(observed, refusal)),
  ]
}
