/** Compute resources of collectors, in the form of the ResourceRequirements of a container. */
import { z } from 'zod'
import { isLess, parseQuantity } from './quantity.ts'

/** Not negative, and without exponents, which are not used for memory, so that the schema stays readable. */
const QUANTITY = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/

const quantitySchema = z.union([z.int().min(0), z.string().max(32).regex(QUANTITY)])
/** A quantity of Kubernetes, such as 512Mi, 100m or 2. */
export type Quantity = z.infer<typeof quantitySchema>

const amountsSchema = (role: 'request' | 'limit') =>
  z.object({
    cpu: quantitySchema.optional().describe(`CPU ${role}, for example 100m.`),
    memory: quantitySchema.optional().describe(`Memory ${role}, for example 256Mi.`),
  })

interface Bound {
  field: 'cpu' | 'memory'
  list: 'requests' | 'limits'
  min: string
  max: string
}

/** Bounds: the minimum with which a collector runs, and a maximum that catches typing errors. */
const BOUNDS: readonly Bound[] = (['requests', 'limits'] as const).flatMap((list) => [
  { list, field: 'memory', min: '64Mi', max: '64Gi' },
  { list, field: 'cpu', min: '10m', max: '64' },
])

const asQuantity = (path: string): string => `quantity(string(${path}))`

const inBounds = ({ list, field, min, max }: Bound) => {
  const value = `self.${list}.${field}`
  return {
    rule:
      `!has(self.${list}) || !has(${value}) || (${asQuantity(value)}.compareTo(quantity('${min}')) >= 0 && ` +
      `${asQuantity(value)}.compareTo(quantity('${max}')) <= 0)`,
    message: `${list}.${field} must be between ${min} and ${max}`,
  }
}

const requestWithinLimit = (field: Bound['field']) => ({
  rule:
    `!has(self.requests) || !has(self.limits) || !has(self.requests.${field}) || !has(self.limits.${field}) || ` +
    `${asQuantity(`self.requests.${field}`)}.compareTo(${asQuantity(`self.limits.${field}`)}) <= 0`,
  message: `requests.${field} must not exceed limits.${field}`,
})

const RULES = [...BOUNDS.map(inBounds), requestWithinLimit('cpu'), requestWithinLimit('memory')]

export const resourcesSchema = z
  .object({
    requests: amountsSchema('request').optional().describe('Minimum amount of compute resources required.'),
    limits: amountsSchema('limit').optional().describe('Maximum amount of compute resources allowed.'),
  })
  .meta({ 'x-kubernetes-validations': RULES })
  .describe(
    'Compute resources of one collector. A CPU limit is not recommended, because a throttled collector loses data.',
  )
export type CollectorResources = z.infer<typeof resourcesSchema>

export const replicasSchema = z
  .object({
    min: z.int().min(1).max(100).describe('Minimum number of replicas.'),
    max: z.int().min(1).max(100).describe('Maximum number of replicas.'),
  })
  .meta({ 'x-kubernetes-validations': [{ rule: 'self.min <= self.max', message: 'min must not exceed max' }] })
  .describe('Bounds of the number of replicas for autoscaling.')

/** The size of a collector if the OdigosConfig does not set one. */
export interface DefaultSize {
  cpu: string
  memory: string
}

const smaller = (a: Quantity, b: Quantity): Quantity => (isLess(b, a) ? b : a)
const larger = (a: Quantity, b: Quantity): Quantity => (isLess(a, b) ? b : a)

/**
 * The resources with all defaults. As in Kubernetes, an absent request defaults to its limit. Memory always has a limit,
 * from which the collector's own budget is derived.
 */
export const withDefaultSize = (
  { requests = {}, limits = {} }: CollectorResources,
  { cpu, memory }: DefaultSize,
): CollectorResources => {
  const memoryLimit = limits.memory ?? larger(memory, requests.memory ?? memory)
  return {
    requests: {
      cpu: requests.cpu ?? (limits.cpu === undefined ? cpu : smaller(cpu, limits.cpu)),
      memory: requests.memory ?? memoryLimit,
    },
    limits: { ...(limits.cpu === undefined ? {} : { cpu: limits.cpu }), memory: memoryLimit },
  }
}

const MEBIBYTE = 2 ** 20

/** The memory limit in whole MiB; that of the smallest collector if there is none. */
export const memoryLimitMiB = ({ limits }: CollectorResources): number =>
  Math.floor((parseQuantity(limits?.memory) ?? 64 * MEBIBYTE) / MEBIBYTE)
