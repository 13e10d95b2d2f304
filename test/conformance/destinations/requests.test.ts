/**
 * What each destination of the catalogue that is reached over OTLP or remote write gets from a real collector: path, headers,
 * credentials and payload. The expected requests are in test/fixtures/requests.yaml; UPDATE_GOLDEN=1 writes them.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import type { RenderedDestination } from '../../../src/destinations/render.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import type { CatalogueEntry } from '../../../src/destinations/schema.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { testCertificate } from '../../support/admission/test-certificate.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { logsOf, metricsOf, podResource, postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'
import type { RecordingBackend } from '../../support/telemetry/recording-backend.ts'
import { startGrpcBackend, startHttpBackend, WRONG } from '../../support/telemetry/recording-backend.ts'
import { needsUpstreamExtension, UPSTREAM_ONLY_EXTENSIONS } from '../../support/telemetry/upstream-only.ts'

const EXPECTED = join(import.meta.dirname, '../../fixtures/requests.yaml')
const RECORDED = new Set(['otlp_grpc', 'otlp_http', 'prometheus_remote_write', 'basicauth', 'bearertokenauth'])
const MiB = 2 ** 20
/** In the payload. */
const MARKER = 'a-marker'

/** Those whose requests can be recorded, with the fields of the test that has the most. */
const entries = [...catalogue.values()].filter(({ exporters, extensions = {} }) =>
  [...exporters.map(({ type }) => type), ...Object.keys(extensions)].every(
    (type) => RECORDED.has(type) || UPSTREAM_ONLY_EXTENSIONS.has(type),
  ),
)
const size = ({ fields, secretKeys = [] }: CatalogueEntry['tests'][number]): number =>
  Object.keys(fields).length + secretKeys.length
const fullest = ({ tests }: CatalogueEntry) =>
  tests.filter((test) => !test.problems && !needsUpstreamExtension(test)).toSorted((a, b) => size(b) - size(a))[0]

interface Backed {
  entry: CatalogueEntry
  isWrong: boolean
  rendered: RenderedDestination
  backend: RecordingBackend
}

const typeOf = (id: string): string => id.split('/')[0] ?? ''

/** The same address, but on loopback; one that is a secret becomes the path. */
const onLoopback = (address: unknown, port: number): string => {
  const text = String(address)
  if (text.startsWith('${env:')) return `http://127.0.0.1:${port}/${text}`
  return text.replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${port}`)
}

const redirected = (config: Record<string, unknown>, isGrpc: boolean, port: number): Record<string, unknown> =>
  isGrpc
    ? { ...config, endpoint: `localhost:${port}`, tls: { insecure_skip_verify: true } }
    : Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, key.endsWith('endpoint') ? onLoopback(value, port) : value]),
      )

describe('requests to destinations', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-requests-'))
  const all: Backed[] = []
  let collector: CollectorProcess
  let metricsPort = 0

  const back = async (entry: CatalogueEntry, isWrong: boolean): Promise<Backed> => {
    const test = fullest(entry)
    const name = isWrong ? `${entry.id}-${WRONG}` : entry.id
    const spec = destinationSpec.parse({
      type: entry.id,
      signals: entry.signals,
      fields: test?.fields ?? {},
      ...(test?.secretKeys ? { secretRef: { name } } : {}),
    })
    const rendered = renderDestination({ name, uid: name, spec }, test?.secretKeys)
    const isGrpc = rendered.exporters.some(({ id }) => typeOf(id) === 'otlp_grpc')
    const backend = isGrpc ? await startGrpcBackend(await testCertificate()) : await startHttpBackend()
    const exporters = rendered.exporters.map((each) => ({
      ...each,
      config: redirected(each.config, isGrpc, backend.port),
    }))
    return { entry, isWrong, backend, rendered: { ...rendered, exporters } }
  }

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    for (const entry of entries) {
      all.push(await back(entry, false))
      if (fullest(entry)?.secretKeys) all.push(await back(entry, true))
    }
    const place = await loopbackPlace(folder)
    const config = gatewayConfig({
      group: { resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } } },
      destinations: all.map(({ rendered }) => rendered),
      actions: [],
      disk: { bytes: 1024 * MiB, fsync: false },
      place,
    })
    const secrets = all.flatMap(({ isWrong, rendered }) =>
      rendered.env.map(({ name, valueFrom }) => [
        name,
        `${isWrong ? WRONG : 'right'}-secret-${(valueFrom as { secretKeyRef: { key: string } }).secretKeyRef.key}`,
      ]),
    )
    collector = collectorProcess({ binary, config, place, folder, env: Object.fromEntries(secrets) })
    await collector.start()
    metricsPort = place.metricsPort
    const resource = podResource('cart-1', { marker: MARKER })
    const endpoint = `http://127.0.0.1:${place.httpPort}`
    assert.equal(await postOtlp(endpoint, 'traces', tracesOf(resource, [{}])), 200)
    assert.equal(await postOtlp(endpoint, 'metrics', metricsOf(resource, ['requests'])), 200)
    assert.equal(await postOtlp(endpoint, 'logs', logsOf(resource, 'test', [{}])), 200)
  })
  after(async () => {
    await collector?.kill()
    await Promise.all(all.map(({ backend }) => backend.close()))
    rmSync(folder, { recursive: true })
  })

  it('have the paths, headers, credentials and payloads that the backend expects', async () => {
    const right = all.filter(({ isWrong }) => !isWrong)
    await eventuallyPasses(() => {
      for (const { entry, backend } of right) assert.equal(backend.requests.length, entry.signals.length, entry.id)
    }, 60_000)
    const found = Object.fromEntries(
      right.map(({ entry, backend }) => [
        entry.id,
        backend.requests.map(({ path, headers }) => ({ path, headers })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      ]),
    )
    for (const { entry, backend } of right)
      for (const { body, headers } of backend.requests)
        if (headers['content-encoding'] !== 'snappy') assert.ok(body.includes(MARKER), entry.id)
    if (process.env['UPDATE_GOLDEN']) writeFileSync(EXPECTED, stringify(found, { aliasDuplicateObjects: false }))
    assert.deepEqual(found, parse(readFileSync(EXPECTED, 'utf8')))
  })

  it('with a wrong credential are refused, and counted as failed', async () => {
    const exporters = all.filter(({ isWrong }) => isWrong).flatMap(({ rendered }) => rendered.exporters)
    await eventuallyPasses(async () => {
      const samples = await pullSamples(`127.0.0.1:${metricsPort}`, new AbortController().signal)
      const failed = new Set(
        samples.flatMap(({ name, labels, value }) =>
          name.startsWith('otelcol_exporter_send_failed') && value > 0 ? [labels['exporter']] : [],
        ),
      )
      const missing = exporters.filter(({ id }) => !failed.has(id)).map(({ id }) => id)
      assert.deepEqual(missing, [])
    }, 60_000)
  })
})
