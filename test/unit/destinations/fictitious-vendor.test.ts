/** One YAML file is all that a vendor takes: the module, the form and the rendering follow from it. */
import assert from 'node:assert/strict'
import { catalogueModule, catalogueTexts } from '../../../scripts/generate-catalogue.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import type { Catalogue } from '../../../src/destinations/catalogue.ts'
import { catalogue, readCatalogue } from '../../../src/destinations/catalogue.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { destinationTypes } from '../../../ui/server/catalogue.ts'

const SKYLARK = `
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

const spec = destinationSpec.parse({
  type: 'skylark',
  signals: ['traces'],
  fields: { site: 'us' },
  secretRef: { name: 'skylark-key' },
})

describe('a fictitious vendor', () => {
  let vendors: Catalogue
  before(async () => {
    const text = catalogueModule([...catalogueTexts(), SKYLARK]).replace(': readonly unknown[]', '')
    const url = `data:text/javascript,${encodeURIComponent(text)}`
    const { CATALOGUE_FILES } = (await import(url)) as { CATALOGUE_FILES: unknown[] }
    vendors = readCatalogue(CATALOGUE_FILES)
  })

  it('is in the generated module, beside the others', () => {
    assert.deepEqual([...vendors.keys()].toSorted(), [...catalogue.keys(), 'skylark'].toSorted())
  })

  it('is offered by the UI, with its form', () => {
    const type = destinationTypes(vendors).find((candidate) => candidate.type === 'skylark')
    assert.equal(type?.name, 'Skylark')
    assert.deepEqual(
      type?.fields.map(({ name, type: input }) => [name, input]),
      [
        ['site', 'select'],
        ['apiKey', 'password'],
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
