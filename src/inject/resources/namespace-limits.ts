import type { PodSpec, Resources } from '../../api/kubernetes.ts'
import { rangeObstacle, withDefaults } from './limit-range.ts'
import type { NamespaceLimits, Obstacle, QuotaAmounts } from './limits.ts'
import type { Amounts, Change } from './pod-totals.ts'
import { amountsOf, hasPodLevelResources, overheadOf, podTotals } from './pod-totals.ts'
import { formatAmount, isMore, parseQuantity } from './quantity.ts'

const OF_POD = 'resources of the pod'

/** Containers together may not request more than the pod's own resources. */
const requestsObstacle = (whole: Amounts, sidecar: Amounts, { own }: Amounts): Obstacle | undefined => {
  for (const [name, amount] of Object.entries(sidecar.requests)) {
    const maximum = whole.requests[name] ?? Infinity
    if (amount > 0 && isMore(own?.[name] ?? 0, maximum)) {
      const message = `${OF_POD}: with the agent the containers request more than ${formatAmount(name, maximum)} ${name}`
      return { message, from: OF_POD }
    }
  }
  return undefined
}

/** Nor may a container have a limit above that of the pod. */
const limitsObstacle = (whole: Amounts, sidecar: Amounts): Obstacle | undefined => {
  for (const [name, amount] of Object.entries(sidecar.limits)) {
    const maximum = whole.limits[name] ?? Infinity
    if (isMore(amount, maximum)) {
      const message = `${OF_POD}: the agent's limit of ${name} is above ${formatAmount(name, maximum)}`
      return { message, from: OF_POD }
    }
  }
  return undefined
}

/** Resources that a quota requires every container to specify, unless the pod has pod-level resources. */
const NAMED_BY_ALL = ['cpu', 'memory']

/** `limits.cpu` is about limits; `requests.cpu` and `cpu` are the same. */
export const quotaResource = (key: string): { kind: 'requests' | 'limits'; name: string } => {
  const [, kind, name] = /^(requests|limits)\.(.+)$/.exec(key) ?? []
  return { kind: kind === 'limits' ? 'limits' : 'requests', name: name ?? key }
}

/** Why the pod would exceed one entry of a quota. */
const entryProblem = (
  { hard, used }: QuotaAmounts,
  key: string,
  { before, after }: Change,
  overhead: Record<string, number>,
): string | undefined => {
  const { kind, name } = quotaResource(key)
  const maximum = parseQuantity(hard[key]) ?? 0
  const total = (parseQuantity(used[key] ?? '0') ?? 0) + (after[kind][name] ?? 0) + (overhead[name] ?? 0)
  if (after[kind][name] === before[kind][name] || !isMore(total, maximum)) return undefined
  return `with the agent ${key} would be ${formatAmount(name, total)} of ${formatAmount(name, maximum)}`
}

const quotaObstacle = (
  { quotas }: NamespaceLimits,
  spec: PodSpec,
  sidecar: Amounts,
  change: Change,
): Obstacle | undefined => {
  const mustName = hasPodLevelResources(spec) ? [] : NAMED_BY_ALL
  const overhead = overheadOf(spec)
  for (const quota of quotas) {
    const from = `ResourceQuota ${quota.name}`
    for (const key of Object.keys(quota.hard)) {
      const { kind, name } = quotaResource(key)
      if (mustName.includes(name) && sidecar[kind][name] === undefined) {
        return { message: `${from} requires ${key} of every container, the agent would have none`, from }
      }
      const problem = entryProblem(quota, key, change, overhead)
      if (problem) return { message: `${from}: ${problem}`, from }
    }
  }
  return undefined
}

/**
 * Why the API server would refuse the pod with one more sidecar, or undefined. `spec`: the pod without it, but with all
 * other additions. Limits that the sidecar does not affect are not checked: they concern the pod alone.
 */
export const findObstacle = (
  spec: PodSpec,
  resources: Resources | undefined,
  limits: NamespaceLimits,
): Obstacle | undefined => {
  const sidecar = amountsOf(withDefaults(resources, limits))
  const before = podTotals(spec)
  const after = podTotals(spec, sidecar)
  const whole = amountsOf(spec.resources ?? {})
  return (
    rangeObstacle(limits, sidecar, { before, after }) ??
    requestsObstacle(whole, sidecar, after) ??
    limitsObstacle(whole, sidecar) ??
    quotaObstacle(limits, spec, sidecar, { before, after })
  )
}
