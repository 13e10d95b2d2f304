/** Destinations and Actions that the API server takes, as strange as their schemas allow. */
import fc from 'fast-check'
import type { ActionSpec } from '../../src/api/kinds/action.ts'
import { actionSpec } from '../../src/api/kinds/action.ts'
import type { DestinationSpec } from '../../src/api/kinds/destination.ts'
import { MASK_KINDS } from '../../src/api/actions/mask.ts'
import type { Signal } from '../../src/api/vocabulary.ts'
import { SIGNALS } from '../../src/api/vocabulary.ts'
import { catalogue } from '../../src/destinations/catalogue.ts'
import { SECRET_ADDRESS, startsHere } from '../support/telemetry/upstream-only.ts'
import type { CatalogueEntry, CatalogueField } from '../../src/destinations/schema.ts'

/** What readers of YAML, templates, shells and regular expressions have stumbled over. */
const STRANGE = [
  'on',
  'no',
  'null',
  '~',
  '1_000',
  '0x1F',
  '0o17',
  '1e3',
  '.inf',
  '2001-01-01',
  '12:30:45',
  '=',
  '<<',
  '- a',
  'a: b',
  '# a',
  '{a',
  '[a',
  '"',
  "'",
  '%',
  '@',
  '`',
  '&a',
  '*a',
  '!!str',
  '${env:NONE}',
  '$${a}',
  '$a',
  '$',
  '$$',
  '${',
  '{{a}}',
  '\\',
  '\t',
  '\r\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\u0000',
  '😀',
  '(?i)a',
  '[a-\\d]+',
  '(?=a)',
  '\\Q',
  '\\p{Greek}',
  'a{1001}',
]

const strange = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.tuple(fc.string({ maxLength: 4 }), fc.constantFrom(...STRANGE)).map((parts) => parts.join('')),
)

const text = ({ pattern, options, type }: CatalogueField): fc.Arbitrary<string> => {
  if (options) return fc.constantFrom(...options)
  if (type === 'boolean') return fc.constantFrom('true', 'false')
  if (type === 'number') return fc.oneof(fc.integer({ min: -1, max: 1e9 }).map(String), strange)
  if (type === 'keyvalue')
    return fc
      .array(fc.tuple(fc.oneof(fc.constant('x-team'), strange), strange), { maxLength: 3 })
      .map((pairs) => pairs.map((pair) => pair.join('=')).join('\n'))
  return pattern === undefined
    ? strange
    : fc.oneof({ arbitrary: fc.stringMatching(new RegExp(pattern)), weight: 4 }, strange)
}

/** Values of some fields, among them those that are required. */
const valuesOf = (fields: readonly CatalogueField[]): fc.Arbitrary<Record<string, string>> => {
  const requiredKeys = fields.filter(({ required }) => required).map(({ name }) => name)
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, text(field)])), { requiredKeys })
}

const signalsOf = (known: readonly Signal[]): fc.Arbitrary<Signal[]> => fc.subarray([...known], { minLength: 1 })

export interface FuzzedDestination {
  spec: DestinationSpec
  /** The Secret by key. */
  secret: Record<string, string>
}

const ofEntry = (entry: CatalogueEntry): fc.Arbitrary<FuzzedDestination> =>
  fc
    .record({
      signals: signalsOf(entry.signals),
      fields: valuesOf(entry.fields.filter(({ secret }) => !secret)),
      secret: valuesOf(entry.fields.filter(({ secret }) => secret)),
      whenFull: fc.constantFrom('Drop' as const, 'Wait' as const),
    })
    .map(({ signals, fields, secret, whenFull }) => ({
      spec: {
        type: entry.id,
        signals,
        fields,
        disabled: false,
        queue: { whenFull },
        secretRef: { name: 'secret' },
      },
      secret,
    }))

export const destinationArbitrary = fc.oneof(
  ...[...catalogue.values()].filter(({ id }) => startsHere(id) && !SECRET_ADDRESS.has(id)).map(ofEntry),
)

const name = strange.filter((value) => value.length > 0)
const map = fc.dictionary(name, name, { minKeys: 1, maxKeys: 4 })
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 })

const body = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map((ratio) => ({ type: 'SampleTraces', sampleTraces: { ratio } })),
  map.map((addAttributes) => ({ type: 'AddAttributes', addAttributes })),
  names.map((deleteAttributes) => ({ type: 'DeleteAttributes', deleteAttributes })),
  map.map((renameAttributes) => ({ type: 'RenameAttributes', renameAttributes })),
  fc.record({ attributes: names, pattern: name }).map((maskAttributes) => ({ type: 'MaskAttributes', maskAttributes })),
  fc
    .record({ kinds: fc.subarray([...MASK_KINDS], { minLength: 1 }), pattern: name }, { requiredKeys: ['kinds'] })
    .map((maskValues) => ({ type: 'MaskValues', maskValues })),
  fc
    .record({ name, value: strange })
    .map((attribute) => ({ type: 'DropTelemetry', dropTelemetry: { attributes: [attribute] } })),
  fc
    .record({
      attributes: fc.array(fc.record({ name, pattern: name }), { minLength: 1, maxLength: 3 }),
      namePattern: name,
    })
    .map((dropTelemetry) => ({ type: 'DropTelemetry', dropTelemetry })),
)

/** Only what the schema takes. */
export const actionArbitrary: fc.Arbitrary<ActionSpec> = fc
  .tuple(body, signalsOf(SIGNALS))
  .map(([spec, signals]) => actionSpec.safeParse(spec.type === 'SampleTraces' ? spec : { ...spec, signals }))
  .filter(({ success }) => success)
  .map(({ data }) => data as ActionSpec)
