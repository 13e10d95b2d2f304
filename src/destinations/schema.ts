import { z } from 'zod'
import { REASONS } from '../api/reasons.ts'
import type { Reason } from '../api/reasons.ts'
import { signalSchema } from '../api/vocabulary.ts'
import { referencesOf } from './template.ts'
import { TLS_FIELD_NAMES } from './tls/names.ts'

/** How a field is presented and validated. A keyvalue field contains one `name=value` pair per line. */
export const FIELD_TYPES = ['text', 'password', 'number', 'boolean', 'select', 'keyvalue'] as const

const fieldSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][A-Za-z0-9]{0,62}$/),
    label: z.string().min(1),
    type: z.enum(FIELD_TYPES),
    required: z.boolean().default(false),
    /** The value is stored in the Destination's Secret; Odigos and browsers never read it. */
    secret: z.boolean().default(false),
    default: z.string().optional(),
    options: z.array(z.string()).min(1).optional(),
    /** Regular expression that a value must match. */
    pattern: z.string().optional(),
    /** Format of the text: X.509 certificates or a private key, in PEM, because a collector does not start with invalid ones. */
    format: z.enum(['certificates', 'privateKey']).optional(),
    /** Secret field without which this one is of no use. */
    requires: z.string().optional(),
    /** Condition under which the field applies: `field`, `field=value` or `field!=value`. */
    when: z.string().optional(),
    help: z.string().optional(),
  })
  .refine((field) => field.secret === (field.type === 'password'), 'secret requires the type password, and vice versa')
  .refine(
    (field) => (field.type === 'select') === (field.options !== undefined),
    'options require the type select, and vice versa',
  )
  .refine((field) => !field.options || field.default === undefined || field.options.includes(field.default), {
    message: 'the default is not among the options',
  })
export type CatalogueField = z.infer<typeof fieldSchema>

const config = z.record(z.string(), z.unknown())

const exporterSchema = z.strictObject({
  /** Type of the collector's exporter. */
  type: z.string().regex(/^[a-z0-9_]+$/),
  /** Signals of this exporter. Default: all signals of the entry. */
  signals: z.array(signalSchema).min(1).optional(),
  /** Whether the exporter supports `sending_queue`, and `retry_on_failure` unless `retry` differs. */
  queue: z.boolean().default(true),
  /** Whether it supports `retry_on_failure`, if that differs from `queue`. */
  retry: z.boolean().optional(),
  /** Maximum size of a request in bytes, if the backend accepts less than usual. */
  maxBatchBytes: z.int().min(1024).optional(),
  /** Whether a request without a queue ends with the answer of the backend; otherwise the exporter sends later, by itself. */
  answers: z.boolean().default(true),
  /** Templates of the hosts that the exporter derives itself, if its configuration names no address. Empty: it sends to none. */
  hosts: z.array(z.unknown()).optional(),
  config,
})
export type CatalogueExporter = z.infer<typeof exporterSchema>

const reasonNames = Object.keys(REASONS) as [Reason, ...Reason[]]

/** A Destination named `example`, and its expected rendering. */
const testSchema = z.strictObject({
  name: z.string(),
  signals: z.array(signalSchema).min(1).optional(),
  fields: z.record(z.string(), z.string()),
  secretKeys: z.array(z.string()).optional(),
  exporters: z.record(z.string(), config).optional(),
  extensions: z.record(z.string(), config).optional(),
  resource: z.record(z.string(), z.unknown()).optional(),
  problems: z.array(z.enum(reasonNames)).optional(),
})

interface Draft {
  fields: CatalogueField[]
  exporters: unknown
  extensions?: unknown
  resource?: unknown
}

/** Fields that templates and conditions refer to but the entry lacks. */
const unknownReferences = (entry: Draft): string[] => {
  const known = new Set([...TLS_FIELD_NAMES, ...entry.fields.map((field) => field.name)])
  const conditions = entry.fields.flatMap((field) => (field.when ? [{ $when: field.when }] : []))
  return referencesOf([entry.exporters, entry.extensions, entry.resource, conditions]).filter(
    (name) => !known.has(name),
  )
}

/** One file of the catalogue: the fields of a backend, and the collector components rendered from them. */
export const catalogueEntrySchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    displayName: z.string().min(1),
    description: z.string().min(1),
    /** Page of the vendor about what it accepts. */
    docs: z.url({ protocol: /^https$/ }).optional(),
    signals: z.array(signalSchema).min(1),
    fields: z.array(fieldSchema),
    exporters: z.array(exporterSchema).min(1),
    /** Extensions by type; exporters refer to them as `{{$extension.<type>}}`. */
    extensions: z.record(z.string(), config).optional(),
    /** Resource attributes that the backend requires, which are set in what is sent to it. */
    resource: z.record(z.string(), z.string()).optional(),
    tests: z.array(testSchema).default([]),
  })
  .refine((entry) => new Set(entry.fields.map((field) => field.name)).size === entry.fields.length, {
    message: 'two fields have the same name',
  })
  .refine((entry) => new Set(entry.exporters.map(({ type }) => type)).size === entry.exporters.length, {
    message: 'two exporters have the same type, and would have the same name',
  })
  .superRefine((entry, context) => {
    for (const name of unknownReferences(entry))
      context.addIssue({ code: 'custom', message: `a template refers to the unknown field ${name}` })
  })
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>
