/** The configuration of a group, for the accepted Destinations and Actions. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { EnvVar } from '../../../api/kubernetes.ts'
import { laneServiceName } from '../../../api/routing/lanes.ts'
import { GATEWAY_NAME, OTLP_GRPC_PORT } from '../../../api/names.ts'
import type { ActionInput } from '../../../collector/actions/actions.ts'
import type { CollectorConfig } from '../../../collector/config.ts'
import { gatewayConfig } from '../../../collector/gateway.ts'
import { nodeConfig } from '../../../collector/node.ts'
import type { Served } from '../../../collector/routing/dedicated.ts'
import type { AssessedDestination } from '../acceptance.ts'
import type { CollectorSettings } from './collector-settings.ts'
import { gatewayDisk, nodeDisk } from './collector-settings.ts'

export interface Rendered {
  config: CollectorConfig
  env: EnvVar[]
  message: string
  /** Of node collectors: the names of the groups that their lanes lead to. */
  lanes?: readonly string[]
}

const isAccepted = ({ condition }: AssessedDestination): boolean => condition.status === 'True'

interface GatewayContent {
  settings: CollectorSettings
  assessed: readonly AssessedDestination[]
  actions: readonly ActionInput[]
}

/** Service of ours with OTLP over gRPC. */
const serviceEndpoint = (service: string, { metadata }: CollectorsGroup): string =>
  `${service}.${metadata.namespace}.svc:${OTLP_GRPC_PORT}`

const servedBy = (group: CollectorsGroup): Served | undefined => {
  const { dedicated } = group.spec
  return dedicated && { workloads: dedicated.workloads, gatewayEndpoint: serviceEndpoint(GATEWAY_NAME, group) }
}

/** Also of collectors for single workloads, which are gateways that serve no others. */
export const renderGateway = (group: CollectorsGroup, { settings, assessed, actions }: GatewayContent): Rendered => {
  const destinations = assessed.filter(isAccepted).map(({ rendered }) => rendered)
  return {
    config: gatewayConfig({
      group: group.spec,
      destinations,
      actions,
      disk: gatewayDisk(settings),
      served: servedBy(group),
    }),
    env: destinations.flatMap(({ env }) => env),
    message: `${destinations.length} of ${assessed.length} Destinations, ${actions.length} Actions`,
  }
}

/** `lanes` are the names of the groups that the lanes lead to. */
export const renderNode = (
  group: CollectorsGroup,
  { settings, lanes }: { settings: CollectorSettings; lanes: readonly string[] },
): Rendered => ({
  config: nodeConfig({
    group: group.spec,
    disk: nodeDisk(settings),
    endpoints: {
      gateway: serviceEndpoint(GATEWAY_NAME, group),
      lane: (lane) => serviceEndpoint(laneServiceName(lane), group),
    },
  }),
  env: [],
  message: `sends ${group.spec.signals.join(', ')} to ${[...new Set(lanes)].toSorted().join(', ')}`,
  lanes,
})
