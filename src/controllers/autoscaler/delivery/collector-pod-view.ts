/** What the cache keeps of a collector's pod. */
import type { ContainerStatus, KubeObject } from '../../../api/kubernetes.ts'
import { CLUSTER_COLLECTOR_NAME, COMPONENT_LABEL, GATEWAY_NAME, NODE_COLLECTOR_NAME } from '../../../api/names.ts'
import { DEDICATED_PREFIX } from '../../../api/routing/lanes.ts'
import type { DamagedQueue } from '../../../api/reports/queue-report.ts'
import { parseQueueReport, QUEUE_KEEPER } from '../../../api/reports/queue-report.ts'
import { IN_A_POD } from '../../../collector/config.ts'
import { podAddress } from '../../../prometheus/collectors.ts'

export interface CollectorPodView {
  metadata: { namespace: string; name: string; uid: string }
  /** Name of its CollectorsGroup. */
  group: string
  /** `host:port` of its own metrics; absent until it is ready. */
  address?: string
  /** Of OTLP over HTTP, and of what it counts of the telemetry that passes; as `address`. */
  otlpAddress?: string
  seenAddress?: string
  /** Name of its node; absent until it is scheduled. */
  node?: string
  /** Whether it is being deleted, or has ended, so that it need not be readable. */
  isLeaving?: true
  /** Queues whose files the queue keeper found damaged. */
  damaged: DamagedQueue[]
}

/** Whether it sends to destinations. */
export const isOfGateway = ({ group }: Pick<CollectorPodView, 'group'>): boolean =>
  group === GATEWAY_NAME || group.startsWith(DEDICATED_PREFIX)

/** Whether it sends to gateways only. */
export const handsOn = ({ group }: Pick<CollectorPodView, 'group'>): boolean =>
  group === NODE_COLLECTOR_NAME || group === CLUSTER_COLLECTOR_NAME

interface PodStatus {
  phase?: string
  podIP?: string
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: (ContainerStatus & { state?: { terminated?: { message?: string } } })[]
}

type Addresses = Pick<CollectorPodView, 'address' | 'otlpAddress' | 'seenAddress'>

const addressesOf = ({ podIP, containerStatuses = [] }: PodStatus): Addresses => {
  if (podIP === undefined || !containerStatuses.some(({ ready }) => ready)) return {}
  return {
    address: podAddress(podIP, IN_A_POD.metricsPort),
    otlpAddress: podAddress(podIP, IN_A_POD.httpPort),
    seenAddress: podAddress(podIP, IN_A_POD.seenPort),
  }
}

const nodeOf = (object: KubeObject): Pick<CollectorPodView, 'node'> => {
  const { nodeName } = (object['spec'] ?? {}) as { nodeName?: string }
  return nodeName === undefined ? {} : { node: nodeName }
}

const damagedOf = ({ initContainerStatuses = [] }: PodStatus): DamagedQueue[] => {
  const keeper = initContainerStatuses.find(({ name }) => name === QUEUE_KEEPER)
  return parseQueueReport(keeper?.state?.terminated?.message ?? '')
}

const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed'])

export const collectorPodView = (object: KubeObject): CollectorPodView => {
  const { name, namespace = '', uid = '', labels = {}, deletionTimestamp } = object.metadata
  const status = (object['status'] ?? {}) as PodStatus
  const isLeaving = deletionTimestamp !== undefined || ENDED.has(status.phase ?? '')
  return {
    metadata: { namespace, name, uid },
    group: `odigos-${labels[COMPONENT_LABEL] ?? ''}`,
    ...addressesOf(status),
    ...nodeOf(object),
    ...(isLeaving ? { isLeaving } : {}),
    damaged: damagedOf(status),
  }
}
