import type { Resources } from '../../api/kubernetes.ts'
import type { LimitRangeItem, NamespaceLimits, Obstacle, Quantities } from './limits.ts'
import type { Amounts, Change } from './pod-totals.ts'
import { formatAmount, isLess, isMore, parseQuantity, smallerQuantity } from './quantity.ts'

/** Raises existing quantities; adds none. */
const raise = (list: Quantities, minimum: Quantities): void => {
  for (const [name, quantity] of Object.entries(minimum)) if (isLess(list[name], quantity)) list[name] = quantity
}

const ofContainers = ({ ranges }: NamespaceLimits): LimitRangeItem[] =>
  ranges.filter(({ type }) => type === 'Container')

/** Raises requests to meet a maximum ratio of limits to requests. */
const raiseToRatio = (requests: Quantities, limits: Quantities, ratios: Quantities): void => {
  for (const [name, ratio] of Object.entries(ratios)) {
    const limit = limits[name]
    if (limit === undefined) continue
    const minimum = (parseQuantity(limit) ?? 0) / (parseQuantity(ratio) ?? 1)
    // Rounding up could exceed the limit by a fraction of a unit.
    raise(requests, { [name]: smallerQuantity(formatAmount(name, minimum), limit) })
  }
}

/**
 * The sidecar's resources raised to what LimitRanges require of each container: `min`, and requests to the ratio. Its
 * neighbour meets both, so the sidecar still requests no more than that; equal requests and limits stay equal.
 */
export const fitRanges = (resources: Resources | undefined, demands: NamespaceLimits): Resources | undefined => {
  if (!resources) return undefined
  const requests = { ...resources.requests }
  const limits = { ...resources.limits }
  for (const { min = {}, maxLimitRequestRatio = {} } of ofContainers(demands)) {
    for (const list of [requests, limits]) raise(list, min)
    raiseToRatio(requests, limits, maxLimitRequestRatio)
  }
  return { ...(resources.requests ? { requests } : {}), ...(resources.limits ? { limits } : {}) }
}

/** The API server sets a missing request to the limit, then applies the LimitRanges' defaults. */
export const withDefaults = (resources: Resources | undefined, demands: NamespaceLimits): Resources => {
  let requests: Quantities = { ...resources?.limits, ...resources?.requests }
  let limits: Quantities = { ...resources?.limits }
  for (const item of ofContainers(demands)) {
    requests = { ...item.defaultRequest, ...requests }
    limits = { ...item.default, ...limits }
  }
  return { requests, limits }
}

const isChanged = ({ before, after }: Change, name: string): boolean =>
  before.requests[name] !== after.requests[name] || before.limits[name] !== after.limits[name]

type Check = (name: string, bound: number, amounts: Amounts) => string | undefined

const belowMin: Check = (name, minimum, { requests, limits }) => {
  const actual = Math.min(requests[name] ?? 0, limits[name] ?? Infinity)
  return isMore(minimum, actual)
    ? `${name} is ${formatAmount(name, actual)}, min ${formatAmount(name, minimum)}`
    : undefined
}

const aboveMax: Check = (name, maximum, { requests, limits }) => {
  const limit = limits[name]
  if (limit === undefined) return `${name} has no limit, max ${formatAmount(name, maximum)}`
  const actual = Math.max(requests[name] ?? 0, limit)
  return isMore(actual, maximum)
    ? `${name} is ${formatAmount(name, actual)}, max ${formatAmount(name, maximum)}`
    : undefined
}

const aboveRatio: Check = (name, maximum, { requests, limits }) => {
  const ratio = (limits[name] ?? Infinity) / (requests[name] ?? 0)
  return ratio > 0 && !isMore(ratio, maximum)
    ? undefined
    : `the ratio of limit to request of ${name} is above ${maximum}`
}

const outOfRange = (
  { min, max, maxLimitRequestRatio }: LimitRangeItem,
  amounts: Amounts,
  isChecked: (name: string) => boolean,
): string | undefined => {
  const bounds: [Quantities | undefined, Check][] = [
    [min, belowMin],
    [max, aboveMax],
    [maxLimitRequestRatio, aboveRatio],
  ]
  for (const [list = {}, check] of bounds) {
    for (const [name, quantity] of Object.entries(list)) {
      const bound = isChecked(name) ? parseQuantity(quantity) : undefined
      const problem = bound === undefined ? undefined : check(name, bound, amounts)
      if (problem) return problem
    }
  }
  return undefined
}

const problemWith = (item: LimitRangeItem, sidecar: Amounts, change: Change): string | undefined => {
  if (item.type === 'Container') return outOfRange(item, sidecar, () => true)
  return item.type === 'Pod' ? outOfRange(item, change.after, (name) => isChanged(change, name)) : undefined
}

/** The first LimitRange that the sidecar, or the pod with it, violates. */
export const rangeObstacle = ({ ranges }: NamespaceLimits, sidecar: Amounts, change: Change): Obstacle | undefined => {
  for (const item of ranges) {
    const from = `LimitRange ${item.name}`
    const message = problemWith(item, sidecar, change)
    if (message) return { message: `${from} for a ${item.type}: with the agent ${message}`, from }
  }
  return undefined
}
