import type { DestinationSpec } from '../api/kinds/destination.ts'
import type { Reason } from '../api/reasons.ts'
import { withoutAppended } from './base-url.ts'
import type { CatalogueEntry, CatalogueField } from './schema.ts'
import { isBlank, secretValueFault } from './secret-value.ts'
import type { FieldValue, FieldValues } from './template.ts'
import { conditionHolds } from './template.ts'
import { certificatesFault } from './tls/pem.ts'

/** Why a Destination cannot be used. The message names fields, never their values. */
export interface Problem {
  reason: Reason
  message: string
}

export const problem = (reason: Reason, message: string): Problem => ({ reason, message })

/** Keys of a Destination's Secret; undefined if the Secret does not exist. Values are never needed. */
export type SecretKeys = readonly string[] | undefined

/** Names of headers. `$` must not be escaped in them, because the collector expands no keys. */
const PAIR = /^([A-Za-z0-9._-]{1,256})\s*=(.*)$/

/** With one, each request fails that has the value as a header. */
const hasControl = (text: string): boolean => secretValueFault(text) === 'contains a control character'

/** The collector expands `${…}` in values and turns `$$` into `$`. */
export const escapeDollars = (text: string): string => text.replaceAll('$', '$$$$')

const isPair = (pair: RegExpExecArray | null): boolean => {
  const value = (pair?.[2] ?? '').trim()
  // Some exporters do not start with an empty value.
  return !isBlank(value) && !hasControl(value)
}

const parsePairs = (text: string): Record<string, string> | undefined => {
  const lines = text.split('\n').map((line) => line.trim())
  const pairs = lines.filter((line) => line !== '').map((line) => PAIR.exec(line))
  // Names of headers that differ by case are one to HTTP, and of two values it would depend on chance which is sent.
  const names = new Set(pairs.map((pair) => pair?.[1]?.toLowerCase()))
  if (!pairs.every(isPair) || names.size < pairs.length) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', escapeDollars((pair?.[2] ?? '').trim())]))
}

const parseNumber = (text: string): number | undefined => {
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

const PARSERS: Record<CatalogueField['type'], (text: string) => FieldValue | undefined> = {
  text: escapeDollars,
  password: escapeDollars,
  select: escapeDollars,
  number: parseNumber,
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  keyvalue: parsePairs,
}

const EXPECTED: Partial<Record<CatalogueField['type'], string>> = {
  number: 'a number',
  boolean: '"true" or "false"',
  keyvalue: 'one name=value pair per line, each name once, with a value without control characters',
}

/** Whether what is in brackets are IPv6 addresses, as in URLs. */
const haveAddresses = (text: string): boolean =>
  (text.match(/\[[^\]]*\]/g) ?? []).every((literal) => URL.canParse(`http://${literal}`))

const PORT_PATTERN = ':[0-9]{1,5}'
const MAX_PORT = 65_535

/** Whether numbers in the place of ports are ports; a pattern cannot tell. */
const havePorts = (text: string): boolean =>
  Array.from(text.matchAll(/:(\d+)(?=[/,\s]|$)/g)).every(([, port]) => Number(port) >= 1 && Number(port) <= MAX_PORT)

/** Whether the field allows the text, before it is parsed by its type. */
const isAllowed = (field: CatalogueField, text: string): boolean => {
  if (field.options) return field.options.includes(text)
  if (field.format === 'certificates') return certificatesFault(text) === undefined
  const { pattern } = field
  if (pattern === undefined) return true
  return new RegExp(pattern).test(text) && haveAddresses(text) && (!pattern.includes(PORT_PATTERN) || havePorts(text))
}

/** The help of a field with a pattern says more than its type. */
const expectation = ({ options, type, pattern, help, format }: CatalogueField): string => {
  if (options) return `one of ${options.join(', ')}`
  if (format === 'certificates') return 'certificates in PEM, with nothing before -----BEGIN on its line'
  return (pattern === undefined ? EXPECTED[type] : help) ?? EXPECTED[type] ?? help ?? `like ${pattern}`
}

/** The value of a plain field for a template; undefined if empty. */
const parseField = (field: CatalogueField, text: string): FieldValue | Problem | undefined => {
  if (isBlank(text))
    return field.required ? problem('MissingField', `${field.label} (${field.name}) is empty`) : undefined
  const value = isAllowed(field, text) ? PARSERS[field.type](text) : undefined
  return value ?? problem('InvalidField', `${field.label} (${field.name}) is invalid, expected: ${expectation(field)}`)
}

const isProblem = (value: FieldValue | Problem | undefined): value is Problem =>
  typeof value === 'object' && 'reason' in value && 'message' in value

/** The fields of a Destination as values for templates, and the problems with them. */
export interface CheckedFields {
  values: FieldValues
  /** Secret fields that are set. */
  secretFields: string[]
  problems: Problem[]
}

const checkPlainField = (
  entry: CatalogueEntry,
  field: CatalogueField,
  spec: DestinationSpec,
  checked: Map<string, FieldValue>,
): Problem[] => {
  const text = spec.fields[field.name] ?? field.default ?? ''
  const value = parseField(field, field.type === 'text' ? withoutAppended(entry, field.name, text) : text)
  if (isProblem(value)) return [value]
  if (value !== undefined) checked.set(field.name, value)
  return []
}

const lacksKey = (name: string, { secretRef }: DestinationSpec): string =>
  secretRef ? `the Secret ${secretRef.name} has no key ${name}` : 'secretRef is missing'

const checkSecretField = (field: CatalogueField, spec: DestinationSpec, keys: SecretKeys = []): Problem[] => {
  const { name, label, required, requires } = field
  if (!keys.includes(name))
    return required ? [problem('MissingSecret', `${label} is required: ${lacksKey(name, spec)}`)] : []
  if (requires === undefined || keys.includes(requires)) return []
  return [problem('MissingSecret', `${label} (${name}) is of no use without ${requires}: ${lacksKey(requires, spec)}`)]
}

/** Names in `fields` that are unknown or secret. */
const misplacedFields = (entry: CatalogueEntry, spec: DestinationSpec): Problem[] =>
  Object.keys(spec.fields).flatMap((name) => {
    const field = entry.fields.find((known) => known.name === name)
    if (!field) return [problem('InvalidField', `${entry.displayName} has no field ${name.slice(0, 100)}`)]
    const message = `${name} is secret: set it in the Secret, not in fields`
    return field.secret ? [problem('InvalidField', message)] : []
  })

/** Checks every field against the catalogue. Fields whose `when` does not match are skipped. */
export const checkFields = (entry: CatalogueEntry, spec: DestinationSpec, keys: SecretKeys): CheckedFields => {
  const values = new Map<string, FieldValue>()
  const secretFields: string[] = []
  const problems = misplacedFields(entry, spec)
  if (spec.secretRef && keys === undefined)
    problems.push(problem('MissingSecret', `Secret ${spec.secretRef.name} does not exist`))
  for (const field of entry.fields) {
    if (field.when && !conditionHolds(field.when, values)) continue
    problems.push(...(field.secret ? checkSecretField(field, spec, keys) : checkPlainField(entry, field, spec, values)))
    if (field.secret && keys?.includes(field.name)) secretFields.push(field.name)
  }
  return { values, secretFields, problems }
}
