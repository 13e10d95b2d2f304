import { z } from 'zod'
import type { Condition } from '../conditions.ts'
import type { Reason } from '../reasons.ts'

/** The pattern of metav1.Condition: a CRD that is older than the controller accepts reasons that it does not define. */
const REASON_PATTERN = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/

/** A reason: any word in the schema, one of the closed list in the code. */
export const reasonSchema = z.string().min(1).max(1024).regex(REASON_PATTERN) as z.ZodType<string> as z.ZodType<Reason>

const conditionSchema: z.ZodType<Condition> = z
  .object({
    type: z.string().min(1).max(316).describe('Type of the condition in CamelCase.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Status of the condition: True, False or Unknown.'),
    reason: reasonSchema.describe("Programmatic identifier of the reason for the condition's last transition."),
    message: z.string().max(32_768).describe('Human-readable details about the last transition.'),
    lastTransitionTime: z.string().meta({
      format: 'date-time',
      description: 'Last time the condition changed from one status to another.',
    }),
    observedGeneration: z
      .int()
      .min(0)
      .optional()
      .describe('Value of metadata.generation that the condition is based on.'),
  })
  .describe('Condition as defined by metav1.Condition.')

export const conditionsSchema = z
  .array(conditionSchema)
  .max(32)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
  .describe("Latest available observations of the object's state.")

export const observedGenerationSchema = z
  .int()
  .min(0)
  .describe('Value of metadata.generation last observed by the controller.')

export const refusedHashSchema = z
  .string()
  .max(64)
  .describe('Hash of what collectors refused to start with. It is not tried again until it differs.')
