import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace } from './config.ts'
import { IN_A_POD } from './config.ts'
import type { Disk } from './delivery/disk.ts'
import { NAME_NODE, nameNode } from './infrastructure/attributes.ts'
import type { NodeInfrastructure } from './infrastructure/node-infrastructure.ts'
import { enrichment, infrastructureQueues, withInfrastructure } from './infrastructure/node-infrastructure.ts'
import { memoryLimiter } from './memory.ts'
import type { LaneEndpoints } from './routing/lanes.ts'
import { laneConnector, nodeLanes } from './routing/lanes.ts'
import { withSeen } from './seen.ts'
import { skeleton } from './skeleton.ts'

export interface NodeInput {
  group: Pick<CollectorsGroupSpec, 'resources' | 'signals'>
  endpoints: LaneEndpoints
  disk: Disk
  /** What it gathers itself; nothing where it is absent. */
  infrastructure?: NodeInfrastructure | undefined
  place?: CollectorPlace
}

/** Variable with the name of the node (downward API). */
export const NODE_NAME_VARIABLE = 'NODE_NAME'

/** Configuration of a node collector: receives telemetry of the node's pods and keeps it until a gateway has accepted it, and counts it. */
export const nodeConfig = ({
  group,
  endpoints,
  disk,
  infrastructure,
  place = IN_A_POD,
}: NodeInput): CollectorConfig => {
  const base = skeleton(place, disk)
  const signals = SIGNALS.filter((signal) => group.signals.includes(signal))
  const lanes = nodeLanes({ signals, endpoints, disk, others: infrastructureQueues(infrastructure) })
  const enriching = enrichment(infrastructure, place, NODE_NAME_VARIABLE)
  const pipelines = signals.map((signal) => [
    signal,
    {
      receivers: ['otlp'],
      processors: ['memory_limiter', NAME_NODE, ...Object.keys(enriching)],
      exporters: [laneConnector(signal)],
    },
  ])
  const config: CollectorConfig = {
    ...base,
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      [NAME_NODE]: nameNode(NODE_NAME_VARIABLE),
      ...enriching,
    },
    exporters: lanes.exporters,
    connectors: lanes.connectors,
    service: { ...base.service, pipelines: { ...Object.fromEntries(pipelines), ...lanes.pipelines } },
  }
  const counting = withSeen(config, place)
  const around = { place, gateway: endpoints.gateway, nodeVariable: NODE_NAME_VARIABLE, queueBytes: lanes.queueBytes }
  return infrastructure ? withInfrastructure(counting, infrastructure, { ...around, fsync: disk.fsync }) : counting
}
