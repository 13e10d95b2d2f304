import type { Container, PodSpec, Resources } from '../../api/kubernetes.ts'
import { parseQuantity, smallerQuantity } from './quantity.ts'

/** What a copying init container can use; devices and huge pages stay with the container that requests them. */
const PLAIN_RESOURCES = ['cpu', 'memory', 'ephemeral-storage']

/** What a sidecar requests where its neighbour requests anything; `guaranteed` is both in a Guaranteed pod. */
export interface SidecarResources {
  requests: Record<string, string>
  limits: Record<string, string>
  guaranteed: Record<string, string>
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
 * init containers and the sum of the others, so it stays, as do the QoS class and whatever a LimitRange or ResourceQuota
 * demands of each container.
 */
export const initContainerResources = (served: Container): Resources | undefined =>
  nonEmpty({ requests: pick(served.resources?.requests), limits: pick(served.resources?.limits) })

const ownResources = (container: Container): Resources => container.resources ?? {}

const COMPUTE = ['cpu', 'memory']

const isPositive = (quantity: unknown): boolean => (parseQuantity(quantity ?? '0') ?? 0) > 0
const asksFor = (list: Record<string, string> | null | undefined): boolean =>
  COMPUTE.some((name) => isPositive(list?.[name]))
const isGuaranteed = ({ requests, limits }: Resources): boolean =>
  COMPUTE.every((name) => {
    const limit = limits?.[name]
    // The API server sets a missing request to the limit.
    return isPositive(limit) && parseQuantity(requests?.[name] ?? limit) === parseQuantity(limit)
  })

/** The QoS class that the kubelet gives the pod. Pod-level resources decide alone where they are set (Kubernetes 1.34). */
export const qosClass = (spec: PodSpec): QosClass => {
  const isPodLevel = hasEntries(spec.resources?.requests) || hasEntries(spec.resources?.limits)
  const all = isPodLevel
    ? [spec.resources ?? {}]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(ownResources)
  if (all.every((each) => !asksFor(each.requests) && !asksFor(each.limits))) return 'BestEffort'
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

/**
 * Resources of a sidecar: it requests the kinds of resources that its neighbour requests, and never more than it.
 * So it requests nothing in a BestEffort pod; in a Guaranteed one requests and limits are equal. Where the pod has
 * resources as a whole, the sidecar lives from them.
 */
export const sidecarResources = (served: Container, spec: PodSpec, wanted: SidecarResources): Resources | undefined => {
  if (hasEntries(spec.resources?.requests) || hasEntries(spec.resources?.limits)) return undefined
  if (qosClass(spec) === 'Guaranteed') {
    const same = atMost(wanted.guaranteed, served.resources?.limits)
    return nonEmpty({ requests: same, limits: same })
  }
  return nonEmpty({
    requests: atMost(wanted.requests, served.resources?.requests),
    limits: atMost(wanted.limits, served.resources?.limits),
  })
}
