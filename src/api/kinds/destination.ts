import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import { nameSchema, signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

export const destinationSpec = z.object({
  type: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .max(63)
    .describe('Entry of the destination catalogue, for example otlp, otlphttp, kafka, debug.'),
  displayName: z.string().max(200).optional().describe('Name for people; the object name where absent.'),
  disabled: z.boolean().default(false).describe('Keep the settings, but send nothing.'),
  signals: z
    .array(signalSchema)
    .min(1)
    .max(3)
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('What is sent there.'),
  fields: z
    .record(z.string(), z.string().max(8192))
    .default({})
    .describe('Settings of the type, by field name. A secret field does not belong here but in the Secret.'),
  secretRef: z
    .object({ name: nameSchema.describe('Name of a Secret in the namespace of Odigos.') })
    .optional()
    .describe("Secret that holds the type's secret fields, a key for each."),
})
export type DestinationSpec = z.infer<typeof destinationSpec>

export const DESTINATION_CONDITIONS = { accepted: 'Accepted' } as const

const status = z.object({
  conditions: conditionsSchema.optional(),
})
export type Destination = Resource<DestinationSpec, z.infer<typeof status>>

export const destinationKind = defineKind({
  kind: 'Destination',
  plural: 'destinations',
  shortNames: ['dest'],
  description: 'A place that telemetry is sent to.',
  spec: destinationSpec,
  status,
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.spec.type', description: 'Entry of the catalogue.' },
    { name: 'Signals', type: 'string', jsonPath: '.spec.signals', description: 'What is sent there.' },
    conditionColumn('Accepted', DESTINATION_CONDITIONS.accepted, 'status'),
    conditionColumn('Reason', DESTINATION_CONDITIONS.accepted, 'reason'),
    conditionColumn('Message', DESTINATION_CONDITIONS.accepted, 'message'),
    AGE_COLUMN,
  ],
})
