import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../../api/conditions.ts'
import { mergeConditions } from '../../api/conditions.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { GatewayChoice, Pipeline, Traffic } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { LaneWorkload } from '../../api/routing/lanes.ts'
import {
  API_GROUP_VERSION,
  GATEWAY_NAME,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NODE_COLLECTOR_NAME,
  sdkEndpoint,
} from '../../api/names.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Action, Subject } from '../actions/action.ts'
import { actionId, subjectOf } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import { pipelineCondition } from '../pipeline-condition.ts'
import type { Observed } from './desired-groups.ts'
import { desiredGroups, desiredSignals, groupObject } from './desired-groups.ts'
import { dedicatedMembers, workloadId } from './traffic/groups.ts'

/** What the scheduler needs of an InstrumentationConfig. */
export interface AssignedWorkload {
  namespace: string
  name: string
  uid: string
  /** Absent where an object of an earlier version does not say. */
  workload?: LaneWorkload | undefined
  /** The user's choice of a gateway. */
  choice?: GatewayChoice | undefined
  traffic?: Traffic | undefined
  pipeline?: Pipeline | undefined
  /** Its condition `PipelineAssigned`. */
  condition?: Condition | undefined
}

export interface ObservedWorkload {
  /** Of all workloads; `undefined` until it is known. */
  next: Assignable | undefined
  nowMs: number
  workload: AssignedWorkload
  /** Actions that are being refused. */
  failures: Failures
}

/** What is the same for all workloads: every pod sends to the collector of its own node, so that a change of gateway restarts none. */
export type CommonPipeline = Omit<Pipeline, 'gateway' | 'reason'>

const commonPipeline = (observed: Observed): CommonPipeline | undefined => {
  const signals = desiredSignals(observed)
  if (signals.length === 0) return undefined
  return {
    collectorsGroup: NODE_COLLECTOR_NAME,
    endpoint: sdkEndpoint(observed.namespace),
    signals: signals.filter((signal) => observed.config.signals.includes(signal)),
  }
}

/** The pipelines of all workloads. */
export interface Assignable {
  /** None where nothing is to be collected. */
  pipeline: CommonPipeline | undefined
  /** The CollectorsGroups of workloads that have collectors of their own. */
  members: ReadonlyMap<string, string>
}

/** `undefined` until the collectors that workloads send to exist. */
export const assignable = (observed: Observed): Assignable | undefined => {
  const pipeline = commonPipeline(observed)
  const isThere = !pipeline || observed.groups.some(({ metadata }) => metadata.name === pipeline.collectorsGroup)
  return isThere ? { pipeline, members: dedicatedMembers(observed.groups) } : undefined
}

/** The pipeline of one workload: each has exactly one gateway, and a reason for it. */
export const pipelineOf = (
  { workload, choice }: Pick<AssignedWorkload, 'workload' | 'choice'>,
  { pipeline, members }: Assignable,
): Pipeline | undefined => {
  const own = workload && members.get(workloadId(workload))
  if (!pipeline) return undefined
  return own === undefined
    ? { ...pipeline, gateway: GATEWAY_NAME, reason: choice === 'Shared' ? 'SharedByUser' : 'SharedGateway' }
    : { ...pipeline, gateway: own, reason: choice === 'Dedicated' ? 'DedicatedByUser' : 'DedicatedByTraffic' }
}

/** A group of collectors whose workloads are gone and whose queues are empty goes at once, others when nobody sends to them any more. */
const mayGo = ({ spec }: CollectorsGroup, senders: number, desired: ReadonlyMap<string, unknown>): boolean =>
  senders === 0 || spec.role === 'Cluster' || (spec.role === 'Dedicated' && desired.has(GATEWAY_NAME))

/**
 * What must change so that collectors exist while a Destination wants telemetry. They are deleted only when no workload
 * sends to them any more; `senders` is the number that still do, and `dedicated` are those that are to have collectors of their own.
 */
export const reconcileCollectors = (
  observed: Observed,
  { senders, dedicated }: { senders: number; dedicated: readonly LaneWorkload[] },
): Action[] => {
  const { namespace, groups } = observed
  const desired = desiredGroups(observed, dedicated)
  const current = new Map(groups.map((group) => [group.metadata.name, group]))
  const applies = [...desired]
    .filter(([name, spec]) => !isDeepStrictEqual(current.get(name)?.spec, spec))
    .map(([name, spec]): Action => {
      const object = groupObject(namespace, name, spec)
      return { do: 'apply', object, about: subjectOf(current.get(name) ?? object) }
    })
  const deletes = groups
    .filter(({ metadata }) => !desired.has(metadata.name) && metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY)
    .filter((group) => mayGo(group, senders, desired))
    .map((group): Action => ({ do: 'delete', object: subjectOf(group), about: subjectOf(group) }))
  return [...applies, ...deletes]
}

const configOf = ({ namespace, name, uid }: AssignedWorkload): Subject => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'InstrumentationConfig',
  metadata: { namespace, name, uid },
})

/** Id of the action that assigns its pipeline to a workload. */
export const assignmentId = (workload: AssignedWorkload): string => actionId('apply', configOf(workload))

const assignment = (workload: AssignedWorkload, pipeline: Pipeline | undefined): Action => {
  const config = configOf(workload)
  return { do: 'apply', object: { ...config, spec: pipeline ? { pipeline } : {} }, about: config }
}

/**
 * `PipelineAssigned` is the instrumentor's, except for one reason: what the API server refuses to the scheduler only the
 * scheduler knows, and takes back when it has been accepted.
 */
const refusalCondition = ({ workload, failures }: ObservedWorkload): NewCondition | undefined => {
  const type = WORKLOAD_CONDITIONS.pipelineAssigned
  const refusal = failures.get(assignmentId(workload))
  if (refusal !== undefined) return { type, status: 'False', reason: 'ApplyFailed', message: refusal }
  return workload.condition?.reason === 'ApplyFailed' ? pipelineCondition(workload.pipeline) : undefined
}

const statusActions = (observed: ObservedWorkload): Action[] => {
  const { workload, nowMs } = observed
  const next = refusalCondition(observed)
  if (!next) return []
  const conditions = mergeConditions(workload.condition ? [workload.condition] : [], [next], rfc3339(nowMs))
  // It is taken back only when the assignment of this reconcile, where there is one, has been accepted.
  const failed = next.reason === 'ApplyFailed'
  const { uid: _uid, ...metadata } = configOf(workload).metadata
  const object = { ...configOf(workload), metadata, status: { conditions } }
  return isDeepStrictEqual(conditions, [workload.condition])
    ? []
    : [{ do: 'status', object, ...(failed ? {} : { requires: assignmentId(workload) }) }]
}

/** What must change so that one workload has its pipeline. */
export const reconcileWorkload = (observed: ObservedWorkload): Action[] => {
  const { workload } = observed
  const { next } = observed
  const pipeline = next && pipelineOf(workload, next)
  const isAssigned = !next || isDeepStrictEqual(workload.pipeline, pipeline)
  return [...(isAssigned ? [] : [assignment(workload, pipeline)]), ...statusActions(observed)]
}
