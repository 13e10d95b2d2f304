import { z } from 'zod'
export { findCondition } from './find-condition.ts'
import type { Reason } from './reasons.ts'
import { REASONS } from './reasons.ts'

const reasonNames = Object.keys(REASONS) as [Reason, ...Reason[]]

/** metav1.Condition, with `reason` from the closed list. */
export const conditionSchema = z
  .object({
    type: z.string().min(1).max(316).describe('What the condition is about.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
    reason: z.enum(reasonNames).describe('Why, as one word of the closed list.'),
    message: z.string().max(32_768).describe('Why, for a person.'),
    lastTransitionTime: z.string().meta({ format: 'date-time', description: 'When status last changed.' }),
    observedGeneration: z.int().min(0).optional().describe('The generation of the object that was looked at.'),
  })
  .describe('A condition in the form of metav1.Condition.')

export type Condition = z.infer<typeof conditionSchema>

export const conditionsSchema = z
  .array(conditionSchema)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
  .describe('Current conditions, one for each type.')

export type NewCondition = Omit<Condition, 'lastTransitionTime'>

/**
 * Puts `next` over `current` by type. A condition whose status stays keeps its lastTransitionTime, so that
 * nothing changes where nothing happened. `now` is an RFC 3339 time without fraction of a second.
 */
export const mergeConditions = (
  current: readonly Condition[],
  next: readonly NewCondition[],
  now: string,
): Condition[] => {
  const merged = new Map(current.map((condition) => [condition.type, condition]))
  for (const condition of next) {
    const before = merged.get(condition.type)
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now
    merged.set(condition.type, { ...condition, lastTransitionTime })
  }
  return [...merged.values()]
}
