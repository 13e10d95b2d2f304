/** A test of a connection passes for no type of the catalogue while its backend cannot be reached: none only seems to answer. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionTestRequest } from '../../../src/api/reports/connection-test.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { connectionScene } from '../../support/telemetry/connection-scene.ts'
import { startsHere } from '../../support/telemetry/upstream-only.ts'

/** A secret of one type is an address. */
const VALUE = 'https://secret.invalid'

describe('a test of a connection where nothing can be reached', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-connection-'))
  const binary = collectorBinary()
  let proxy = ''

  before(async function () {
    if (!binary) return this.skip()
    // What would reach a vendor is refused here.
    proxy = `http://127.0.0.1:${await freePort()}`
  })
  after(() => rmSync(folder, { recursive: true }))

  for (const { id, signals, tests } of [...catalogue.values()].filter((entry) => startsHere(entry.id)))
    it(`does not pass for ${id}`, async () => {
      const { fields = {}, secretKeys = [] } = tests.find(({ problems }) => !problems) ?? {}
      const { test } = connectionScene({
        binary: binary ?? '',
        place: await loopbackPlace(folder),
        secrets: { secret: Object.fromEntries(secretKeys.map((key) => [key, VALUE])) },
        labelled: ['secret'],
        env: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
      })
      const secretRef = secretKeys.length > 0 ? { secretRef: { name: 'secret' } } : {}
      const report = await test(connectionTestRequest.parse({ spec: { type: id, signals, fields, ...secretRef } }))
      const text = JSON.stringify(report, undefined, 1)
      assert.deepEqual(
        report.signals.map(({ signal }) => signal),
        signals,
        text,
      )
      const expected = id === 'debug' ? ['Passed'] : ['Stopped', 'Unknown']
      assert.ok(
        report.signals.every(({ outcome }) => expected.includes(outcome)),
        text,
      )
      assert.doesNotMatch(text, /CollectorRefuses|secret\.invalid/)
    })
})
