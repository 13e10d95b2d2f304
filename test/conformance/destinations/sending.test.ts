/** Retries and compression of a Destination, with a real gateway. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { SourcesScene } from '../../support/telemetry/sources-scene.ts'
import { sendNumbered, startSources } from '../../support/telemetry/sources-scene.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { sequencesOf, startTallySink } from '../../support/telemetry/tally-sink.ts'

const DECODERS: Record<string, (body: Buffer) => Buffer> = {
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
  none: (body) => body,
}

/** Notes how each request is encoded, and the numbers in it. */
const startEncodings = async () => {
  const received: { encoding: string; sequences: number[] }[] = []
  const server = createServer((request, response) => {
    const { 'content-encoding': encoding = 'none' } = request.headers
    void buffer(request).then((body) => {
      received.push({ encoding, sequences: sequencesOf(DECODERS[encoding]?.(body) ?? body) })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, endpoint, received }
}

describe('how a real gateway sends to a Destination', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-sending-'))
  const backends: Record<string, Awaited<ReturnType<typeof startEncodings>>> = {}
  let dead: TallySink
  let scene: SourcesScene

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    dead = await startTallySink({ status: 503 })
    for (const name of ['gzip', 'zstd', 'none']) backends[name] = await startEncodings()
    const signals = ['traces' as const]
    const compressed = Object.entries({ gzip: 'Gzip', zstd: 'Zstd', none: 'None' } as const)
    scene = await startSources({
      binary,
      folder,
      destinations: [
        { name: 'given-up', endpoint: dead.endpoint, signals, spec: { retry: { maxElapsedSeconds: 1 } } },
        { name: 'waiting', endpoint: dead.endpoint, signals },
        ...compressed.map(([name, compression]) => ({
          name,
          endpoint: backends[name]?.endpoint ?? '',
          signals,
          spec: { compression },
        })),
      ],
      served: [],
    })
    await sendNumbered(scene.gateway, 'traces', [{ sequence: 7, resource: { 'service.name': 'a' } }])
  })
  after(async () => {
    await scene?.stop()
    await dead?.close()
    for (const { server } of Object.values(backends)) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    rmSync(folder, { recursive: true })
  })

  it('with the compression that it asks for', () =>
    eventuallyPasses(() => {
      for (const [name, { received }] of Object.entries(backends))
        assert.deepEqual(received, [{ encoding: name, sequences: [7] }], name)
    }, 20_000))

  it('for as long as it asks for, and after that drops what is not accepted, for this one only', async () => {
    const failed = async (name: string): Promise<number> => {
      const samples = await pullSamples(scene.metrics, new AbortController().signal)
      return samples
        .filter((sample) => sample.name.startsWith('otelcol_exporter_send_failed_spans'))
        .filter(({ labels }) => labels['exporter']?.includes(`/${name}-`))
        .reduce((sum, { value }) => sum + value, 0)
    }
    await eventuallyPasses(async () => assert.equal(await failed('given-up'), 1), 20_000)
    assert.equal(await failed('waiting'), 0)
  })
})
