/**
 * What a node collector gathers itself. It has pipelines and a queue of its own, so that it takes no room from what applications send, and it
 * is not counted as something that they have sent.
 */
import type { Enrichment, Infrastructure } from '../../api/kinds/infrastructure.ts'
import type { Signal } from '../../api/vocabulary.ts'
import type { CollectorConfig, CollectorPlace, Components, Pipeline } from '../config.ts'
import { KUBELET, LOG_FILES, POD_ATTRIBUTES } from './components.ts'
import type { NamedWorkload } from './attributes.ts'
import { forgetUnknown, NAME_NODE, nameSenders, nameServices, onlyAdmitted, podAttributes } from './attributes.ts'
import { fileReceiver, offsetStorage } from './container-logs.ts'
import { hostReceiver, kubeletReceiver } from './metrics.ts'
import { EXPORTER, infrastructureExporter, NAME_SERVICES } from './own-way.ts'
import { parseRecords } from './records.ts'

export interface NodeInfrastructure {
  settings: Infrastructure
  /** Namespace of Odigos. */
  systemNamespace: string
  /** Of instrumented workloads. */
  instrumentedNamespaces: readonly string[]
  named: readonly NamedWorkload[]
}

interface Around {
  place: CollectorPlace
  /** `host:port` of OTLP over gRPC. */
  gateway: string
  nodeVariable: string
  queueBytes: number
  fsync: boolean
}

const ONLY_ADMITTED = 'filter/containers'
const PARSE = 'transform/containers'

/** The namespaces whose logs are read, sorted; that of Odigos is not among them. */
export const logNamespaces = ({ settings, instrumentedNamespaces, systemNamespace }: NodeInfrastructure): string[] => {
  const { containerLogs: logs } = settings
  if (!logs?.enabled) return []
  const chosen = logs.select === 'Namespaces' ? logs.namespaces : instrumentedNamespaces
  return [...new Set(chosen)].filter((namespace) => namespace !== systemNamespace).toSorted()
}

interface Part {
  receivers: Components
  pipelines: Partial<Record<Signal, Pipeline>>
  processors: Components
  extensions: Components
}

const NO_PART: Part = { receivers: {}, pipelines: {}, processors: {}, extensions: {} }

const logsPart = (infrastructure: NodeInfrastructure, { place, fsync }: Around): Part => {
  const { containerLogs: logs } = infrastructure.settings
  const namespaces = logNamespaces(infrastructure)
  if (!logs || namespaces.length === 0) return NO_PART
  const filter = logs.select === 'Instrumented' ? { [ONLY_ADMITTED]: onlyAdmitted() } : {}
  return {
    receivers: { [LOG_FILES]: fileReceiver(place, { logs, namespaces, excluded: infrastructure.systemNamespace }) },
    processors: { ...filter, [PARSE]: parseRecords(logs) },
    extensions: offsetStorage(place, fsync),
    pipelines: {
      logs: {
        receivers: [LOG_FILES],
        processors: ['memory_limiter', NAME_NODE, POD_ATTRIBUTES, ...Object.keys(filter), PARSE, NAME_SERVICES],
        exporters: [EXPORTER],
      },
    },
  }
}

const metricsPart = ({ settings }: NodeInfrastructure, { place }: Around): Part => {
  const { hostMetrics: host, kubeletMetrics: kubelet } = settings
  const receivers: Components = {
    ...(host?.enabled ? { hostmetrics: hostReceiver(host) } : {}),
    ...(kubelet?.enabled ? { [KUBELET]: kubeletReceiver(kubelet, place) } : {}),
  }
  if (Object.keys(receivers).length === 0) return NO_PART
  const processors = ['memory_limiter', NAME_NODE, POD_ATTRIBUTES, NAME_SERVICES]
  return {
    ...NO_PART,
    receivers,
    pipelines: { metrics: { receivers: Object.keys(receivers), processors, exporters: [EXPORTER] } },
  }
}

/** How many queues it takes. */
export const infrastructureQueues = (infrastructure: NodeInfrastructure | undefined): number => {
  if (!infrastructure) return 0
  const { hostMetrics, kubeletMetrics } = infrastructure.settings
  const hasMetrics = hostMetrics?.enabled === true || kubeletMetrics?.enabled === true
  return (hasMetrics ? 1 : 0) + (logNamespaces(infrastructure).length > 0 ? 1 : 0)
}

const enabledEnrichment = ({ settings }: NodeInfrastructure): Enrichment | undefined =>
  settings.enrichment?.enabled ? settings.enrichment : undefined

/** Adds the receivers, with their own way to the gateway, to a node collector. */
export const withInfrastructure = (
  config: CollectorConfig,
  infrastructure: NodeInfrastructure,
  around: Around,
): CollectorConfig => {
  const parts = [logsPart(infrastructure, around), metricsPart(infrastructure, around)]
  const own = Object.assign({}, ...parts.map(({ pipelines }) => pipelines)) as Part['pipelines']
  if (Object.keys(own).length === 0) return config
  const extensions: Components = Object.assign({}, ...parts.map((part) => part.extensions))
  const { service } = config
  return {
    ...config,
    receivers: Object.assign({}, config.receivers, ...parts.map((part) => part.receivers)),
    processors: {
      ...config.processors,
      [POD_ATTRIBUTES]: podAttributes(around.place, around.nodeVariable, enabledEnrichment(infrastructure)),
      ...Object.assign({}, ...parts.map((part) => part.processors)),
      [NAME_SERVICES]: nameServices(infrastructure.named),
    },
    exporters: {
      ...config.exporters,
      [EXPORTER]: infrastructureExporter(around.gateway, around.queueBytes),
    },
    extensions: { ...config.extensions, ...extensions },
    service: {
      ...service,
      extensions: [...service.extensions, ...Object.keys(extensions)],
      pipelines: {
        ...service.pipelines,
        ...Object.fromEntries(Object.entries(own).map(([signal, pipeline]) => [`${signal}/infrastructure`, pipeline])),
      },
    },
  }
}

const FORGET = 'transform/unknown'
const NAME_SENDERS = 'transform/senders'

/** Processors that add the attributes of pods to what applications send; none where that is not asked for. */
export const enrichment = (
  infrastructure: NodeInfrastructure | undefined,
  place: CollectorPlace,
  nodeVariable: string,
): Components =>
  infrastructure && enabledEnrichment(infrastructure)
    ? {
        [FORGET]: forgetUnknown(),
        [POD_ATTRIBUTES]: podAttributes(place, nodeVariable, enabledEnrichment(infrastructure)),
        [NAME_SENDERS]: nameSenders(infrastructure.named),
      }
    : {}
