/** The condition of a type. Apart from the schema, so that a browser can have it without zod. */
export const findCondition = <C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((condition) => condition.type === type)
