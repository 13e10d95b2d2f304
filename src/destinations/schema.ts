import { z } from 'zod'
import { REASONS } from '../api/reasons.ts'
import type { Reason } from '../api/reasons.ts'
import { signalSchema } from '../api/vocabulary.ts'
import { referencesOf } from './template.ts'

/** How a field is asked for and checked; a keyvalue field holds one `name=value` on each line. */
export const FIELD_TYPES = ['text', 'password', 'number', 'boolean', 'select', 'keyvalue'] as const

const fieldSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][A-Za-z0-9]{0,62}$/),
    label: z.string().min(1),
    type: z.enum(FIELD_TYPES),
    required: z.boolean().default(false),
    /** The value is a key of the Destination's Secret; it is never seen by us or by a browser. */
    secret: z.boolean().default(false),
    default: z.string().optional(),
    options: z.array(z.string()).min(1).optional(),
    /** Regular expression that a value must match. */
    pattern: z.string().optional(),
    /** What the text must be; `certificates`: X.509 certificates in PEM, with which a collector could not start if wrong. */
    format: z.enum(['certificates']).optional(),
    /** The field matters only where this holds: `field`, `field=value` or `field!=value`. */
    when: z.string().optional(),
    help: z.string().optional(),
  })
  .refine((field) => field.secret === (field.type === 'password'), 'secret goes with the type password')
  .refine((field) => (field.type === 'select') === (field.options !== undefined), 'options go with the type select')
  .refine((field) => !field.options || field.default === undefined || field.options.includes(field.default), {
    message: 'the default is none of the options',
  })
export type CatalogueField = z.infer<typeof fieldSchema>

const config = z.record(z.string(), z.unknown())

const exporterSchema = z.strictObject({
  /** Type of the collector's exporter. */
  type: z.string().regex(/^[a-z0-9_]+$/),
  /** The signals that go to this exporter; all of the entry where absent. */
  signals: z.array(signalSchema).min(1).optional(),
  /** Whether the exporter has `sending_queue` and `retry_on_failure`. */
  queue: z.boolean().default(true),
  /** Most bytes of one request, where the backend takes less than usual. */
  maxBatchBytes: z.int().min(1024).optional(),
  config,
})
export type CatalogueExporter = z.infer<typeof exporterSchema>

const reasonNames = Object.keys(REASONS) as [Reason, ...Reason[]]

/** A Destination named `example`, and what it must render to. */
const testSchema = z.strictObject({
  name: z.string(),
  signals: z.array(signalSchema).min(1).optional(),
  fields: z.record(z.string(), z.string()),
  secretKeys: z.array(z.string()).optional(),
  exporters: z.record(z.string(), config).optional(),
  extensions: z.record(z.string(), config).optional(),
  problems: z.array(z.enum(reasonNames)).optional(),
})

interface Draft {
  fields: CatalogueField[]
  exporters: unknown
  extensions?: unknown
}

/** Fields that templates and conditions name, and that the entry does not have. */
const unknownReferences = (entry: Draft): string[] => {
  const known = new Set(entry.fields.map((field) => field.name))
  const conditions = entry.fields.flatMap((field) => (field.when ? [{ $when: field.when }] : []))
  return referencesOf([entry.exporters, entry.extensions, conditions]).filter((name) => !known.has(name))
}

/** One file of the catalogue: what a vendor asks for, and the collector components that it becomes. */
export const catalogueEntrySchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    displayName: z.string().min(1),
    description: z.string().min(1),
    signals: z.array(signalSchema).min(1),
    fields: z.array(fieldSchema),
    exporters: z.array(exporterSchema).min(1),
    /** Extensions by type, each named `{{$extension.<type>}}` in an exporter's config. */
    extensions: z.record(z.string(), config).optional(),
    tests: z.array(testSchema).default([]),
  })
  .refine((entry) => new Set(entry.fields.map((field) => field.name)).size === entry.fields.length, {
    message: 'two fields have one name',
  })
  .superRefine((entry, context) => {
    for (const name of unknownReferences(entry))
      context.addIssue({ code: 'custom', message: `a template names the field ${name}, which the entry does not have` })
  })
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>
