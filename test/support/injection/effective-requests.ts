import type { Container, PodSpec } from '../../../src/api/kubernetes.ts'
import { parseQuantity } from '../../../src/inject/resources/quantity.ts'

const requestsOf = ({ resources }: Container): Record<string, number> => {
  const list = { ...resources?.limits, ...resources?.requests }
  return Object.fromEntries(Object.entries(list).map(([name, quantity]) => [name, parseQuantity(quantity) ?? 0]))
}

const add = (target: Record<string, number>, more: Record<string, number>): void => {
  for (const [name, amount] of Object.entries(more)) target[name] = (target[name] ?? 0) + amount
}

const sum = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => {
  const result = { ...a }
  add(result, b)
  return result
}

const raise = (target: Record<string, number>, floor: Record<string, number>): Record<string, number> => {
  for (const [name, amount] of Object.entries(floor)) target[name] = Math.max(target[name] ?? 0, amount)
  return target
}

/** The requests that the scheduler counts for a pod: the larger of init containers and the sum of the others, with native sidecars. */
export const effectiveRequests = (spec: PodSpec): Record<string, number> => {
  const total: Record<string, number> = {}
  const sidecars: Record<string, number> = {}
  const peak: Record<string, number> = {}
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      add(sidecars, requestsOf(container))
      raise(peak, sidecars)
    } else {
      raise(peak, sum(sidecars, requestsOf(container)))
    }
  }
  for (const container of spec.containers) add(total, requestsOf(container))
  return raise(sum(total, sidecars), peak)
}
