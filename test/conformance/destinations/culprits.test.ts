/** What a real collector does not start with is found by its words or by halving, whatever kind of mistake it is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { searchCulprits } from '../../../src/controllers/autoscaler/trial/culprits.ts'
import type { Verdict } from '../../../src/controllers/autoscaler/trial/verdict.ts'
import type { RenderedDestination } from '../../../src/destinations/render.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { collectorStarts } from '../../support/telemetry/collector-starts.ts'

/** OpenSSL and our check read it, Go does not. */
const NEGATIVE_SERIAL = readFileSync(join(import.meta.dirname, '../../fixtures/negative-serial.pem'), 'utf8')

const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

const healthy = (name: string): RenderedDestination =>
  renderDestination(
    { name, spec: { type: 'otlp', signals: ['traces'], fields: { endpoint: `${name}:4317` }, disabled: false } },
    [],
  )

/** As a mistake in the catalogue, or a value that passes our checks and not those of the collector, would render it. */
const broken = (type: string, config: Record<string, unknown>, extensions = {}): RenderedDestination => ({
  ...healthy('culprit'),
  exporters: [{ id: `${type}/culprit`, signals: ['traces'], config, queue: false, retry: false }],
  extensions,
})

const CASES: [string, RenderedDestination, RegExp][] = [
  ['a field that does not exist', broken('otlp_grpc', { endpoint: 'a:1', colour: 'red' }), /invalid keys: colour/],
  ['an endpoint that is no URL', broken('otlp_http', { endpoint: 'http://[1.2.3.4]' }), /endpoint/],
  ['a component that the image lacks', broken('no_such_vendor', {}), /unknown type: "no_such_vendor"/],
  [
    'a certificate that Go does not read, at start only',
    broken('otlp_grpc', {
      endpoint: 'a:1',
      tls: { ca_pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    }),
    /cert/i,
  ],
  ['a value of the wrong kind', broken('otlp_grpc', { endpoint: 'a:1', timeout: 'soon' }), /invalid duration/],
  [
    'an extension that does not exist',
    broken('otlp_http', { endpoint: 'http://a:1', auth: { authenticator: 'nobody/culprit' } }),
    /nobody\/culprit/,
  ],
  [
    'a certificate with a negative serial number, which passes our checks',
    renderDestination(
      {
        name: 'culprit',
        spec: {
          type: 'otlp',
          signals: ['traces'],
          fields: { endpoint: 'a:4317', tls: 'true', caPem: NEGATIVE_SERIAL },
          disabled: false,
        },
      },
      [],
    ),
    /failed to parse cert/,
  ],
  ['a variable that is no name', broken('otlp_grpc', { endpoint: '${env:A-B}' }), /env/],
]

describe('a Destination with which a real collector does not start', function () {
  this.timeout(60_000)
  let binary = ''

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })

  for (const [name, culprit, words] of CASES)
    it(`is found among healthy ones: ${name}`, async () => {
      const destinations = [healthy('alpha'), culprit, healthy('beta'), healthy('gamma')]
      const verdicts = new Map<string, Verdict>()
      const keyOf = (ids: ReadonlySet<string>): string => [...ids].toSorted().join()
      const candidates = destinations.map((each) => ({ id: each.name, components: each.exporters.map(({ id }) => id) }))
      for (let trials = 0; ; trials++) {
        const search = searchCulprits(candidates, (ids) => verdicts.get(keyOf(ids)))
        if (search.state !== 'Trying') {
          assert.equal(search.state, 'Found')
          assert.deepEqual([...search.culprits.keys()], ['culprit'])
          assert.match(search.culprits.get('culprit') ?? '', words)
          assert.ok(trials <= 6, `${trials} trials`)
          return
        }
        const some = destinations.filter((each) => search.ids.has(each.name))
        const verdict = await collectorStarts(binary, (place) =>
          gatewayConfig({ group: { resources }, destinations: some, actions: [], disk: DISK, place }),
        )
        verdicts.set(keyOf(search.ids), verdict)
      }
    })
})
