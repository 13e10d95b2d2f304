import type { PodSpec, Resources } from '../../api/kubernetes.ts'
import { rangeObstacle, withDefaults } from './limit-range.ts'
import type { NamespaceLimits, Obstacle } from './limits.ts'
import type { Amounts, Change } from './pod-totals.ts'
import { amountsOf, hasPodLevelResources, overheadOf, podTotals } from './pod-totals.ts'
import { formatAmount, isMore, parseQuantity } from './quantity.ts'

/** Containers together may not request more than the pod as a whole. */
const podObstacle = ({ resources }: PodSpec, sidecar: Amounts, { own }: Amounts): Obstacle | undefined => {
  const whole = amountsOf(resources ?? {})
  const from = 'resources of the pod'
  for (const [name, amount] of Object.entries(sidecar.requests)) {
    const maximum = whole.requests[name] ?? Infinity
    if (amount > 0 && isMore(own?.[name] ?? 0, maximum)) {
      return {
        message: `${from}: with the agent the containers ask for more than ${formatAmount(name, maximum)} ${name}`,
        from,
      }
    }
  }
  for (const [name, amount] of Object.entries(sidecar.limits)) {
    const maximum = whole.limits[name] ?? Infinity
    if (isMore(amount, maximum)) {
      return { message: `${from}: the agent's limit of ${name} is above ${formatAmount(name, maximum)}`, from }
    }
  }
  return undefined
}

/** Resources that a quota wants every container to name; not where the pod has resources as a whole. */
const NAMED_BY_ALL = ['cpu', 'memory']

/** `limits.cpu` is about limits; `requests.cpu` and `cpu` are the same. */
const quotaResource = (key: string): { kind: 'requests' | 'limits'; name: string } => {
  const [, kind, name] = /^(requests|limits)\.(.+)$/.exec(key) ?? []
  return { kind: kind === 'limits' ? 'limits' : 'requests', name: name ?? key }
}

const quotaObstacle = (
  { quotas }: NamespaceLimits,
  spec: PodSpec,
  sidecar: Amounts,
  { before, after }: Change,
): Obstacle | undefined => {
  const mustName = hasPodLevelResources(spec) ? [] : NAMED_BY_ALL
  const overhead = overheadOf(spec)
  for (const { name: quota, hard, used } of quotas) {
    const from = `ResourceQuota ${quota}`
    for (const [key, quantity] of Object.entries(hard)) {
      const { kind, name } = quotaResource(key)
      if (mustName.includes(name) && sidecar[kind][name] === undefined) {
        return { message: `${from} wants ${key} of every container, the agent would have none`, from }
      }
      const maximum = parseQuantity(quantity) ?? 0
      const total = (parseQuantity(used[key] ?? '0') ?? 0) + (after[kind][name] ?? 0) + (overhead[name] ?? 0)
      if (after[kind][name] !== before[kind][name] && isMore(total, maximum)) {
        const [would, allowed] = [total, maximum].map((amount) => formatAmount(name, amount))
        return { message: `${from}: with the agent ${key} would be ${would} of ${allowed}`, from }
      }
    }
  }
  return undefined
}

/**
 * Why the API server would refuse the pod with one more sidecar, or undefined. `spec`: the pod without it, and with all
 * else that is added. What the sidecar does not change is not checked: it is the pod's own affair.
 */
export const findObstacle = (
  spec: PodSpec,
  resources: Resources | undefined,
  limits: NamespaceLimits,
): Obstacle | undefined => {
  const sidecar = amountsOf(withDefaults(resources, limits))
  const before = podTotals(spec)
  const after = podTotals(spec, sidecar)
  return (
    rangeObstacle(limits, sidecar, { before, after }) ??
    podObstacle(spec, sidecar, after) ??
    quotaObstacle(limits, spec, sidecar, { before, after })
  )
}
