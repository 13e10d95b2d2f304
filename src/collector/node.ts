import type { CollectorsGroupSpec } from '../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../api/types/resources.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace } from './config.ts'
import { IN_A_POD } from './config.ts'
import type { Disk } from './delivery/disk.ts'
import { memoryLimiter } from './memory.ts'
import type { LaneEndpoints } from './routing/lanes.ts'
import { laneConnector, nodeLanes } from './routing/lanes.ts'
import { withSeen } from './seen.ts'
import { skeleton } from './skeleton.ts'

export interface NodeInput {
  group: Pick<CollectorsGroupSpec, 'resources' | 'signals'>
  endpoints: LaneEndpoints
  disk: Disk
  place?: CollectorPlace
}

/** Variable with the name of the node (downward API). */
export const NODE_NAME_VARIABLE = 'NODE_NAME'

/** Configuration of a node collector: receives telemetry of the node's pods and keeps it until a gateway has accepted it, and counts it. */
export const nodeConfig = ({ group, endpoints, disk, place = IN_A_POD }: NodeInput): CollectorConfig => {
  const base = skeleton(place, disk)
  const signals = SIGNALS.filter((signal) => group.signals.includes(signal))
  const lanes = nodeLanes(signals, endpoints, disk)
  const pipelines = signals.map((signal) => [
    signal,
    { receivers: ['otlp'], processors: ['memory_limiter', 'resource/node'], exporters: [laneConnector(signal)] },
  ])
  const config: CollectorConfig = {
    ...base,
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      'resource/node': {
        attributes: [{ key: 'k8s.node.name', action: 'insert', value: `\${env:${NODE_NAME_VARIABLE}}` }],
      },
    },
    exporters: lanes.exporters,
    connectors: lanes.connectors,
    service: { ...base.service, pipelines: { ...Object.fromEntries(pipelines), ...lanes.pipelines } },
  }
  return withSeen(config, place)
}
