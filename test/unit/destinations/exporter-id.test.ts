import assert from 'node:assert/strict'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { exporterId } from '../../../src/destinations/exporter-id.ts'
import { addressesOf } from '../../../src/destinations/hosts.ts'
import { renderDestination } from '../../../src/destinations/render.ts'

const owner = { name: 'example', uid: 'u' }

describe('the name of an exporter', () => {
  for (const [type, { tests, signals }] of catalogue)
    it(`of ${type} is another one for each other address`, () => {
      for (const { fields, secretKeys = [], problems = [] } of tests) {
        if (problems.length > 0) continue
        const spec = destinationSpec.parse({ type, signals, fields })
        for (const { config, ...exporter } of renderDestination({ ...owner, spec }, secretKeys).exporters) {
          const id = exporterId(type, owner, config)
          for (const address of addressesOf({ ...exporter, config }).filter((each) => !each.includes('${env:'))) {
            const text = JSON.stringify(config)
            const other = text.replaceAll(JSON.stringify(address), JSON.stringify(`other-${address}`))
            if (other === text) continue // derived from a region, for example
            assert.notEqual(exporterId(type, owner, JSON.parse(other) as typeof config), id, address)
          }
        }
      }
    })

  it('is the same for another compression, and another one for another Destination of the same name', () => {
    const config = { endpoint: 'http://backend:4318', compression: 'gzip' }
    const id = exporterId('otlp_http', owner, config)
    assert.equal(exporterId('otlp_http', owner, { ...config, compression: 'none' }), id)
    assert.notEqual(exporterId('otlp_http', { ...owner, uid: 'v' }, config), id)
  })
})
