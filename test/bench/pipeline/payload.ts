/** Spans of 1.6 KB as protobuf: a collector encodes what it receives as JSON. */
import { randomBytes } from 'node:crypto'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { startSink } from './sink.ts'
import { plainConfig } from './bare.ts'

export const SPANS_PER_REQUEST = 200
const ATTRIBUTES = 20
const VALUE_BYTES = 27

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })

/** Values differ, as those of applications do. */
const span = () => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  parentSpanId: randomBytes(8).toString('hex'),
  name: 'GET /carts/{id}/items',
  kind: 2,
  startTimeUnixNano: '1764200000000000000',
  endTimeUnixNano: '1764200000012345678',
  attributes: Array.from({ length: ATTRIBUTES }, (_, index) =>
    attribute(
      `http.request.header.x-benchmark-${index}`,
      randomBytes(VALUE_BYTES).toString('base64').slice(0, VALUE_BYTES),
    ),
  ),
})

const RESOURCE = {
  'service.name': 'cart',
  'k8s.namespace.name': 'shop',
  'k8s.deployment.name': 'cart',
  'k8s.pod.name': 'cart-5d4f8c7b9-abcde',
  'k8s.container.name': 'app',
  'telemetry.sdk.language': 'nodejs',
}

const encoder = (endpoint: string, place: CollectorPlace): CollectorConfig =>
  plainConfig({}, { otlp_http: { endpoint, compression: 'none', sending_queue: { enabled: false } } }, place)

interface Started {
  process: CollectorProcess
  place: CollectorPlace
}

/** The body of one request. */
export const encodedSpans = async (
  start: (configAt: (place: CollectorPlace) => CollectorConfig) => Promise<Started>,
): Promise<Buffer> => {
  const sink = await startSink()
  const { process, place } = await start((at) => encoder(sink.http, at))
  const attributes = Object.entries(RESOURCE).map(([key, value]) => attribute(key, value))
  const spans = Array.from({ length: SPANS_PER_REQUEST }, span)
  const body = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'benchmark' }, spans }] }] }
  const response = await fetch(`http://127.0.0.1:${place.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the collector answers ${response.status}`)
  const encoded = sink.lastBody()
  await process.kill()
  await sink.close()
  return encoded
}
