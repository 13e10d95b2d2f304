import { isDeepStrictEqual } from 'node:util'
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup, CollectorsGroupSpec } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../api/kinds/destination.ts'
import type { Pipeline } from '../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import {
  API_GROUP_VERSION,
  GATEWAY_NAME,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NODE_COLLECTOR_NAME,
  OTLP_HTTP_PORT,
} from '../../api/names.ts'
import type { Signal } from '../../api/vocabulary.ts'
import { SIGNALS } from '../../api/vocabulary.ts'

/** What the scheduler needs of an InstrumentationConfig. */
export interface AssignedWorkload {
  namespace: string
  name: string
  uid: string
  pipeline?: Pipeline | undefined
}

export interface Observed {
  /** Namespace of Odigos. */
  namespace: string
  config: OdigosConfigSpec
  destinations: readonly Pick<Destination, 'metadata' | 'spec' | 'status'>[]
  groups: readonly Pick<CollectorsGroup, 'metadata' | 'spec'>[]
  workloads: readonly AssignedWorkload[]
}

export type SchedulerAction =
  | { do: 'apply'; object: CollectorsGroup }
  | { do: 'delete'; name: string; uid: string | undefined }
  | { do: 'assign'; workload: AssignedWorkload; pipeline: Pipeline | undefined }

/** Sizes where the OdigosConfig says none: what one node's or a small cluster's telemetry needs. */
const DEFAULT_NODE_SIZE = { memoryLimitMiB: 256, cpuRequestMillicores: 100 }
const DEFAULT_GATEWAY_SIZE = { memoryLimitMiB: 512, cpuRequestMillicores: 100 }
const DEFAULT_GATEWAY_REPLICAS = { min: 1, max: 3 }

/** Whether the Destination was found to be usable as it is now: a verdict on what it was before says nothing. */
const isUsable = ({ metadata, spec, status }: Observed['destinations'][number]): boolean => {
  const accepted = findCondition(status?.conditions, DESTINATION_CONDITIONS.accepted)
  return !spec.disabled && accepted?.status === 'True' && accepted.observedGeneration === metadata.generation
}

/**
 * Signals that a Destination takes. One that is collected already stays while its Destination is judged anew or refused:
 * a slip in an edit, or a Secret that is replaced, must not remove collectors and restart workloads.
 */
const signalsWanted = ({ destinations, groups }: Observed): Signal[] => {
  const collected = groups.find(({ metadata }) => metadata.name === NODE_COLLECTOR_NAME)?.spec.signals ?? []
  const isTaken = (signal: Signal, by: Observed['destinations']): boolean =>
    by.some(({ spec }) => spec.signals.includes(signal))
  const usable = destinations.filter(isUsable)
  const enabled = destinations.filter(({ spec }) => !spec.disabled)
  return SIGNALS.filter((signal) => isTaken(signal, usable) || (collected.includes(signal) && isTaken(signal, enabled)))
}

const wantedGroups = (signals: Signal[], { collectors }: OdigosConfigSpec): Map<string, CollectorsGroupSpec> => {
  if (signals.length === 0) return new Map()
  const node = { role: 'node' as const, signals, size: collectors?.node ?? DEFAULT_NODE_SIZE }
  const gateway = {
    role: 'gateway' as const,
    signals,
    size: collectors?.gateway ?? DEFAULT_GATEWAY_SIZE,
    replicas: collectors?.gatewayReplicas ?? DEFAULT_GATEWAY_REPLICAS,
  }
  return new Map<string, CollectorsGroupSpec>([
    [NODE_COLLECTOR_NAME, node],
    [GATEWAY_NAME, gateway],
  ])
}

const groupObject = (namespace: string, name: string, spec: CollectorsGroupSpec): CollectorsGroup => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'CollectorsGroup',
  metadata: { name, namespace, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
  spec,
})

/** Every pod sends to the collector of its own node, so that a change of gateway restarts no workload. */
const wantedPipeline = (namespace: string, signals: Signal[], config: OdigosConfigSpec): Pipeline | undefined =>
  signals.length === 0
    ? undefined
    : {
        collectorsGroup: NODE_COLLECTOR_NAME,
        endpoint: `http://${NODE_COLLECTOR_NAME}.${namespace}.svc:${OTLP_HTTP_PORT}`,
        signals: signals.filter((signal) => config.signals.includes(signal)),
      }

/** What must change so that collectors exist while a Destination wants telemetry, and every workload has its pipeline. */
export const reconcile = (observed: Observed): SchedulerAction[] => {
  const { namespace, config, groups, workloads } = observed
  const signals = signalsWanted(observed)
  const wanted = wantedGroups(signals, config)
  const pipeline = wantedPipeline(namespace, signals, config)
  const current = new Map(groups.map((group) => [group.metadata.name, group]))

  const applies = [...wanted]
    .filter(([name, spec]) => !isDeepStrictEqual(current.get(name)?.spec, spec))
    .map(([name, spec]): SchedulerAction => ({ do: 'apply', object: groupObject(namespace, name, spec) }))
  const assigns = workloads
    .filter((workload) => !isDeepStrictEqual(workload.pipeline, pipeline))
    .map((workload): SchedulerAction => ({ do: 'assign', workload, pipeline }))
  const deletes = groups
    .filter(({ metadata }) => !wanted.has(metadata.name) && metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY)
    .map(({ metadata }): SchedulerAction => ({ do: 'delete', name: metadata.name, uid: metadata.uid }))
  return [...applies, ...assigns, ...deletes]
}
