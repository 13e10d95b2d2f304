/** What the catalogue renders for components that no collector here has follows their documentation. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import type { CatalogueEntry } from '../../../src/destinations/schema.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { deviations, DOCUMENTED } from '../../support/destinations/component-keys.ts'
import { tlsFixture } from '../../support/destinations/pem-inputs.ts'
import { UPSTREAM_ONLY } from '../../support/telemetry/upstream-only.ts'

const KINDS = ['exporters', 'extensions'] as const

/** Names of components by their modules, as `components` of the collector prints them. */
const LOCAL_NAMES: Readonly<Record<string, string>> = {
  otlp: 'otlp_grpc',
  otlphttp: 'otlp_http',
  prometheusremotewrite: 'prometheus_remote_write',
}

/** What the collector that is built here has; `validate` checks it. */
const localComponents = (): Set<string> => {
  const file = join(import.meta.dirname, '../../../deploy/toolchain/collector/builder.yaml')
  const build = parse(readFileSync(file, 'utf8')) as Record<string, { gomod: string }[]>
  const modules = KINDS.flatMap((kind) => build[kind] ?? []).map(
    ({ gomod }) => /([a-z0-9]+?)(exporter|extension)? v/.exec(gomod)?.[1] ?? '',
  )
  return new Set(modules.map((name) => LOCAL_NAMES[name] ?? name))
}

const RESOURCES = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

/** The components of a gateway with the Destination, with its queue, its retries and all settings of TLS. */
const componentsOf = (entry: CatalogueEntry, { fields, secretKeys = [], signals }: CatalogueEntry['tests'][number]) => {
  const hasTls = entry.fields.some(({ name }) => name === 'caPem')
  const tls = hasTls ? { caPem: tlsFixture('ca.crt'), serverName: 'a.example' } : {}
  const keys = [...secretKeys, ...(hasTls ? ['clientCertificate', 'clientKey'] : [])]
  const spec = destinationSpec.parse({
    type: entry.id,
    signals: signals ?? entry.signals,
    fields: { ...fields, ...tls },
    ...(keys.length > 0 ? { secretRef: { name: 's' } } : {}),
  })
  const rendered = renderDestination({ name: 'example', spec }, keys)
  assert.deepEqual(rendered.problems, [])
  const config = gatewayConfig({ group: { resources: RESOURCES }, destinations: [rendered], actions: [], disk: DISK })
  const own = { exporters: rendered.exporters.map(({ id }) => id), extensions: Object.keys(rendered.extensions) }
  return KINDS.flatMap((kind) =>
    own[kind].map((id) => ({ kind, type: id.split('/')[0] ?? '', config: config[kind][id] ?? {} })),
  )
}

describe('documented keys of components', () => {
  const local = localComponents()
  const checked = new Set<string>()

  for (const entry of catalogue.values())
    for (const test of entry.tests.filter(({ problems }) => !problems))
      it(`${entry.id}: ${test.name}`, () => {
        for (const { kind, type, config } of componentsOf(entry, test)) {
          const found = deviations(kind, type, config)
          assert.equal(found === undefined, local.has(type), `${type} must be in the table or in the collector`)
          assert.deepEqual(found ?? [], [])
          if (found) checked.add(entry.id)
        }
      })

  it('are checked of each type that no collector here can validate', () =>
    assert.deepEqual(
      [...UPSTREAM_ONLY].filter((type) => !checked.has(type)),
      [],
    ))

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['a key that does not exist', { tokn: 'x' }, /splunk_hec\.tokn is not documented/],
    ['a key in the wrong place', { heartbeat: { token: 'x' } }, /heartbeat\.token is not documented/],
    ['a key of a shared group', { tls: { ca: 'x' } }, /tls\.ca is not documented/],
    ['another type', { disable_compression: 'no' }, /is no boolean/],
    ['a time without a unit', { timeout: '30' }, /is no duration/],
    ['a text instead of an object', { sending_queue: 'on' }, /is no object/],
  ]
  for (const [name, config, expected] of wrong)
    it(`tell ${name}`, () => assert.match(deviations('exporters', 'splunk_hec', config)?.join() ?? '', expected))

  it('have a source each', () => {
    for (const { source } of KINDS.flatMap((kind) => Object.values(DOCUMENTED[kind]))) assert.match(source, /^https:/)
  })
})
