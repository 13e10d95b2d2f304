import assert from 'node:assert/strict'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { exporterId } from '../../../src/destinations/addresses/exporter-id.ts'
import { addressesOf } from '../../../src/destinations/hosts.ts'
import type { RenderedExporter } from '../../../src/destinations/render.ts'
import { renderDestination } from '../../../src/destinations/render.ts'

const owner = { name: 'example', uid: 'u' }

/** The same configuration with another address, for each that it names and that is not in a Secret. */
const moved = (exporter: RenderedExporter): Record<string, unknown>[] => {
  const text = JSON.stringify(exporter.config)
  return addressesOf(exporter)
    .filter((address) => !address.includes('${env:'))
    .map((address) => text.replaceAll(JSON.stringify(address), JSON.stringify(`other-${address}`)))
    .filter((other) => other !== text) // some are derived from a region, for example
    .map((other) => JSON.parse(other) as Record<string, unknown>)
}

describe('the name of an exporter', () => {
  for (const [type, { tests, signals }] of catalogue)
    it(`of ${type} is another one for each other address`, () => {
      const exporters = tests
        .filter(({ problems = [] }) => problems.length === 0)
        .flatMap(({ fields, secretKeys = [] }) => {
          const spec = destinationSpec.parse({ type, signals, fields })
          return renderDestination({ ...owner, spec }, secretKeys).exporters
        })
      for (const exporter of exporters)
        for (const config of moved(exporter))
          assert.notEqual(exporterId(type, owner, config), exporterId(type, owner, exporter.config))
    })

  it('is the same for another compression, and another one for another Destination of the same name', () => {
    const config = { endpoint: 'http://backend:4318', compression: 'gzip' }
    const id = exporterId('otlp_http', owner, config)
    assert.equal(exporterId('otlp_http', owner, { ...config, compression: 'none' }), id)
    assert.notEqual(exporterId('otlp_http', { ...owner, uid: 'v' }, config), id)
  })
})
