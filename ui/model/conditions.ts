/** Conditions in the browser; src/api/conditions.ts would bring the whole of zod with it. */
import type { Condition } from '../../src/api/conditions.ts'

export const findCondition = (conditions: readonly Condition[], type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type)
