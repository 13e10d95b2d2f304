import type { Container, PodSpec, Resources } from '../../api/kubernetes.ts'
import { hasPodLevelResources } from './pod-totals.ts'
import { isLess, parseQuantity, smallerQuantity } from './quantity.ts'

/** Resources for copying init containers; devices and huge pages stay with the container that requests them. */
const PLAIN_RESOURCES = ['cpu', 'memory', 'ephemeral-storage']

/** Resources of a sidecar whose neighbour has resources; `guaranteed` is both requests and limits in a Guaranteed pod. */
export interface SidecarResources {
  requests: Record<string, string>
  limits: Record<string, string>
  guaranteed: Record<string, string>
  /** Least limit of memory with which the sidecar works, whatever its neighbour has. */
  leastMemory: string
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

const pick = (list: Record<string, string> | null | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => PLAIN_RESOURCES.includes(name)))

const hasEntries = (list: Record<string, string> | null | undefined): boolean => Object.keys(list ?? {}).length > 0

const nonEmpty = (resources: {
  requests: Record<string, string>
  limits: Record<string, string>
}): Resources | undefined => {
  const kept = Object.entries(resources).filter(([, list]) => hasEntries(list))
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/**
 * Resources of an init container: those of the container that it serves. The pod's effective request is the larger of
 * init containers and the sum of the others, so it does not change. Neither does the QoS class, nor what a LimitRange or
 * ResourceQuota requires of each container.
 */
export const initContainerResources = (served: Container): Resources | undefined =>
  nonEmpty({ requests: pick(served.resources?.requests), limits: pick(served.resources?.limits) })

const isBelow = (after: string | undefined, before: string): boolean =>
  after === undefined || (parseQuantity(after) ?? 0) < (parseQuantity(before) ?? 0)

/** Whether any resource is lower than before. */
export const isLowered = (before: Resources | undefined, after: Resources | undefined): boolean =>
  (['requests', 'limits'] as const).some((list) =>
    Object.entries(pick(before?.[list])).some(([name, quantity]) => isBelow(after?.[list]?.[name], quantity)),
  )

const ownResources = (container: Container): Resources => container.resources ?? {}

const COMPUTE = ['cpu', 'memory']

const isPositive = (quantity: unknown): boolean => (parseQuantity(quantity ?? '0') ?? 0) > 0
const requestsAny = (list: Record<string, string> | null | undefined): boolean =>
  COMPUTE.some((name) => isPositive(list?.[name]))
/** Whether the API server sees requests that equal the limits, of CPU and memory. */
export const isGuaranteed = ({ requests, limits }: Resources): boolean =>
  COMPUTE.every((name) => {
    const limit = limits?.[name]
    // The API server sets a missing request to the limit.
    return isPositive(limit) && parseQuantity(requests?.[name] ?? limit) === parseQuantity(limit)
  })

/** The pod's QoS class. Pod-level resources, if set, decide alone (Kubernetes 1.34). */
export const qosClass = (spec: PodSpec): QosClass => {
  const all = hasPodLevelResources(spec)
    ? [spec.resources ?? {}]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(ownResources)
  if (all.every((each) => !requestsAny(each.requests) && !requestsAny(each.limits))) return 'BestEffort'
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

const atMost = (
  ours: Record<string, string>,
  theirs: Record<string, string> | null | undefined,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ours).flatMap(([name, quantity]) => {
      const neighbour = theirs?.[name]
      return neighbour === undefined ? [] : [[name, smallerQuantity(quantity, neighbour)]]
    }),
  )

/** A limit of memory that is too low would end the sidecar, again and again; a higher one takes nothing from the neighbour. */
const withLeast = (limits: Record<string, string>, least: string): Record<string, string> =>
  isLess(limits['memory'], least) ? { ...limits, memory: least } : limits

/**
 * Resources of a sidecar: it requests the same kinds of resources as its neighbour, and never more. So it requests
 * nothing in a BestEffort pod; in a Guaranteed one requests and limits are equal. Only its limit of memory can be higher. In a pod with pod-level resources, the
 * sidecar shares those.
 */
export const sidecarResources = (
  served: Container,
  spec: PodSpec,
  desired: SidecarResources,
): Resources | undefined => {
  if (hasPodLevelResources(spec)) return undefined
  if (qosClass(spec) === 'Guaranteed') {
    const same = atMost(desired.guaranteed, served.resources?.limits)
    return nonEmpty({ requests: same, limits: same })
  }
  return nonEmpty({
    requests: atMost(desired.requests, served.resources?.requests),
    limits: withLeast(atMost(desired.limits, served.resources?.limits), desired.leastMemory),
  })
}
