import { z } from 'zod'

/** A map with a minimum and maximum number of entries, validated by zod and by the CRD. */
export const boundedMap = <Value extends z.ZodType>(
  value: Value,
  { min = 0, max, maxKey = 317 }: { min?: number; max: number; maxKey?: number },
) =>
  z
    .record(z.string().min(1).max(maxKey), value)
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
      ],
    })
