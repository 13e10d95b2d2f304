import { z } from 'zod'
import { boundedMap } from '../types/bounded.ts'
import { conditionsSchema, observedGenerationSchema, refusedHashSchema } from '../types/condition-schema.ts'
import { selectorFields } from '../types/selector-fields.ts'
import { ACTION_BODIES, ACTION_TYPES, isOfTraces, OF_TRACES } from '../actions/action-types.ts'
import type { ActionType } from '../actions/action-types.ts'
import { clusterInfoSchema } from '../actions/cluster-info.ts'
import { DRY_RUN_RULE, dryRunSchema, modeSchema } from '../actions/dry-run.ts'
import { DROP_RULES, dropSchema } from '../actions/drop.ts'
import { sampleSchema } from '../actions/sample.ts'
import { spanMetricsSchema } from '../actions/span-metrics.ts'
import { tailSampleSchema } from '../actions/tail-sample.ts'
import { TEMPLATE_RULES, templateQueriesSchema, templateURLsSchema } from '../actions/template.ts'
import { MASK_MESSAGE, MASK_RULES, maskFields, masksSomething } from '../actions/mask.ts'
import type { Signal } from '../vocabulary.ts'
import { displayFields, signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const MAX_ATTRIBUTE_NAME = 256
const attributeName = z.string().min(1).max(MAX_ATTRIBUTE_NAME)
const attributeMap = (value: z.ZodString) => boundedMap(value, { min: 1, max: 100, maxKey: MAX_ATTRIBUTE_NAME })
const attributeNames = z.array(attributeName).min(1).max(100).meta({ 'x-kubernetes-list-type': 'set' })

const SIGNALS_MESSAGE = `signals are not allowed with types ${OF_TRACES.join(', ')}, and required with any other type`

/** Names are changed one after the other: an attribute would get the name of the next, or be deleted under its own. */
const RENAME_RULE = {
  rule: '!has(self.renameAttributes) || self.renameAttributes.all(key, !(self.renameAttributes[key] in self.renameAttributes))',
  message: 'a new name in renameAttributes must not be one of the current names; use one Action after the other',
  holds: ({ renameAttributes = {} }: { renameAttributes?: Record<string, string> | undefined }): boolean =>
    Object.values(renameAttributes).every((name) => !Object.hasOwn(renameAttributes, name)),
}
/** About a field together with the signals. */
const BODY_RULES = [DRY_RUN_RULE, RENAME_RULE, ...DROP_RULES, ...TEMPLATE_RULES]

/**
 * Each type has exactly its own field, and some are about traces only. An object that was stored without a type passes, so
 * that its status can be written.
 */
const RULES = [
  ...Object.entries(ACTION_BODIES).map(([type, body]) => ({
    rule: `!has(self.type) || (self.type == '${type}') == has(self.${body})`,
    message: `${body} is required with type ${type}, and not allowed with any other type`,
  })),
  {
    rule: `!has(self.type) || (self.type in ['${OF_TRACES.join("', '")}']) != has(self.signals)`,
    message: SIGNALS_MESSAGE,
  },
  ...BODY_RULES.map(({ rule, message }) => ({ rule, message })),
]

interface Union {
  type: ActionType
  signals?: unknown
}

const hasOwnBody = (spec: Union): boolean =>
  Object.entries(ACTION_BODIES).every(([type, body]) => (spec.type === type) === (spec[body as never] !== undefined))

export const actionSpec = z
  .object({
    ...displayFields,
    type: z.enum(ACTION_TYPES).describe('Type of the action. The field of the same name holds its settings.'),
    disabled: z.boolean().default(false).describe('Disables the action without deleting it.'),
    mode: modeSchema,
    signals: z
      .array(signalSchema)
      .min(1)
      .max(3)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Signals that the action applies to. Required unless the type is SampleTraces, TailSampleTraces or SpanMetrics.',
      ),
    ...selectorFields,
    sampleTraces: sampleSchema
      .optional()
      .describe(
        'Keeps a share of the traces, chosen by trace ID. Each span is judged by itself: of a trace, spans of which a smaller share is kept can be missing. Of several such Actions, the smallest share counts.',
      ),
    tailSampleTraces: tailSampleSchema
      .optional()
      .describe(
        'Holds the spans of a trace back until it is complete, and then decides about all that the action selects. Errors are kept, then slow traces, then those with the attributes, then a share of the others. Where several such Actions select spans of a trace, it is kept if one of them keeps it.',
      ),
    spanMetrics: spanMetricsSchema
      .optional()
      .describe(
        'Counts spans and measures their durations, as the metrics traces.span.metrics.calls and traces.span.metrics.duration, by service, span name, kind and status. Spans are counted before actions sample or drop them, with the names and attributes that other actions give them. Where several such actions select a span, the first by name counts it.',
      ),
    addAttributes: attributeMap(z.string().max(1024)).optional().describe('Resource attributes to add if absent.'),
    addClusterInfo: clusterInfoSchema
      .optional()
      .describe('Adds resource attributes that name the cluster, for backends that receive telemetry of several.'),
    deleteAttributes: attributeNames
      .optional()
      .describe('Names of the attributes to delete, wherever they are but in span links and exemplars.'),
    renameAttributes: attributeMap(attributeName)
      .optional()
      .describe(
        'Attributes to rename, wherever they are but in span links and exemplars: current names as keys, new names as values. A new name must not be one of the current names. An attribute that has the new name already is replaced.',
      ),
    maskAttributes: z
      .object({ attributes: attributeNames.describe('Names of the attributes to mask.'), ...maskFields })
      .refine(masksSomething, MASK_MESSAGE)
      .meta({ 'x-kubernetes-validations': MASK_RULES })
      .optional()
      .describe(
        'Masks parts of attribute values, wherever the attributes are but in span links and exemplars. Numbers are masked as text, lists and maps as a whole.',
      ),
    maskValues: z
      .object(maskFields)
      .refine(masksSomething, MASK_MESSAGE)
      .meta({ 'x-kubernetes-validations': MASK_RULES })
      .optional()
      .describe(
        'Masks parts of all values that are text: of attributes, names of spans and events, status messages and log bodies. Lists and maps with a match become attributes of their own, such as a.b and a.0; a log body that is a list becomes a map, and a number text. Numbers in attributes, span links and exemplars are not masked.',
      ),
    dropTelemetry: dropSchema
      .optional()
      .describe(
        'Drops the spans, data points or log records for which all conditions hold, for example those of health checks. Of a trace, the other spans stay.',
      ),
    templateURLs: templateURLsSchema
      .optional()
      .describe(
        'Replaces what varies in paths by placeholders: in the attributes url.path and http.target, and in names of server and client spans without http.route that begin with a path or a method and a path.',
      ),
    templateQueries: templateQueriesSchema
      .optional()
      .describe(
        'Replaces literals in SQL by ?, lists of IN by one, and removes comments. Where the end of a literal is uncertain, the rest of the query is replaced with it.',
      ),
  })
  .refine(hasOwnBody, 'exactly the field of the type is required')
  .refine((spec) => isOfTraces(spec) !== (spec.signals !== undefined), SIGNALS_MESSAGE)
  .superRefine((spec, context) => {
    for (const { holds, message } of BODY_RULES) if (!holds(spec)) context.addIssue({ code: 'custom', message })
  })
  .meta({ 'x-kubernetes-validations': RULES })
export type ActionSpec = z.infer<typeof actionSpec>

/** Signals of an Action. */
export const actionSignals = ({ signals, ...spec }: ActionSpec): readonly Signal[] =>
  signals ?? (isOfTraces(spec) ? ['traces'] : [])

/** Whether it only counts what it would drop. */
export const isDryRun = ({ mode }: ActionSpec): boolean => mode === 'DryRun'

const ACTION_CONDITIONS = { accepted: 'Accepted' } as const

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  summary: z
    .object({ signals: z.string().max(100).describe('Signals that the action applies to, separated by commas.') })
    .optional()
    .describe('Lists of the spec as text, printed by kubectl get.'),
  refusedHash: refusedHashSchema.optional(),
  dryRun: dryRunSchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type ActionStatus = z.infer<typeof status>
export type Action = Resource<ActionSpec, ActionStatus>

export const actionKind = defineKind({
  key: 'actions',
  kind: 'Action',
  plural: 'actions',
  shortNames: ['odigosaction'],
  description: 'Action transforms telemetry in the gateway collectors.',
  spec: actionSpec,
  status,
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.spec.type', description: 'Type of the action.' },
    {
      name: 'Signals',
      type: 'string',
      jsonPath: '.status.summary.signals',
      description: 'Signals that the action applies to.',
    },
    { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled', description: 'Whether the action is disabled.' },
    conditionColumn('Accepted', ACTION_CONDITIONS.accepted, 'status'),
    conditionColumn('Message', ACTION_CONDITIONS.accepted, 'message'),
    AGE_COLUMN,
  ],
})
