/** Which CollectorsGroups are to exist, and what they are. Pure. */
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup, CollectorsGroupSpec, Dedicated } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../api/kinds/destination.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import type { LaneWorkload } from '../../api/routing/lanes.ts'
import {
  API_GROUP_VERSION,
  CLUSTER_COLLECTOR_NAME,
  GATEWAY_NAME,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NODE_COLLECTOR_NAME,
} from '../../api/names.ts'
import { withDefaultSize } from '../../api/types/resources.ts'
import type { Signal } from '../../api/vocabulary.ts'
import { SIGNALS } from '../../api/vocabulary.ts'
import { clusterInfrastructure, nodeInfrastructure } from './infrastructure.ts'
import { dedicatedSpec, desiredDedicated } from './traffic/groups.ts'

export interface Observed {
  /** Namespace of Odigos. */
  namespace: string
  config: OdigosConfigSpec
  destinations: readonly Pick<Destination, 'metadata' | 'spec' | 'status'>[]
  groups: readonly CollectorsGroup[]
}

/** Sizes where the OdigosConfig has none: enough for the telemetry of one node or a small cluster. */
const DEFAULT_NODE_SIZE = { cpu: '100m', memory: '256Mi' }
const DEFAULT_GATEWAY_SIZE = { cpu: '100m', memory: '512Mi' }
const DEFAULT_CLUSTER_SIZE = { cpu: '50m', memory: '512Mi' }
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
export const desiredSignals = ({ destinations, groups }: Observed): Signal[] => {
  const collected = groups.find(({ metadata }) => metadata.name === NODE_COLLECTOR_NAME)?.spec.signals ?? []
  const isTaken = (signal: Signal, by: Observed['destinations']): boolean =>
    by.some(({ spec }) => spec.signals.includes(signal))
  const usable = destinations.filter(isUsable)
  const enabled = destinations.filter(({ spec }) => !spec.disabled)
  return SIGNALS.filter((signal) => isTaken(signal, usable) || (collected.includes(signal) && isTaken(signal, enabled)))
}

/** The one collector for the cluster, where it has something to gather. */
const clusterGroup = (config: OdigosConfigSpec, signals: Signal[]): [string, CollectorsGroupSpec][] => {
  const gathered = clusterInfrastructure(config.infrastructure, signals)
  const resources = withDefaultSize({}, DEFAULT_CLUSTER_SIZE)
  return gathered.infrastructure ? [[CLUSTER_COLLECTOR_NAME, { role: 'Cluster', signals, resources, ...gathered }]] : []
}

/** All groups by name; `dedicated` are the workloads that are to have collectors of their own. */
export const desiredGroups = (
  observed: Observed,
  dedicated: readonly LaneWorkload[],
): Map<string, CollectorsGroupSpec> => {
  const signals = desiredSignals(observed)
  if (signals.length === 0) return new Map()
  const { node = {}, gateway = {}, dedicated: own } = observed.config.collectors ?? {}
  const dedicatedOf = (served: Dedicated): CollectorsGroupSpec =>
    dedicatedSpec(
      {
        signals,
        resources: withDefaultSize(own?.resources ?? {}, DEFAULT_GATEWAY_SIZE),
        replicas: own?.replicas ?? DEFAULT_GATEWAY_REPLICAS,
      },
      served,
    )
  return new Map<string, CollectorsGroupSpec>([
    ...[...desiredDedicated(dedicated, observed.groups)].map(([name, served]): [string, CollectorsGroupSpec] => [
      name,
      dedicatedOf(served),
    ]),
    [
      NODE_COLLECTOR_NAME,
      {
        role: 'Node',
        signals,
        resources: withDefaultSize(node.resources ?? {}, DEFAULT_NODE_SIZE),
        ...nodeInfrastructure(observed.config.infrastructure, signals),
      },
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
    ...clusterGroup(observed.config, signals),
  ])
}

export const groupObject = (namespace: string, name: string, spec: CollectorsGroupSpec): KubeObject => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'CollectorsGroup',
  metadata: { name, namespace, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
  spec,
})
