import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import { signalSchema, workloadSelectorSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const attributeName = z.string().min(1).max(256)

const ONE_OF = ['sampleTraces', 'addAttributes', 'deleteAttributes', 'renameAttributes', 'maskAttributes'] as const
const oneIsSet = ONE_OF.map((field) => `(has(self.${field}) ? 1 : 0)`).join(' + ')

export const actionSpec = z
  .object({
    displayName: z.string().max(200).optional().describe('Name for people; the object name where absent.'),
    disabled: z.boolean().default(false).describe('Keep the settings, but do nothing.'),
    signals: z
      .array(signalSchema)
      .min(1)
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Which telemetry is changed.'),
    selector: workloadSelectorSchema.optional(),
    sampleTraces: z
      .object({ ratio: z.number().min(0).max(1).describe('Share of traces that is kept, from 0 to 1.') })
      .optional()
      .describe('Keep only a share of the traces, decided by trace id.'),
    addAttributes: z
      .record(z.string(), z.string().max(1024))
      .optional()
      .describe('Resource attributes that are added where they are absent.'),
    deleteAttributes: z.array(attributeName).min(1).max(100).optional().describe('Attributes that are removed.'),
    renameAttributes: z.record(z.string(), z.string().max(256)).optional().describe('Old name to new name.'),
    maskAttributes: z
      .object({
        attributes: z.array(attributeName).min(1).max(100).describe('Attributes whose values are looked at.'),
        pattern: z.string().min(1).max(1024).describe('What is replaced by ****, in RE2 syntax.'),
      })
      .optional()
      .describe('Hide parts of values.'),
  })
  .meta({
    'x-kubernetes-validations': [
      { rule: `${oneIsSet} == 1`, message: `exactly one of ${ONE_OF.join(', ')} is needed` },
    ],
  })
export type ActionSpec = z.infer<typeof actionSpec>

const status = z.object({ conditions: conditionsSchema.optional() })
export type Action = Resource<ActionSpec, z.infer<typeof status>>

export const actionKind = defineKind({
  kind: 'Action',
  plural: 'actions',
  shortNames: ['act'],
  description: 'What is done to telemetry on its way through the collectors.',
  spec: actionSpec,
  status,
  columns: [
    { name: 'Signals', type: 'string', jsonPath: '.spec.signals', description: 'Which telemetry is changed.' },
    { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled', description: 'Whether it is switched off.' },
    conditionColumn('Accepted', 'Accepted', 'status'),
    conditionColumn('Message', 'Accepted', 'message'),
    AGE_COLUMN,
  ],
})
