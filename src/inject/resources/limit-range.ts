import type { Resources } from '../../api/kubernetes.ts'
import type { LimitRangeItem, NamespaceLimits, Obstacle, Quantities } from './limits.ts'
import type { Amounts, Change } from './pod-totals.ts'
import { formatAmount, isLess, isMore, parseQuantity, smallerQuantity } from './quantity.ts'

/** Raises what is there; nothing is added. */
const raise = (list: Quantities, least: Quantities): void => {
  for (const [name, quantity] of Object.entries(least)) if (isLess(list[name], quantity)) list[name] = quantity
}

const ofContainers = ({ ranges }: NamespaceLimits): LimitRangeItem[] =>
  ranges.filter(({ type }) => type === 'Container')

/**
 * The sidecar's resources as large as LimitRanges want each container: raised to `min`, requests raised to what the
 * ratio wants. Its neighbour keeps both, so it still asks for no more than that; equal requests and limits stay equal.
 */
export const fitRanges = (resources: Resources | undefined, limits: NamespaceLimits): Resources | undefined => {
  if (!resources) return undefined
  const requests = { ...resources.requests }
  const most = { ...resources.limits }
  for (const { min, maxLimitRequestRatio } of ofContainers(limits)) {
    for (const list of [requests, most]) raise(list, min ?? {})
    for (const [name, ratio] of Object.entries(maxLimitRequestRatio ?? {})) {
      const limit = most[name]
      if (limit === undefined) continue
      const least = (parseQuantity(limit) ?? 0) / (parseQuantity(ratio) ?? 1)
      // Rounded up, a fraction of a unit could become more than the limit.
      raise(requests, { [name]: smallerQuantity(formatAmount(name, least), limit) })
    }
  }
  return { ...(resources.requests ? { requests } : {}), ...(resources.limits ? { limits: most } : {}) }
}

/** The API server sets a missing request to the limit, and then what is still missing to the LimitRanges' defaults. */
export const withDefaults = (resources: Resources | undefined, limits: NamespaceLimits): Resources => {
  let requests: Quantities = { ...resources?.limits, ...resources?.requests }
  let most: Quantities = { ...resources?.limits }
  for (const item of ofContainers(limits)) {
    requests = { ...item.defaultRequest, ...requests }
    most = { ...item.default, ...most }
  }
  return { requests, limits: most }
}

const isChanged = ({ before, after }: Change, name: string): boolean =>
  before.requests[name] !== after.requests[name] || before.limits[name] !== after.limits[name]

const outOfRange = (
  { min, max, maxLimitRequestRatio }: LimitRangeItem,
  { requests, limits }: Amounts,
  isAsked: (name: string) => boolean,
): string | undefined => {
  const asked = (list: Quantities | undefined): [string, number][] =>
    Object.entries(list ?? {}).flatMap(([name, quantity]) => {
      const amount = parseQuantity(quantity)
      return isAsked(name) && amount !== undefined ? [[name, amount]] : []
    })
  for (const [name, least] of asked(min)) {
    const actual = Math.min(requests[name] ?? 0, limits[name] ?? Infinity)
    if (isMore(least, actual)) return `${name} is ${formatAmount(name, actual)}, min ${formatAmount(name, least)}`
  }
  for (const [name, most] of asked(max)) {
    const limit = limits[name]
    if (limit === undefined) return `there is no limit of ${name}, max ${formatAmount(name, most)}`
    const actual = Math.max(requests[name] ?? 0, limit)
    if (isMore(actual, most)) return `${name} is ${formatAmount(name, actual)}, max ${formatAmount(name, most)}`
  }
  for (const [name, most] of asked(maxLimitRequestRatio)) {
    const ratio = (limits[name] ?? Infinity) / (requests[name] ?? 0)
    if (!(ratio > 0) || isMore(ratio, most)) return `limit and request of ${name} have a ratio above ${most}`
  }
  return undefined
}

/** The first LimitRange that the sidecar, or the pod with it, is not in. */
export const rangeObstacle = ({ ranges }: NamespaceLimits, sidecar: Amounts, change: Change): Obstacle | undefined => {
  for (const item of ranges) {
    const from = `LimitRange ${item.name}`
    const message =
      item.type === 'Container'
        ? outOfRange(item, sidecar, () => true)
        : item.type === 'Pod'
          ? outOfRange(item, change.after, (name) => isChanged(change, name))
          : undefined
    if (message) return { message: `${from} for a ${item.type}: with the agent ${message}`, from }
  }
  return undefined
}
