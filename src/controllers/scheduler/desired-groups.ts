/** Which CollectorsGroups are to exist, and what they are. Pure. */
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup, CollectorsGroupSpec, Dedicated } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../api/kinds/destination.ts'
import type { CollectorsSize, OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
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
import type { DefaultSize } from '../../api/types/resources.ts'
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

interface Sizes {
  node: DefaultSize
  gateway: DefaultSize
  replicas: { min: number; max: number }
}

/**
 * Sizes where the OdigosConfig has no resources of its own. A gateway passes some 25,000 spans of 1.6 KB a second with a whole CPU, a node
 * collector 45,000 (`npm run bench:pipeline`); requests are for the steady part of it, since a pod may use what the node has.
 */
const SIZES: Record<CollectorsSize, Sizes> = {
  Small: {
    node: { cpu: '100m', memory: '256Mi' },
    gateway: { cpu: '100m', memory: '512Mi' },
    replicas: { min: 1, max: 3 },
  },
  Medium: {
    node: { cpu: '200m', memory: '512Mi' },
    gateway: { cpu: '500m', memory: '1Gi' },
    replicas: { min: 2, max: 6 },
  },
  Large: {
    node: { cpu: '500m', memory: '1Gi' },
    gateway: { cpu: '1', memory: '2Gi' },
    replicas: { min: 3, max: 12 },
  },
}
const CLUSTER_SIZE: DefaultSize = { cpu: '50m', memory: '512Mi' }

/**
 * Whether nothing is wrong with the current generation of the Destination; a verdict on an earlier one does not count. Unknown is one
 * that is being tried, for which a gateway must exist.
 */
const isUsable = ({ metadata, spec, status }: Observed['destinations'][number]): boolean => {
  const accepted = findCondition(status?.conditions, DESTINATION_CONDITIONS.accepted)
  if (spec.disabled || !accepted) return false
  return accepted.status !== 'False' && accepted.observedGeneration === metadata.generation
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
  const resources = withDefaultSize({}, CLUSTER_SIZE)
  return gathered.infrastructure ? [[CLUSTER_COLLECTOR_NAME, { role: 'Cluster', signals, resources, ...gathered }]] : []
}

/** All groups by name; `dedicated` are the workloads that are to have collectors of their own. */
export const desiredGroups = (
  observed: Observed,
  dedicated: readonly LaneWorkload[],
): Map<string, CollectorsGroupSpec> => {
  const signals = desiredSignals(observed)
  if (signals.length === 0) return new Map()
  const { size = 'Small', node = {}, gateway = {}, dedicated: own } = observed.config.collectors ?? {}
  const sizes = SIZES[size]
  const dedicatedOf = (served: Dedicated): CollectorsGroupSpec =>
    dedicatedSpec(
      {
        signals,
        resources: withDefaultSize(own?.resources ?? {}, sizes.gateway),
        replicas: own?.replicas ?? sizes.replicas,
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
        resources: withDefaultSize(node.resources ?? {}, sizes.node),
        ...nodeInfrastructure(observed.config.infrastructure, signals),
      },
    ],
    [
      GATEWAY_NAME,
      {
        role: 'Gateway',
        signals,
        resources: withDefaultSize(gateway.resources ?? {}, sizes.gateway),
        replicas: gateway.replicas ?? sizes.replicas,
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
