import { createHash } from 'node:crypto'
import type { DestinationSpec, WhenFull } from '../api/kinds/destination.ts'
import type { EnvVar } from '../api/kubernetes.ts'
import type { Signal } from '../api/vocabulary.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogue } from './catalogue.ts'
import type { ExporterOwner } from './addresses/exporter-id.ts'
import { exporterId } from './addresses/exporter-id.ts'
import type { Problem, SecretKeys } from './fields.ts'
import { checkFields, problem } from './fields.ts'
import type { CatalogueEntry, CatalogueExporter } from './schema.ts'
import { canRetry, sendingProblems, withCompression } from './sending.ts'
import type { FieldValues } from './template.ts'
import { fillTemplate } from './template.ts'

export interface RenderedExporter {
  /** `<type>/<destination>-<hash>`, unique in a collector. */
  id: string
  signals: Signal[]
  config: Record<string, unknown>
  /** Whether the exporter supports `sending_queue`. */
  queue: boolean
  /** Whether the exporter supports `retry_on_failure`. */
  retry: boolean
  maxBatchBytes?: number | undefined
  /** Absent where a request without a queue ends with the answer of the backend. */
  answersLater?: true
  /** Hosts that it derives itself. */
  hosts?: string[]
}

/** The components of one Destination in a collector; empty if there are problems. */
export interface RenderedDestination {
  /** Name of the Destination, unique in a collector. */
  name: string
  whenFull: WhenFull
  /** After how many seconds of attempts data is dropped; absent where it is not. */
  retrySeconds?: number | undefined
  /** OTTL condition on the resource of what it takes; absent where it takes everything. */
  takes?: string | undefined
  exporters: RenderedExporter[]
  extensions: Record<string, Record<string, unknown>>
  /** Resource attributes to set, in what is sent to this Destination only. */
  resource?: Record<string, unknown> | undefined
  /** Variables with the secrets that the configuration refers to. */
  env: EnvVar[]
  problems: Problem[]
}

interface Source extends ExporterOwner {
  spec: DestinationSpec
}

/** How many queues a Destination has on each collector. */
export const queuesOf = ({ exporters }: RenderedDestination): number =>
  exporters.reduce((sum, { queue, signals }) => sum + (queue ? signals.length : 0), 0)

/**
 * Name of the variable with a secret field of a Destination. Names of objects contain characters that variables must
 * not, so part of their hash keeps them distinct.
 */
export const secretVariable = (destination: string, field: string): string => {
  const readable = destination.replaceAll(/[^a-z0-9]/g, '_')
  const hash = createHash('sha256').update(destination).digest('hex').slice(0, 6)
  return `DESTINATION_${readable}_${hash}_${field}`.toUpperCase()
}

const whenFullOf = ({ queue }: DestinationSpec): WhenFull => queue?.whenFull ?? 'Drop'

const rejected = ({ name, spec }: Source, problems: Problem[]): RenderedDestination => ({
  name,
  whenFull: whenFullOf(spec),
  exporters: [],
  extensions: {},
  env: [],
  problems,
})

const earlyProblems = (spec: DestinationSpec, entry: CatalogueEntry): Problem[] => {
  if (spec.disabled) return [problem('Disabled', 'the Destination is disabled')]
  const sending = sendingProblems(spec, entry)
  const unsupported = spec.signals.filter((signal) => !entry.signals.includes(signal))
  return [
    ...unsupported.map((signal) => problem('UnsupportedSignal', `${entry.displayName} does not support ${signal}`)),
    ...sending,
  ]
}

const hostsOf = ({ hosts }: CatalogueExporter, values: FieldValues): Pick<RenderedExporter, 'hosts'> =>
  hosts ? { hosts: (fillTemplate({ hosts }, values)?.['hosts'] ?? []) as string[] } : {}

const renderExporter = (exporter: CatalogueExporter, source: Source, values: FieldValues): RenderedExporter => {
  const filled = fillTemplate(exporter.config, values) ?? {}
  const config = withCompression(exporter.type, filled, source.spec.compression)
  return {
    id: exporterId(exporter.type, source, config),
    signals: source.spec.signals.filter((signal) => exporter.signals?.includes(signal) ?? true),
    config,
    queue: exporter.queue,
    retry: canRetry(exporter),
    maxBatchBytes: exporter.maxBatchBytes,
    ...(exporter.answers ? {} : { answersLater: true as const }),
    ...hostsOf(exporter, values),
  }
}

/** The values for templates: fields, and references to variables with secrets. */
const templateValues = (name: string, values: FieldValues, secrets: string[]): FieldValues =>
  new Map([...values, ...secrets.map((field): [string, string] => [field, `\${env:${secretVariable(name, field)}}`])])

type Extensions = RenderedDestination['extensions']

const renderExtensions = ({ extensions = {} }: CatalogueEntry, name: string, values: FieldValues): Extensions =>
  Object.fromEntries(
    Object.entries(extensions).flatMap(([type, template]) => {
      const config = fillTemplate(template, values)
      return config ? [[`${type}/${name}`, config] as const] : []
    }),
  )

/** Names of extensions for templates; what refers to one that is left out is left out as well. */
const extensionNames = (extensions: Extensions): [string, string][] =>
  Object.keys(extensions).map((id) => [`$extension.${id.split('/')[0]}`, id])

const secretEnv = ({ name, spec }: Source, fields: string[]): EnvVar[] =>
  fields.map((key) => ({
    name: secretVariable(name, key),
    valueFrom: { secretKeyRef: { name: spec.secretRef?.name ?? '', key } },
  }))

/** Renders a Destination by its catalogue entry: the same code for all vendors. */
export const renderEntry = (entry: CatalogueEntry, source: Source, secretKeys: SecretKeys): RenderedDestination => {
  const early = earlyProblems(source.spec, entry)
  if (early.length > 0) return rejected(source, early)
  const { values, secretFields, problems } = checkFields(entry, source.spec, secretKeys)
  if (problems.length > 0) return rejected(source, problems)
  const own = templateValues(source.name, values, secretFields)
  const extensions = renderExtensions(entry, source.name, own)
  const filled = new Map([...own, ...extensionNames(extensions)])
  const { maxElapsedSeconds } = source.spec.retry ?? {}
  return {
    name: source.name,
    whenFull: whenFullOf(source.spec),
    ...(maxElapsedSeconds === undefined ? {} : { retrySeconds: maxElapsedSeconds }),
    exporters: entry.exporters
      .map((exporter) => renderExporter(exporter, source, filled))
      .filter((exporter) => exporter.signals.length > 0),
    extensions,
    ...(entry.resource ? { resource: fillTemplate(entry.resource, filled) } : {}),
    env: secretEnv(source, secretFields),
    problems: [],
  }
}

/** Renders a Destination; `secretKeys` are the names of the keys of its Secret, undefined if it does not exist. */
export const renderDestination = (
  source: Source,
  secretKeys: SecretKeys,
  vendors: Catalogue = catalogue,
): RenderedDestination => {
  const entry = vendors.get(source.spec.type)
  if (entry) return renderEntry(entry, source, secretKeys)
  const known = [...vendors.keys()].join(', ')
  return rejected(source, [problem('UnknownType', `type ${source.spec.type} is unknown; known types: ${known}`)])
}
