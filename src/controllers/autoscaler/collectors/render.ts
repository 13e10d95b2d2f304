/** The configuration of a group, for the accepted Destinations and Actions. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { EnvVar } from '../../../api/kubernetes.ts'
import { laneServiceName } from '../../../api/routing/lanes.ts'
import { shardReplicas, shardServiceName, TAIL_PORT } from '../../../api/routing/shards.ts'
import { GATEWAY_NAME, OTLP_GRPC_PORT } from '../../../api/names.ts'
import type { ActionInput } from '../../../collector/actions/processor.ts'
import type { CollectorConfig } from '../../../collector/config.ts'
import { gatewayConfig } from '../../../collector/gateway.ts'
import { clusterConfig } from '../../../collector/infrastructure/cluster.ts'
import type { NodeInfrastructure } from '../../../collector/infrastructure/node-infrastructure.ts'
import { nodeConfig } from '../../../collector/node.ts'
import type { Served } from '../../../collector/routing/dedicated.ts'
import { TAIL_RECEIVER } from '../../../collector/tail/tail.ts'
import type { AssessedDestination } from '../acceptance.ts'
import type { Selectable } from '../selection.ts'
import type { CollectorSettings } from './collector-settings.ts'
import { gatewayDisk, nodeDisk } from './collector-settings.ts'

export interface Rendered {
  config: CollectorConfig
  env: EnvVar[]
  message: string
  /** Of node collectors: the names of the groups that their lanes lead to. */
  lanes?: readonly string[]
  /** Of gateways that decide about whole traces: the names of the pods that hold each shard. */
  shards?: readonly string[]
}

const isAccepted = ({ condition }: AssessedDestination): boolean => condition.status === 'True'

interface GatewayContent {
  settings: CollectorSettings
  assessed: readonly AssessedDestination[]
  actions: readonly ActionInput[]
  /** Number of its pods that there are to be. */
  replicas?: number
}

/** Service of ours with OTLP over gRPC. */
const serviceEndpoint = (service: string, { metadata }: CollectorsGroup, port = OTLP_GRPC_PORT): string =>
  `${service}.${metadata.namespace}.svc:${port}`

const servedBy = (group: CollectorsGroup): Served | undefined => {
  const { dedicated } = group.spec
  return dedicated && { workloads: dedicated.workloads, gatewayEndpoint: serviceEndpoint(GATEWAY_NAME, group) }
}

/** Also of collectors for single workloads, which are gateways that serve no others. */
export const renderGateway = (
  group: CollectorsGroup,
  { settings, assessed, actions, replicas = 1 }: GatewayContent,
): Rendered => {
  const destinations = assessed.filter(isAccepted).map(({ rendered }) => rendered)
  const config = gatewayConfig({
    group: group.spec,
    destinations,
    actions,
    disk: gatewayDisk(settings),
    served: servedBy(group),
    shardEndpoint: (shard) => serviceEndpoint(shardServiceName(shard), group, TAIL_PORT),
  })
  const pods = shardReplicas(replicas).map((replica) => `${group.metadata.name}-${replica}`)
  return {
    config,
    ...(TAIL_RECEIVER in config.receivers ? { shards: pods } : {}),
    env: destinations.flatMap(({ env }) => env),
    message: `${destinations.length} of ${assessed.length} Destinations, ${actions.length} Actions`,
  }
}

const workloadKey = ({ namespace, kind, name }: Selectable['workloads'][number]): string =>
  `${namespace}/${kind}/${name}`

interface GatheringContent {
  settings: CollectorSettings
  /** That are opted in. */
  workloads: Selectable['workloads']
}

/** What a group gathers itself, for the workloads that there are; in one order, so that nothing changes without a reason. */
const infrastructureOf = (
  { metadata, spec }: CollectorsGroup,
  { settings, workloads }: GatheringContent,
): NodeInfrastructure | undefined =>
  spec.infrastructure && {
    settings: settings.isInfrastructureAllowed ? spec.infrastructure : {},
    systemNamespace: metadata.namespace,
    instrumentedNamespaces: [...new Set(workloads.map(({ namespace }) => namespace))].toSorted(),
    named: workloads
      .toSorted((a, b) => (workloadKey(a) < workloadKey(b) ? -1 : 1))
      .flatMap(({ namespace, kind, name, serviceName }) =>
        serviceName === undefined ? [] : [{ namespace, kind, name, serviceName }],
      ),
  }

const NOT_ALLOWED =
  'the infrastructure is not gathered, because the value collector.infrastructure.enabled of the chart is false'

const messageOf = (group: CollectorsGroup, { settings }: GatheringContent, ...parts: string[]): string =>
  [
    ...parts.filter(Boolean),
    ...(group.spec.infrastructure && !settings.isInfrastructureAllowed ? [NOT_ALLOWED] : []),
  ].join('; ')

/** `lanes` are the names of the groups that the lanes lead to. */
export const renderNode = (group: CollectorsGroup, lanes: readonly string[], content: GatheringContent): Rendered => ({
  config: nodeConfig({
    group: group.spec,
    disk: nodeDisk(content.settings),
    infrastructure: infrastructureOf(group, content),
    endpoints: {
      gateway: serviceEndpoint(GATEWAY_NAME, group),
      lane: (lane) => serviceEndpoint(laneServiceName(lane), group),
    },
  }),
  env: [],
  message: messageOf(
    group,
    content,
    `sends ${group.spec.signals.join(', ')} to ${[...new Set(lanes)].toSorted().join(', ')}`,
  ),
  lanes,
})

/** The one collector for the cluster. */
export const renderCluster = (group: CollectorsGroup, content: GatheringContent): Rendered => {
  const infrastructure = infrastructureOf(group, content)
  return {
    config: clusterConfig({
      group: group.spec,
      gateway: serviceEndpoint(GATEWAY_NAME, group),
      disk: nodeDisk(content.settings),
      infrastructure,
    }),
    env: [],
    message: messageOf(group, content, Object.keys(infrastructure?.settings ?? {}).join(', ')),
  }
}
