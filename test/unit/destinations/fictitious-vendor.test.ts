/** One YAML file is all that a vendor takes: the module, the form and the rendering follow from it. */
import assert from 'node:assert/strict'
import { catalogueFiles, catalogueModule, destinationsTable } from '../../../scripts/generate-catalogue.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import type { Catalogue } from '../../../src/destinations/catalogue.ts'
import { catalogue, readCatalogue } from '../../../src/destinations/catalogue.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { destinationTypes } from '../../../src/operations/catalogue.ts'

const SKYLARK_YAML = `
id: skylark
displayName: Skylark
description: A vendor that does not exist.
signals: [traces]
fields:
  - { name: site, label: Site, type: select, options: [eu, us], default: eu }
  - { name: apiKey, label: API key, type: password, secret: true, required: true }
exporters:
  - type: otlp_http
    config:
      endpoint: 'https://{{site}}.skylark.test'
      headers: { x-api-key: '{{apiKey}}' }
`

const SKYLARK = { path: 'src/destinations/catalogue/skylark.yaml', text: SKYLARK_YAML }

const spec = destinationSpec.parse({
  type: 'skylark',
  signals: ['traces'],
  fields: { site: 'us' },
  secretRef: { name: 'skylark-key' },
})

const edited = (from: string, to: string) => ({ path: 'x.yaml', text: SKYLARK_YAML.replace(from, to) })
const INVALID = [
  {
    what: 'an invalid field',
    file: edited('label: Site, ', ''),
    message: /^x\.yaml: fields\[0\]\.label: Invalid input: expected string/,
  },
  {
    what: 'options that exclude the default',
    file: edited('default: eu', 'default: asia'),
    message: 'x.yaml: fields[0]: the default is not among the options',
  },
  {
    what: 'the id of another',
    file: edited('displayName: Skylark', 'displayName: Copy'),
    message: 'x.yaml: id: src/destinations/catalogue/skylark.yaml has the same id skylark',
  },
  { what: 'invalid YAML', file: edited('signals: [traces]', 'signals: [traces'), message: /^x\.yaml: Flow sequence/ },
]

describe('a fictitious vendor', () => {
  let vendors: Catalogue
  before(async () => {
    const text = catalogueModule([...catalogueFiles(), SKYLARK]).replace(': readonly unknown[]', '')
    const url = `data:text/javascript,${encodeURIComponent(text)}`
    const { CATALOGUE_FILES } = (await import(url)) as { CATALOGUE_FILES: unknown[] }
    vendors = readCatalogue(CATALOGUE_FILES)
  })

  it('is in the generated module, beside the others', () => {
    assert.deepEqual([...vendors.keys()].toSorted(), [...catalogue.keys(), 'skylark'].toSorted())
  })

  it('is in the table of the documentation', () => {
    assert.match(
      destinationsTable([SKYLARK]),
      /^\| `skylark` \| Skylark \| traces \| site, apiKey\\\* \(secret\), \[TLS\]\(#tls\) \|$/m,
    )
  })

  for (const { what, file, message } of INVALID)
    it(`is refused, with its path, for ${what}`, () => {
      assert.throws(() => catalogueModule([SKYLARK, file]), { name: 'RemedyError', message })
    })

  it('is offered by the UI, with its form', () => {
    const type = destinationTypes(vendors).find((candidate) => candidate.type === 'skylark')
    assert.equal(type?.name, 'Skylark')
    assert.deepEqual(
      type?.fields.map(({ name, type: input }) => [name, input]),
      [
        ['site', 'select'],
        ['apiKey', 'password'],
        ['caPem', 'text'],
        ['clientCertificate', 'password'],
        ['clientKey', 'password'],
        ['serverName', 'text'],
      ],
    )
  })

  it('is rendered, and its fields are checked', () => {
    const source = { name: 'ours', spec }
    const { exporters, env } = renderDestination(source, ['apiKey'], vendors)
    assert.deepEqual(
      exporters.map(({ id, config }) => [id, config['endpoint']]),
      [['otlp_http/ours', 'https://us.skylark.test']],
    )
    assert.deepEqual(
      env.map(({ valueFrom }) => valueFrom),
      [{ secretKeyRef: { name: 'skylark-key', key: 'apiKey' } }],
    )
    assert.deepEqual(
      renderDestination(source, [], vendors).problems.map(({ reason }) => reason),
      ['MissingSecret'],
    )
    const elsewhere = { name: 'ours', spec: { ...spec, fields: { site: 'mars' } } }
    assert.deepEqual(
      renderDestination(elsewhere, ['apiKey'], vendors).problems.map(({ reason }) => reason),
      ['InvalidField'],
    )
  })
})
