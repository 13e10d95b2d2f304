import type { Container, PodSpec, Resources } from '../../api/kubernetes.ts'
import { parseQuantity } from './quantity.ts'

type Numbers = Record<string, number>

/** Requests and limits by resource, as numbers (CPUs, bytes). */
export interface Amounts {
  requests: Numbers
  limits: Numbers
  /** Requests of the containers alone, also in a pod with pod-level resources. */
  own?: Numbers
}

/** Totals of a pod without and with a sidecar. */
export interface Change {
  before: Amounts
  after: Amounts
}

const numbers = (list: Record<string, string>): Numbers =>
  Object.fromEntries(Object.entries(list).map(([name, quantity]) => [name, parseQuantity(quantity) ?? 0]))

/** Resources as numbers; a missing request equals the limit. */
export const amountsOf = ({ requests, limits }: Resources): Amounts => ({
  requests: numbers({ ...limits, ...requests }),
  limits: numbers(limits ?? {}),
})

/** Whether the pod has pod-level resources. */
export const hasPodLevelResources = ({ resources }: PodSpec): boolean =>
  [resources?.requests, resources?.limits].some((list) => Object.keys(list ?? {}).length > 0)

/** Overhead of the pod's runtime class, which counts towards quotas. */
export const overheadOf = (spec: PodSpec): Numbers =>
  numbers((spec['overhead'] as Record<string, string> | null | undefined) ?? {})

const combined = (a: Numbers, b: Numbers, combine: (x: number, y: number) => number): Numbers => {
  const result = { ...a }
  for (const [name, amount] of Object.entries(b)) result[name] = combine(result[name] ?? 0, amount)
  return result
}

const sum = (a: Numbers, b: Numbers): Numbers => combined(a, b, (x, y) => x + y)
const larger = (a: Numbers, b: Numbers): Numbers => combined(a, b, Math.max)

const totalOf = (kind: 'requests' | 'limits', spec: PodSpec, sidecar: Amounts | undefined): Numbers => {
  const amounts = ({ resources }: Container): Numbers => amountsOf(resources ?? {})[kind]
  let sidecars: Numbers = {}
  let peak: Numbers = {}
  for (const container of spec.initContainers ?? []) {
    const together = sum(sidecars, amounts(container))
    if (container.restartPolicy === 'Always') sidecars = together
    peak = larger(peak, together)
  }
  if (sidecar) sidecars = sum(sidecars, sidecar[kind])
  return larger(peak, spec.containers.map(amounts).reduce(sum, sidecars))
}

/**
 * The totals that LimitRanges and ResourceQuotas count for a pod, optionally with one more sidecar after its init
 * containers: the larger of init containers and the sum of the others, with native sidecars; or the pod-level resources.
 */
export const podTotals = (spec: PodSpec, sidecar?: Amounts): Amounts => {
  const own = totalOf('requests', spec, sidecar)
  const whole = amountsOf(spec.resources ?? {})
  return {
    requests: { ...own, ...whole.requests },
    limits: { ...totalOf('limits', spec, sidecar), ...whole.limits },
    own,
  }
}
