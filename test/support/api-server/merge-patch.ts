import { isFields } from '../../../src/api/types/fields.ts'

/** JSON Merge Patch (RFC 7386). */
export const mergePatched = (target: unknown, patch: unknown): unknown => {
  if (!isFields(patch)) return patch
  const merged = isFields(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatched(merged[key], value)
  }
  return merged
}
