/** What is masked in telemetry. */
import { z } from 'zod'

export const MASK_KINDS = ['Email', 'PaymentCard', 'PhoneNumber', 'IpAddress', 'Token'] as const
export type MaskKind = (typeof MASK_KINDS)[number]

/** Fields that say what is masked. */
export const maskFields = {
  kinds: z
    .array(z.enum(MASK_KINDS))
    .min(1)
    .max(MASK_KINDS.length)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe(
      'Kinds of values to replace with ****, by their usual form. Token includes passwords in URLs, headers with credentials and private keys.',
    ),
  pattern: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'Regular expression in RE2 syntax. Each part of a value that matches is replaced with ****; it must not match the empty text between characters.',
    ),
}

export interface MaskWhat {
  kinds?: readonly MaskKind[] | undefined
  pattern?: string | undefined
}

export const MASK_MESSAGE = 'kinds or pattern is required'
export const masksSomething = ({ kinds, pattern }: MaskWhat): boolean => kinds !== undefined || pattern !== undefined
export const MASK_RULES = [{ rule: 'has(self.kinds) || has(self.pattern)', message: MASK_MESSAGE }]
