import { z } from 'zod'
import { sendingFields } from '../destinations/sending.ts'
import { sourcesSchema } from '../destinations/sources.ts'
import { boundedMap } from '../types/bounded.ts'
import { conditionsSchema, observedGenerationSchema, refusedHashSchema } from '../types/condition-schema.ts'
import { displayFields, nameSchema, signalSchema } from '../vocabulary.ts'
import { deliverySchema } from './delivery.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

/** What happens to data for which the queue of a destination has no room. */
const WHEN_FULL = ['Drop', 'Wait'] as const
export type WhenFull = (typeof WHEN_FULL)[number]

export const destinationSpec = z.object({
  type: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .max(63)
    .meta({ 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'type is immutable' }] })
    .describe('Type of the destination: an entry of the catalogue, such as otlp, otlphttp, kafka or debug. Immutable.'),
  ...displayFields,
  disabled: z.boolean().default(false).describe('Disables the destination without deleting it.'),
  signals: z
    .array(signalSchema)
    .min(1)
    .max(3)
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Signals sent to this destination.'),
  fields: boundedMap(z.string().max(8192), { max: 100, maxKey: 100 })
    .default({})
    .describe('Fields of the type by name. Secret fields belong in the Secret that secretRef references.'),
  secretRef: z
    .object({ name: nameSchema.describe('Name of a Secret in the namespace of the destination.') })
    .optional()
    .describe('Reference to the Secret with the secret fields of the type, keyed by field name.'),
  queue: z
    .object({
      whenFull: z
        .enum(WHEN_FULL)
        .default('Drop')
        .describe(
          'Behavior when the queue of the destination is full. Drop discards new data for this destination; others are not affected. Wait discards nothing: collectors stop accepting data until there is room, which delays all other destinations.',
        ),
    })
    .optional()
    .describe('Settings of the queue on disk, which keeps data while the destination is unavailable.'),
  sources: sourcesSchema.optional(),
  ...sendingFields,
})
export type DestinationSpec = z.infer<typeof destinationSpec>

export const DESTINATION_CONDITIONS = {
  accepted: 'Accepted',
  delivering: 'Delivering',
  queueHasRoom: 'QueueHasRoom',
  sourcesMatch: 'SourcesMatch',
  certificatesValid: 'CertificatesValid',
} as const

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  summary: z
    .object({ signals: z.string().max(100).describe('Signals sent to this destination, separated by commas.') })
    .optional()
    .describe('Lists of the spec as text, printed by kubectl get.'),
  refusedHash: refusedHashSchema.optional(),
  delivery: deliverySchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type DestinationStatus = z.infer<typeof status>
export type Destination = Resource<DestinationSpec, DestinationStatus>

export const destinationKind = defineKind({
  key: 'destinations',
  kind: 'Destination',
  plural: 'destinations',
  shortNames: ['odigosdest'],
  description: 'Destination is a backend that telemetry is sent to.',
  spec: destinationSpec,
  status,
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.spec.type', description: 'Type of the destination.' },
    {
      name: 'Signals',
      type: 'string',
      jsonPath: '.status.summary.signals',
      description: 'Signals sent to the destination.',
    },
    conditionColumn('Accepted', DESTINATION_CONDITIONS.accepted, 'status'),
    conditionColumn('Reason', DESTINATION_CONDITIONS.accepted, 'reason'),
    conditionColumn('Delivery', DESTINATION_CONDITIONS.delivering, 'reason'),
    conditionColumn('Message', DESTINATION_CONDITIONS.accepted, 'message'),
    AGE_COLUMN,
  ],
})
