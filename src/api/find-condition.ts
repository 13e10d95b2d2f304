import type { Condition } from './conditions.ts'

/** The condition of a type. Apart from the schema, so that a browser can have it without zod. */
export const findCondition = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type)
