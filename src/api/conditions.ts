import type { Reason } from './reasons.ts'

/** metav1.Condition, with a reason of the closed list; an object that a newer version wrote can hold another one. */
export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: Reason
  message: string
  /** RFC 3339, without fractions of a second. */
  lastTransitionTime: string
  observedGeneration?: number | undefined
}

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

/** The condition of a type, in whatever form the conditions are. */
export const findCondition = <C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((condition) => condition.type === type)
