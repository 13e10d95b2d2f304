import { z } from 'zod'
import { conditionsSchema, observedGenerationSchema } from '../types/condition-schema.ts'
import { selectorFields } from '../types/selector-fields.ts'
import { displayFields } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const sdkVariableSchema = z
  .object({
    name: z
      .string()
      .regex(/^OTEL_[A-Za-z0-9_]+$/)
      .max(128)
      .describe('Name of the environment variable, which must begin with OTEL_.'),
    value: z.string().max(4096).describe('Value of the environment variable.'),
  })
  .describe('Environment variable with a literal value.')

export const instrumentationRuleSpec = z.object({
  ...displayFields,
  disabled: z.boolean().default(false).describe('Disables the rule without deleting it.'),
  ...selectorFields,
  traceRatio: z.number().min(0).max(1).optional().describe('Ratio of traces that SDKs record, from 0 to 1.'),
  disabledLibraries: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9_.-]*$/)
        .max(100),
    )
    .max(100)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Names of libraries that are not instrumented, as the agent defines them.'),
  environment: z
    .array(sdkVariableSchema)
    .max(100)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('OTEL_* environment variables to set unless the container defines them.'),
})
export type InstrumentationRuleSpec = z.infer<typeof instrumentationRuleSpec>

const RULE_CONDITIONS = { accepted: 'Accepted' } as const

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type InstrumentationRule = Resource<InstrumentationRuleSpec, z.infer<typeof status>>

export const instrumentationRuleKind = defineKind({
  key: 'instrumentationRules',
  kind: 'InstrumentationRule',
  plural: 'instrumentationrules',
  shortNames: ['odigosrule'],
  description: 'InstrumentationRule configures the agents of selected workloads.',
  spec: instrumentationRuleSpec,
  status,
  columns: [
    { name: 'Ratio', type: 'string', jsonPath: '.spec.traceRatio', description: 'Ratio of traces recorded.' },
    { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled', description: 'Whether the rule is disabled.' },
    conditionColumn('Accepted', RULE_CONDITIONS.accepted, 'status'),
    conditionColumn('Message', RULE_CONDITIONS.accepted, 'message'),
    AGE_COLUMN,
  ],
})
