/** Destinations and Actions that the API server takes, as strange as their schemas allow. */
import fc from 'fast-check'
import type { ActionSpec } from '../../src/api/kinds/action.ts'
import { isOfTraces } from '../../src/api/actions/action-types.ts'
import { actionSpec } from '../../src/api/kinds/action.ts'
import type { DestinationSpec } from '../../src/api/kinds/destination.ts'
import { SPAN_KINDS } from '../../src/api/actions/span-metrics.ts'
import { MASK_KINDS } from '../../src/api/actions/mask.ts'
import type { Signal } from '../../src/api/vocabulary.ts'
import { LANGUAGES, SIGNALS } from '../../src/api/vocabulary.ts'
import { WORKLOAD_KINDS } from '../../src/api/workload-kinds.ts'
import type { Selected } from '../../src/collector/ottl.ts'
import type { Served } from '../../src/collector/routing/dedicated.ts'
import { catalogue } from '../../src/destinations/catalogue.ts'
import { objectName, strange } from './strange.ts'
import { PEM_INPUTS } from '../support/destinations/pem-inputs.ts'
import { SECRET_ADDRESS, startsHere } from '../support/telemetry/upstream-only.ts'
import type { CatalogueEntry, CatalogueField } from '../../src/destinations/schema.ts'

/** Beside strange texts, of which none is one. */
const certificates = fc.oneof(
  { arbitrary: fc.constantFrom(...PEM_INPUTS).map(({ clientCertificate }) => clientCertificate), weight: 4 },
  strange,
)

const text = ({ pattern, options, type, format }: CatalogueField): fc.Arbitrary<string> => {
  if (options) return fc.constantFrom(...options)
  if (format) return certificates
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

const workload = fc.record({
  kind: fc.constantFrom(...WORKLOAD_KINDS.map(({ kind }) => kind), 'Unknown'),
  namespace: objectName,
  name: objectName,
})

/** What selectors match at present; most often everything. */
const selectedArbitrary: fc.Arbitrary<Selected | undefined> = fc.option(
  fc.record(
    {
      namespaces: fc.uniqueArray(objectName, { maxLength: 3 }),
      workloads: fc.array(workload, { maxLength: 3 }),
      languages: fc.subarray([...LANGUAGES], { maxLength: 2 }),
      excludedNamespaces: fc.uniqueArray(objectName, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
)

export interface FuzzedDestination {
  spec: DestinationSpec
  /** The Secret by key. */
  secret: Record<string, string>
  /** What its sources match. */
  selected?: Selected | undefined
}

/** Not every type has these settings. */
const sending: fc.Arbitrary<Pick<DestinationSpec, 'retry' | 'compression'>> = fc.oneof(
  { arbitrary: fc.constant({}), weight: 3 },
  fc.record({
    retry: fc.record({ maxElapsedSeconds: fc.integer({ min: 1, max: 604_800 }) }),
    compression: fc.constantFrom('Gzip' as const, 'Zstd' as const, 'None' as const),
  }),
)

/** Fields that lead to an extension which no collector here has. */
const isOauth2 = ({ name, when }: CatalogueField): boolean => name === 'oauth2' || when === 'oauth2=true'

/** A client certificate and its key, mostly of one pair. */
const pairOf = ({ fields }: CatalogueEntry): fc.Arbitrary<Record<string, string>> =>
  fields.some(({ format }) => format === 'privateKey')
    ? fc.oneof(
        fc.constant({}),
        fc.constantFrom(...PEM_INPUTS).map(({ clientCertificate, clientKey }) => ({ clientCertificate, clientKey })),
        fc.record({ clientCertificate: certificates, clientKey: strange }, { requiredKeys: [] }),
      )
    : fc.constant({})

const ofEntry = (entry: CatalogueEntry): fc.Arbitrary<FuzzedDestination> =>
  fc
    .record({
      signals: signalsOf(entry.signals),
      fields: valuesOf(entry.fields.filter((field) => !field.secret && !isOauth2(field))),
      secret: valuesOf(entry.fields.filter((field) => field.secret && !field.format && !isOauth2(field))),
      pair: pairOf(entry),
      whenFull: fc.constantFrom('Drop' as const, 'Wait' as const),
      sending,
      selected: selectedArbitrary,
    })
    .map(({ signals, fields, secret, pair, whenFull, sending: how, selected }) => ({
      spec: {
        type: entry.id,
        signals,
        fields,
        disabled: false,
        queue: { whenFull },
        secretRef: { name: 'secret' },
        ...how,
      },
      secret: { ...secret, ...pair },
      selected,
    }))

export const destinationArbitrary = fc.oneof(
  ...[...catalogue.values()].filter(({ id }) => startsHere(id) && !SECRET_ADDRESS.has(id)).map(ofEntry),
)

const name = strange.filter((value) => value.length > 0)
const map = fc.dictionary(name, name, { minKeys: 1, maxKeys: 4 })
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 })

const ratio = fc.double({ min: 0, max: 1, noNaN: true })
const sampled = fc.oneof(fc.record({ name, value: name }), fc.record({ name, prefix: name }))
const rule = fc.record(
  { attributes: fc.array(sampled, { minLength: 1, maxLength: 3 }), service: name, namespace: name, ratio },
  { requiredKeys: ['ratio'] },
)
const segment = fc.oneof(fc.constantFrom('{id}', '{a}{b}', 'x$5.{_}', '(a', '+*', '', 'users', '$'), strange)
const template = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)

const body = fc.oneof(
  fc
    .record(
      { ratio, rules: fc.array(rule, { minLength: 1, maxLength: 4 }), noise: fc.constantFrom('Keep', 'Drop') },
      { requiredKeys: ['ratio'] },
    )
    .map((sampleTraces) => ({ type: 'SampleTraces', sampleTraces })),
  fc
    .record(
      {
        ratio,
        errors: fc.constantFrom('Keep', 'Sample'),
        slowerThanMilliseconds: fc.integer({ min: 1, max: 10_000 }),
        attributes: fc.array(sampled, { minLength: 1, maxLength: 3 }),
        spansPerSecond: fc.integer({ min: 1, max: 1000 }),
        waitSeconds: fc.integer({ min: 2, max: 300 }),
      },
      { requiredKeys: ['ratio'] },
    )
    .map((tailSampleTraces) => ({ type: 'TailSampleTraces', tailSampleTraces })),
  fc
    .record(
      {
        dimensions: names,
        spanKinds: fc.subarray([...SPAN_KINDS], { minLength: 1 }),
        histogram: fc.constantFrom('Explicit', 'Exponential', 'None'),
        temporality: fc.constantFrom('Cumulative', 'Delta'),
        intervalSeconds: fc.integer({ min: 5, max: 300 }),
        maxSeriesPerService: fc.integer({ min: 10, max: 2000 }),
      },
      { requiredKeys: [] },
    )
    .map((spanMetrics) => ({ type: 'SpanMetrics', spanMetrics })),
  fc
    .record(
      {
        templates: fc.uniqueArray(template, { minLength: 1, maxLength: 3 }),
        identifiers: fc.constantFrom('Replace', 'Keep'),
      },
      { requiredKeys: [] },
    )
    .map((templateURLs) => ({ type: 'TemplateURLs', templateURLs })),
  fc
    .record({ attributes: names }, { requiredKeys: [] })
    .map((templateQueries) => ({ type: 'TemplateQueries', templateQueries })),
  map.map((addAttributes) => ({ type: 'AddAttributes', addAttributes })),
  fc
    .record({ clusterName: name, attributes: map, overwrite: fc.boolean() }, { requiredKeys: [] })
    .map((addClusterInfo) => ({ type: 'AddClusterInfo', addClusterInfo })),
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

export interface FuzzedAction {
  spec: ActionSpec
  selected?: Selected | undefined
}

/** Only what the schema takes. */
export const actionArbitrary: fc.Arbitrary<FuzzedAction> = fc
  .tuple(body, signalsOf(SIGNALS), selectedArbitrary)
  .map(([spec, signals, selected]) => ({
    parsed: actionSpec.safeParse(isOfTraces(spec) ? spec : { ...spec, signals }),
    selected,
  }))
  .filter(({ parsed }) => parsed.success)
  .map(({ parsed, selected }) => ({ spec: parsed.data as ActionSpec, selected }))

/** Workloads that collectors of their own serve; most often all. */
export const servedArbitrary: fc.Arbitrary<Served | undefined> = fc.option(
  fc.record({
    workloads: fc.array(workload, { minLength: 1, maxLength: 3 }),
    gatewayEndpoint: fc.constant('gateway:4317'),
  }),
  { nil: undefined },
)
