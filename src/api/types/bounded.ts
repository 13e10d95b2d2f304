import { z } from 'zod'

interface Bounds {
  min?: number
  max: number
  maxKey?: number
  /** Pattern of the keys, and what its matches are called. */
  keys?: { pattern: RegExp; name: string }
}

/** A map with a minimum and maximum number of entries, validated by zod and by the CRD. */
export const boundedMap = <Value extends z.ZodType>(value: Value, { min = 0, max, maxKey = 317, keys }: Bounds) => {
  const keySchema = z.string().min(1).max(maxKey)
  const patternRules = keys
    ? [{ rule: `self.all(key, key.matches(r'${keys.pattern.source}'))`, message: `keys must be ${keys.name}` }]
    : []
  return z
    .record(keys ? keySchema.regex(keys.pattern) : keySchema, value)
    .refine((map) => Object.keys(map).length <= max, `must have at most ${max} entries`)
    .refine((map) => Object.keys(map).length >= min, `must have at least ${min} entries`)
    .meta({
      maxProperties: max,
      ...(min > 0 ? { minProperties: min } : {}),
      'x-kubernetes-validations': [
        {
          rule: `self.all(key, size(key) >= 1 && size(key) <= ${maxKey})`,
          message: `keys must have 1 to ${maxKey} characters`,
        },
        ...patternRules,
      ],
    })
}
