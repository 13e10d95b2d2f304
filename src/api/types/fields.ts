/** Reading of JSON of an unknown shape. */
export type Fields = Record<string, unknown>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of an object; none for any other value. */
export const asFields = (value: unknown): Fields => (isFields(value) ? value : {})
