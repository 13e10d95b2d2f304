import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../../api/conditions.ts'
import { findCondition, mergeConditions } from '../../api/conditions.ts'
import type { CollectorsGroup, CollectorsGroupSpec } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../api/kinds/destination.ts'
import type { Pipeline } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import {
  API_GROUP_VERSION,
  GATEWAY_NAME,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NODE_COLLECTOR_NAME,
  OTLP_HTTP_PORT,
} from '../../api/names.ts'
import { withDefaultSize } from '../../api/types/resources.ts'
import type { Signal } from '../../api/vocabulary.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Action, Subject } from '../actions/action.ts'
import { actionId, subjectOf } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import { pipelineCondition } from '../pipeline-condition.ts'

/** What the scheduler needs of an InstrumentationConfig. */
export interface AssignedWorkload {
  namespace: string
  name: string
  uid: string
  pipeline?: Pipeline | undefined
  /** Its condition `PipelineAssigned`. */
  condition?: Condition | undefined
}

export interface Observed {
  /** Namespace of Odigos. */
  namespace: string
  config: OdigosConfigSpec
  destinations: readonly Pick<Destination, 'metadata' | 'spec' | 'status'>[]
  groups: readonly CollectorsGroup[]
}

export interface ObservedWorkload extends Observed {
  nowMs: number
  workload: AssignedWorkload
  /** Actions that are being refused. */
  failures: Failures
}

/** Sizes where the OdigosConfig has none: enough for the telemetry of one node or a small cluster. */
const DEFAULT_NODE_SIZE = { cpu: '100m', memory: '256Mi' }
const DEFAULT_GATEWAY_SIZE = { cpu: '100m', memory: '512Mi' }
const DEFAULT_GATEWAY_REPLICAS = { min: 1, max: 3 }

/** Whether the current generation of the Destination is accepted; a verdict on an earlier one does not count. */
const isUsable = ({ metadata, spec, status }: Observed['destinations'][number]): boolean => {
  const accepted = findCondition(status?.conditions, DESTINATION_CONDITIONS.accepted)
  return !spec.disabled && accepted?.status === 'True' && accepted.observedGeneration === metadata.generation
}

/**
 * Signals that a Destination receives. One that is collected already stays while its Destination is assessed again or
 * refused: a mistake in an edit, or a Secret that is replaced, must not remove collectors and restart workloads.
 */
const desiredSignals = ({ destinations, groups }: Observed): Signal[] => {
  const collected = groups.find(({ metadata }) => metadata.name === NODE_COLLECTOR_NAME)?.spec.signals ?? []
  const isTaken = (signal: Signal, by: Observed['destinations']): boolean =>
    by.some(({ spec }) => spec.signals.includes(signal))
  const usable = destinations.filter(isUsable)
  const enabled = destinations.filter(({ spec }) => !spec.disabled)
  return SIGNALS.filter((signal) => isTaken(signal, usable) || (collected.includes(signal) && isTaken(signal, enabled)))
}

const desiredGroups = (signals: Signal[], { collectors }: OdigosConfigSpec): Map<string, CollectorsGroupSpec> => {
  if (signals.length === 0) return new Map()
  const { node = {}, gateway = {} } = collectors ?? {}
  return new Map<string, CollectorsGroupSpec>([
    [
      NODE_COLLECTOR_NAME,
      { role: 'Node', signals, resources: withDefaultSize(node.resources ?? {}, DEFAULT_NODE_SIZE) },
    ],
    [
      GATEWAY_NAME,
      {
        role: 'Gateway',
        signals,
        resources: withDefaultSize(gateway.resources ?? {}, DEFAULT_GATEWAY_SIZE),
        replicas: gateway.replicas ?? DEFAULT_GATEWAY_REPLICAS,
      },
    ],
  ])
}

const groupObject = (namespace: string, name: string, spec: CollectorsGroupSpec): KubeObject => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'CollectorsGroup',
  metadata: { name, namespace, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
  spec,
})

/** Every pod sends to the collector of its own node, so that a change of gateway restarts no workload. */
const desiredPipeline = (observed: Observed): Pipeline | undefined => {
  const signals = desiredSignals(observed)
  if (signals.length === 0) return undefined
  return {
    collectorsGroup: NODE_COLLECTOR_NAME,
    endpoint: `http://${NODE_COLLECTOR_NAME}.${observed.namespace}.svc:${OTLP_HTTP_PORT}`,
    signals: signals.filter((signal) => observed.config.signals.includes(signal)),
  }
}

/**
 * The pipeline for every workload, which may be none; `undefined` until the collectors that it sends to exist.
 */
export const assignable = (observed: Observed): { pipeline: Pipeline | undefined } | undefined => {
  const pipeline = desiredPipeline(observed)
  const isThere = !pipeline || observed.groups.some(({ metadata }) => metadata.name === pipeline.collectorsGroup)
  return isThere ? { pipeline } : undefined
}

/**
 * What must change so that collectors exist while a Destination wants telemetry. They are deleted only when no workload
 * sends to them any more; `senders` is the number that still do.
 */
export const reconcileCollectors = (observed: Observed, senders: number): Action[] => {
  const { namespace, config, groups } = observed
  const desired = desiredGroups(desiredSignals(observed), config)
  const current = new Map(groups.map((group) => [group.metadata.name, group]))
  const applies = [...desired]
    .filter(([name, spec]) => !isDeepStrictEqual(current.get(name)?.spec, spec))
    .map(([name, spec]): Action => {
      const object = groupObject(namespace, name, spec)
      return { do: 'apply', object, about: subjectOf(current.get(name) ?? object) }
    })
  const deletes = groups
    .filter(({ metadata }) => !desired.has(metadata.name) && metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY)
    .map((group): Action => ({ do: 'delete', object: subjectOf(group), about: subjectOf(group) }))
  return [...applies, ...(senders === 0 ? deletes : [])]
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
  const next = assignable(observed)
  const isAssigned = !next || isDeepStrictEqual(workload.pipeline, next.pipeline)
  return [...(isAssigned ? [] : [assignment(workload, next.pipeline)]), ...statusActions(observed)]
}
