import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import { envVarSchema, workloadSelectorSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, defineKind } from './kind.ts'

export const instrumentationRuleSpec = z.object({
  displayName: z.string().max(200).optional().describe('Name for people; the object name where absent.'),
  disabled: z.boolean().default(false).describe('Keep the settings, but do nothing.'),
  selector: workloadSelectorSchema.optional(),
  traceRatio: z.number().min(0).max(1).optional().describe('Share of traces that the SDKs record, from 0 to 1.'),
  disabledLibraries: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9_.-]*$/)
        .max(100),
    )
    .max(100)
    .optional()
    .describe("Libraries that are not instrumented, by the agent's own names."),
  environment: z
    .array(envVarSchema)
    .max(100)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('OTEL_* variables that are set where the container does not set them itself.'),
})
export type InstrumentationRuleSpec = z.infer<typeof instrumentationRuleSpec>

const status = z.object({ conditions: conditionsSchema.optional() })
export type InstrumentationRule = Resource<InstrumentationRuleSpec, z.infer<typeof status>>

export const instrumentationRuleKind = defineKind({
  kind: 'InstrumentationRule',
  plural: 'instrumentationrules',
  shortNames: ['irule'],
  description: 'How instrumentation behaves for some workloads, languages or libraries.',
  spec: instrumentationRuleSpec,
  status,
  columns: [
    { name: 'Ratio', type: 'string', jsonPath: '.spec.traceRatio', description: 'Share of traces.' },
    { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled', description: 'Whether it is switched off.' },
    AGE_COLUMN,
  ],
})
