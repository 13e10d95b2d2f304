import type { Reason } from './reasons.ts'

/** metav1.Condition, with a reason of the closed list; an object written by a newer version can hold another one. */
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

/** Maximum length of a message in the schema of conditions. */
const MAX_MESSAGE = 32_768

/** The text with an ellipsis where it is longer than `max`. */
export const shorten = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text)

/**
 * Merges `next` into `current` by type. A condition with an unchanged status keeps its lastTransitionTime, so that an
 * unchanged observation causes no write. `now` is an RFC 3339 time without fractions of a second.
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
    const message = shorten(condition.message, MAX_MESSAGE)
    merged.set(condition.type, { ...condition, message, lastTransitionTime })
  }
  return [...merged.values()]
}

/** The condition of a type. */
export const findCondition = <C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((condition) => condition.type === type)
