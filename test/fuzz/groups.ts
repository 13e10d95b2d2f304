/** The collectors that settings lead to, other than gateways, whose configurations depend on settings only. */
import type { CollectorsGroupSpec } from '../../src/api/kinds/collectors-group.ts'
import { collectorsGroupSpec } from '../../src/api/kinds/collectors-group.ts'
import { CLUSTER_COLLECTOR_NAME, GATEWAY_NAME, NODE_COLLECTOR_NAME } from '../../src/api/names.ts'
import { SIGNALS } from '../../src/api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace } from '../../src/collector/config.ts'
import { clusterConfig } from '../../src/collector/infrastructure/cluster.ts'
import type { NodeInfrastructure } from '../../src/collector/infrastructure/node-infrastructure.ts'
import { nodeConfig } from '../../src/collector/node.ts'
import { desiredGroups } from '../../src/controllers/scheduler/desired-groups.ts'
import { DISK } from '../support/collectors/settings.ts'
import { laneEndpoints } from '../support/telemetry/collector-case.ts'
import type { FuzzedSettings } from './settings.ts'

const NAMESPACE = 'odigos-system'
const GATEWAY = 'gateway:4317'

/** Takes every signal, so that everything that is enabled is gathered. */
const BACKEND = {
  metadata: { name: 'backend', namespace: NAMESPACE, generation: 1 },
  spec: { type: 'debug', signals: [...SIGNALS], fields: {}, disabled: false },
  status: {
    conditions: [
      {
        type: 'Accepted',
        status: 'True' as const,
        reason: 'Valid' as const,
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        observedGeneration: 1,
      },
    ],
  },
}

/** Of processes and receivers that ask the API server or the kubelet, which nobody is here. */
export const ENV = {
  NODE_NAME: 'n',
  NODE_IP: '127.0.0.1',
  KUBERNETES_SERVICE_HOST: '127.0.0.1',
  KUBERNETES_SERVICE_PORT: '1',
}

const groupsOf = ({ config }: FuzzedSettings): ReadonlyMap<string, CollectorsGroupSpec> => {
  const groups = desiredGroups({ namespace: NAMESPACE, config, destinations: [BACKEND], groups: [] }, [])
  // What the scheduler writes must be of the form that it has to have.
  for (const spec of groups.values()) collectorsGroupSpec.parse(spec)
  return groups
}

export const gatewayResources = (settings: FuzzedSettings | undefined) =>
  settings && groupsOf(settings).get(GATEWAY_NAME)?.resources

export type ConfigOf = (place: CollectorPlace) => CollectorConfig

/** Configurations of the other groups, by name. */
export const gatheringGroups = (settings: FuzzedSettings): [name: string, configOf: ConfigOf][] => {
  const groups = groupsOf(settings)
  const node = groups.get(NODE_COLLECTOR_NAME)
  const cluster = groups.get(CLUSTER_COLLECTOR_NAME)
  const infrastructureOf = (group: CollectorsGroupSpec): NodeInfrastructure | undefined =>
    group.infrastructure && { ...settings, settings: group.infrastructure, systemNamespace: NAMESPACE }
  const at = (place: CollectorPlace): CollectorPlace => ({ ...place, apiAuth: 'none' })
  return [
    ...(node ? [[NODE_COLLECTOR_NAME, node] as const] : []).map(([name, group]): [string, ConfigOf] => [
      name,
      (place) =>
        nodeConfig({
          group,
          endpoints: laneEndpoints(GATEWAY),
          disk: DISK,
          infrastructure: infrastructureOf(group),
          place: at(place),
        }),
    ]),
    ...(cluster ? [[CLUSTER_COLLECTOR_NAME, cluster] as const] : []).map(([name, group]): [string, ConfigOf] => [
      name,
      (place) =>
        clusterConfig({
          group,
          gateway: GATEWAY,
          disk: DISK,
          infrastructure: infrastructureOf(group),
          place: at(place),
        }),
    ]),
  ]
}
