import { isDeepStrictEqual } from 'node:util'
import { mergeConditions } from '../../api/conditions.ts'
import type {
  InstrumentationConfig,
  InstrumentationConfigSpec,
  InstrumentationConfigStatus,
  KnownContainer,
  WorkloadState,
} from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { isOurs } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'
import { rfc3339 } from '../../api/time.ts'
import { statusObject } from '../accepted-status.ts'
import type { ApplyAction, DeleteAction, EventAction, StatusAction, Step } from '../actions/action.ts'
import { actionId, stepOf as commonStepOf, subjectOf } from '../actions/action.ts'
import { desiredConfig, generationOf, isSame } from './decision/desired-config.ts'
import { knownContainer } from './decision/known-container.ts'
import { optOutReason } from './decision/opt-in.ts'
import type { Observed } from './observed.ts'
import { keptAttempts } from './restart/attempts.ts'
import { baselineStatus } from './outcome/baseline.ts'
import { findHarm } from './outcome/judge.ts'
import { proofStatus } from './outcome/proof.ts'
import type { RenewAction } from './restart/renewal.ts'
import { renewals, renewStep } from './restart/renewal.ts'
import { refusalHarm, trialHarm } from './outcome/refusal.ts'
import { rollbackNow, rollbackState, withdrawalOf } from './outcome/rollback.ts'
import type { RestartAction } from './restart/restart-action.ts'
import { restartActions, dueRestart, restartId, restartStep } from './restart/restart-action.ts'
import { keptConditions } from './status/telemetry/agents.ts'
import { appliedConditions, failedCondition, refusedAssignment } from './status/applied.ts'
import { optOutEvent, partialRollbackEvents, problemEvents, reportEvents, stateEvents } from './status/events.ts'
import { observationStatus } from './status/observation-status.ts'
import type { RollbackState } from './outcome/harm.ts'
import { statusInput } from './status/status-input.ts'
import { workloadStatus } from './status/workload-status.ts'

export interface WorkloadStatusAction extends StatusAction {
  stateBefore?: WorkloadState
}

export type InstrumentorAction =
  ApplyAction | DeleteAction | WorkloadStatusAction | EventAction | RestartAction | RenewAction

/** What the runner of actions needs to know of an action. */
export const stepOf = (action: InstrumentorAction): Step => {
  if (action.do === 'restart') return restartStep(action)
  return action.do === 'renew' ? renewStep(action) : commonStepOf(action)
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

const eventsAbout = (observed: Observed, status: InstrumentationConfigStatus): EventAction[] =>
  [partialRollbackEvents, stateEvents, reportEvents].flatMap((events) => events(observed, status))

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
    ...baselineStatus(observed),
    ...proofStatus(observed, desired.spec.rollback),
    conditions: mergeConditions(keptConditions(before?.conditions, conditions), conditions, rfc3339(nowMs)),
  } satisfies InstrumentationConfigStatus
  const object = statusObject(desired, status)
  const apply = actionId('apply', desired)
  if (isDeepStrictEqual(before, status)) return restartActions(observed, restart, { object, requires: apply })
  const written = writeStatus(observed, object, apply)
  const requires = actionId('status', object)
  return [
    written,
    ...eventsAbout(observed, status).map((event) => ({ ...event, requires })),
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

/** What the webhook does not know yet was not tried either. */
const untried = (observed: Observed): Observed =>
  observed.triesPods ? { ...observed, trial: { decision: '', hash: '', verdict: undefined } } : observed

const workloadActions = (observed: Observed): InstrumentorAction[] => {
  const { workload, namespace, settings, config, failures } = observed
  const out = optOutReason(workload.metadata.labels, namespace, settings, observed.systemNamespace)
  if (out) return optOutActions(observed, out)
  const harm = findHarm(observed) ?? trialHarm(observed) ?? refusalHarm(observed)
  const rollback = rollbackNow(observed, harm)
  const containers = workload.containers.map(({ name }) => knownContainer(observed, name, withdrawalOf(rollback, name)))
  const object = desiredConfig(observed, containers, rollback)
  const state = rollbackState(rollback, harm)
  if (isSame(config, object)) return statusActions(observed, object, containers, state)
  const requires = actionId('apply', object)
  const refusal = failures.get(requires)
  return [
    { do: 'apply', object: { ...object }, about: subjectOf(workload) },
    ...problemEvents(observed, object.spec).map((event) => ({ ...event, requires })),
    ...(refusal === undefined
      ? statusActions(untried(observed), object, containers, state)
      : refusedActions(observed, refusal)),
  ]
}

/** Actions for one workload, in order; none where everything matches the decision, or the object is not ours. */
export const reconcile = (observed: Observed): InstrumentorAction[] => {
  const { config, jobs, pods } = observed
  if (config && !isOurs(config.metadata)) return []
  return [...workloadActions(observed), ...renewals({ jobs, pods, isRolledBack: config?.spec.rollback !== undefined })]
}
