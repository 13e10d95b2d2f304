/** Documented keys of components (test/fixtures/component-keys.yaml), and what of a configuration does not follow them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const LEAVES = ['string', 'integer', 'number', 'boolean', 'duration', 'list', 'map', 'any'] as const
interface Keys {
  [key: string]: string | Keys
}

const keysSchema: z.ZodType<Keys> = z.lazy(() => z.record(z.string(), z.union([z.string(), keysSchema])))
const componentSchema = z.strictObject({
  version: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/)
    .optional(),
  source: z.string().regex(/^(https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/[0-9a-f]{40}\/|go\.opentelemetry\.io\/).+/),
  include: z.array(z.string()),
  keys: keysSchema,
})
const components = z.record(z.string(), componentSchema)
const tableSchema = z.strictObject({ shared: components, exporters: components, extensions: components })

const FILE = join(import.meta.dirname, '../../fixtures/component-keys.yaml')
export const DOCUMENTED = tableSchema.parse(parse(readFileSync(FILE, 'utf8')))

const DURATION = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** The value is in a Secret. */
const isReference = (value: unknown): boolean => typeof value === 'string' && /^\$\{env:[A-Z0-9_]+\}$/.test(value)

const CHECKS: Record<(typeof LEAVES)[number], (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  duration: (value) => typeof value === 'string' && DURATION.test(value),
  list: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  map: (value) => isRecord(value) && Object.values(value).every((each) => typeof each === 'string'),
  any: () => true,
}

const isLeaf = (type: string): type is (typeof LEAVES)[number] => (LEAVES as readonly string[]).includes(type)

const sharedKeys = (name: string): Keys => {
  const { keys, include } = DOCUMENTED.shared[name] ?? { keys: undefined, include: [] }
  if (!keys) throw new Error(`the table has no type ${name}`)
  return Object.assign({}, ...include.map(sharedKeys), keys) as Keys
}

const deviation = (path: string, value: unknown, type: string | Keys): string[] => {
  if (typeof type === 'string' && isLeaf(type))
    return CHECKS[type](value) || (isReference(value) && type !== 'list' && type !== 'map')
      ? []
      : [`${path} is no ${type}: ${JSON.stringify(value)}`]
  const keys = typeof type === 'string' ? sharedKeys(type) : type
  if (!isRecord(value)) return [`${path} is no object: ${JSON.stringify(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = keys[key]
    return known === undefined ? [`${path}.${key} is not documented`] : deviation(`${path}.${key}`, inner, known)
  })
}

/** What of the configuration of a component is not documented; undefined if the table lacks the component. */
export const deviations = (
  kind: 'exporters' | 'extensions',
  type: string,
  config: Record<string, unknown>,
): string[] | undefined => {
  const component = DOCUMENTED[kind][type]
  if (!component) return undefined
  const keys = Object.assign({}, ...component.include.map(sharedKeys), component.keys) as Keys
  return deviation(type, config, keys)
}
