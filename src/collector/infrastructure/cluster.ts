/** Configuration of the one collector that asks the API server about the whole cluster. More of them would report everything more than once. */
import type { CollectorsGroupSpec } from '../../api/kinds/collectors-group.ts'
import { memoryLimitMiB } from '../../api/types/resources.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import type { CollectorConfig, CollectorPlace, ComponentConfig, Components, Pipeline } from '../config.ts'
import { IN_A_POD } from '../config.ts'
import type { Disk } from '../delivery/disk.ts'
import { queueBytes } from '../delivery/disk.ts'
import { memoryLimiter } from '../memory.ts'
import { literal, where } from '../ottl.ts'
import { skeleton } from '../skeleton.ts'
import { nameServices, podAttributes } from './attributes.ts'
import { CLUSTER, EVENTS, POD_ATTRIBUTES } from './components.ts'
import type { NodeInfrastructure } from './node-infrastructure.ts'
import { EXPORTER, infrastructureExporter, NAME_SERVICES } from './own-way.ts'

export interface ClusterInput {
  group: Pick<CollectorsGroupSpec, 'resources'>
  /** `host:port` of OTLP over gRPC. */
  gateway: string
  disk: Disk
  /** Where it is absent, there is no pipeline. */
  infrastructure: NodeInfrastructure | undefined
  place?: CollectorPlace
}

const ABOUT_EVENTS = 'transform/events'

const attribute = (owner: 'resource' | 'log', name: string): string => `${owner}.attributes[${literal(name)}]`

/** What an Event is about, under the names that telemetry of the object itself has. */
const aboutEvents = (): ComponentConfig => {
  const kind = attribute('resource', 'k8s.object.kind')
  const from = (source: string, target: string, ...conditions: string[]): string =>
    where(`set(${attribute('resource', target)}, ${source})`, `${source} != nil`, ...conditions)
  const isKind = (name: string): string => `${kind} == ${literal(name)}`
  const name = attribute('resource', 'k8s.object.name')
  return {
    error_mode: 'ignore',
    log_statements: [
      {
        context: 'log',
        statements: [
          from(attribute('log', 'k8s.namespace.name'), 'k8s.namespace.name'),
          from(name, 'k8s.pod.name', isKind('Pod')),
          from(attribute('resource', 'k8s.object.uid'), 'k8s.pod.uid', isKind('Pod')),
          from(name, 'k8s.node.name', isKind('Node')),
          ...WORKLOAD_KINDS.map((each) => from(name, each.attribute, isKind(each.kind))),
        ],
      },
    ],
  }
}

const pipelinesOf = ({ settings }: Pick<NodeInfrastructure, 'settings'>): [string, Pipeline][] => {
  const pipeline = (receiver: string, own: string[]): Pipeline => ({
    receivers: [receiver],
    processors: ['memory_limiter', ...own, POD_ATTRIBUTES, NAME_SERVICES],
    exporters: [EXPORTER],
  })
  return [
    ...(settings.clusterMetrics?.enabled ? [['metrics', pipeline(CLUSTER, [])] satisfies [string, Pipeline]] : []),
    ...(settings.events?.enabled ? [['logs', pipeline(EVENTS, [ABOUT_EVENTS])] satisfies [string, Pipeline]] : []),
  ]
}

const receiversOf = ({ settings }: Pick<NodeInfrastructure, 'settings'>, { apiAuth }: CollectorPlace): Components => ({
  ...(settings.clusterMetrics?.enabled
    ? {
        [CLUSTER]: {
          auth_type: apiAuth,
          collection_interval: `${settings.clusterMetrics.intervalSeconds}s`,
          node_conditions_to_report: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'],
        },
      }
    : {}),
  ...(settings.events?.enabled ? { [EVENTS]: { auth_type: apiAuth } } : {}),
})

const NOTHING: NodeInfrastructure = { settings: {}, systemNamespace: '', instrumentedNamespaces: [], named: [] }

export const clusterConfig = ({
  group,
  gateway,
  disk,
  infrastructure = NOTHING,
  place = IN_A_POD,
}: ClusterInput): CollectorConfig => {
  const { extensions, service } = skeleton(place, disk)
  const pipelines = pipelinesOf(infrastructure)
  return {
    receivers: receiversOf(infrastructure, place),
    processors: {
      memory_limiter: memoryLimiter(memoryLimitMiB(group.resources)),
      ...(infrastructure.settings.events?.enabled ? { [ABOUT_EVENTS]: aboutEvents() } : {}),
      [POD_ATTRIBUTES]: podAttributes(place),
      [NAME_SERVICES]: nameServices(infrastructure.named),
    },
    exporters: { [EXPORTER]: infrastructureExporter(gateway, queueBytes(disk, pipelines.length)) },
    extensions,
    service: { ...service, pipelines: Object.fromEntries(pipelines) },
  }
}
