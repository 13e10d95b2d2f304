/** What the metrics and the log of a real gateway show of each fault of a backend, and what a Destination says about it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import type { FlowTiming } from '../../../src/controllers/autoscaler/delivery/flow/timing.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { testCertificate } from '../../support/admission/test-certificate.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { DeliveryScene } from '../../support/telemetry/delivery-scene.ts'
import { startDelivery } from '../../support/telemetry/delivery-scene.ts'
import type { SpanSender } from '../../support/telemetry/span-sender.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'

const MiB = 2 ** 20
/** As in a cluster, but in seconds instead of minutes. */
const TIMING: FlowTiming = {
  windowMs: 20_000,
  recentMs: 8_000,
  stallMs: 2_000,
  holdMs: 2_000,
  growthMs: 4_000,
  unreadMs: 3_000,
}

interface Answer {
  status: number
  body?: Buffer
  headers?: Record<string, string>
  delayMs?: number
  /** A connection is closed without an answer. */
  isSilent?: boolean
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
/** Field 2 of a message, as google.rpc.Status and the partial success of OTLP have their text. */
const text = (words: string): Buffer => Buffer.from(`\x12${String.fromCodePoint(words.length)}${words}`)
/** An ExportTraceServiceResponse that rejects two spans. */
const partialSuccess = (words: string): Buffer => {
  const inner = Buffer.concat([Buffer.from([0x08, 2]), text(words)])
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
}

describe('delivery of a real gateway', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-delivering-'))
  const servers: Server[] = []
  const answers = new Map<string, Answer>()
  let scene: DeliveryScene
  let sender: SpanSender | undefined

  /** A backend that answers as `answers` says at that moment. */
  const backend = async (name: string, answer: Answer, secure = false): Promise<string> => {
    answers.set(name, answer)
    const listener: Parameters<typeof createServer>[1] = (request, response) => {
      const { status, body, headers = {}, delayMs = 0, isSilent } = answers.get(name) ?? answer
      request.resume().once('end', () => {
        if (isSilent) return
        setTimeout(() => response.writeHead(status, headers).end(body), delayMs)
      })
    }
    const server = secure ? createTlsServer(await testCertificate(), listener) : createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http${secure ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const specOf = (endpoint: string): Partial<DestinationSpec> => {
    const [, brokers] = /^kafka:\/\/(.*)/.exec(endpoint) ?? []
    if (brokers !== undefined) return { type: 'kafka', fields: { brokers } }
    return { type: endpoint.includes('://') ? 'otlphttp' : 'otlp', fields: { endpoint } }
  }

  /** Starts a gateway; an endpoint without a scheme is for gRPC. */
  const start = async (name: string, diskMiB: number, endpoints: Record<string, string>): Promise<void> => {
    const binary = collectorBinary()
    if (!binary) throw new Error('the collector is missing')
    const specs = Object.fromEntries(Object.entries(endpoints).map(([each, endpoint]) => [each, specOf(endpoint)]))
    const options = { binary, folder: join(folder, name), diskBytes: diskMiB * MiB, specs, timing: TIMING }
    scene = await startDelivery(options)
  }
  const says = (name: string, pattern: RegExp, ms = 20_000): Promise<void> =>
    eventuallyPasses(() => assert.match(scene.delivering(name).text, pattern), ms)

  before(function () {
    if (!collectorBinary()) this.skip()
  })
  afterEach(async () => {
    await sender?.stop()
    await scene?.stop()
  })
  after(async () => {
    for (const server of servers) server.closeAllConnections()
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    rmSync(folder, { recursive: true })
  })

  it('names each fault in the words of the backend, while the queues have room', async () => {
    await start('faults', 10_240, {
      healthy: await backend('healthy', { status: 200 }),
      unauthorized: await backend('unauthorized', { status: 401 }),
      worded: await backend('worded', {
        status: 403,
        body: text('the key abcdef0123456789abcdef is revoked'),
        headers: PROTOBUF,
      }),
      partial: await backend('partial', { status: 200, body: partialSuccess('over quota'), headers: PROTOBUF }),
      large: await backend('large', { status: 413 }),
      throttled: await backend('throttled', { status: 429, headers: { 'retry-after': '1' } }),
      unavailable: await backend('unavailable', { status: 503 }),
      'wrong-authority': await backend('wrong-authority', { status: 200 }, true),
      'no-tls': (await backend('no-tls', { status: 200 })).replace('http:', 'https:'),
      refused: `http://127.0.0.1:${await freePort()}`,
      'grpc-refused': `127.0.0.1:${await freePort()}`,
      'grpc-no-name': 'no-such-host.invalid:4317',
      'kafka-refused': `kafka://127.0.0.1:${await freePort()}`,
      'no-name': 'http://no-such-host.invalid:4318',
      hanging: await backend('hanging', { status: 200, isSilent: true }),
    })
    await says('healthy', /^Unknown NoTelemetryYet: /)
    await says('refused', /^Unknown NoTelemetryYet: /)
    sender = startSpanSender(scene.endpoint, { intervalMs: 200 })
    await says('healthy', /^True Delivering: traces: the backend accepts the data$/)
    await says(
      'unauthorized',
      /^False AllDataRejected: traces: the backend rejects everything: HTTP 401 Unauthorized; about/,
    )
    await says('worded', /^False AllDataRejected: .*: HTTP 403 Forbidden: the key \[redacted\] is revoked;/)
    await says('partial', /^False SomeDataRejected: traces: the backend rejects a part: over quota; about/)
    await says('large', /^False AllDataRejected: .*: HTTP 413 Content Too Large;/)
    await says('throttled', /^False Throttled: .*: HTTP 429 Too Many Requests/)
    await says('unavailable', /^False Unreachable: .*: HTTP 503 Service Unavailable;/)
    await says('wrong-authority', /^False Unreachable: .*: tls: failed to verify certificate: x509: /)
    await says('no-tls', /^False Unreachable: .*: http: server gave HTTP response to HTTPS client/)
    await says('refused', /^False Unreachable: .*: dial tcp 127\.0\.0\.1:\d+: connect: connection refused/)
    await says('grpc-refused', /^False Unreachable: .*: gRPC Unavailable: .*connect: connection refused/)
    await says(
      'grpc-no-name',
      /^False Unreachable: .*: gRPC Unavailable: .*\(the name of the endpoint has no address\)/,
    )
    await says('kafka-refused', /^False Unreachable: .*connect: connection refused/)
    await says('no-name', /^False Unreachable: .*: dial tcp: lookup no-such-host\.invalid.*no such host/)
    await says('hanging', /^False Unreachable: traces: the backend is not reached/)
    const { figures: healthy } = scene.delivering('healthy')
    assert.ok(healthy && healthy.sent > 0 && healthy.failed === 0 && healthy.lastSuccessTime)
    const { figures: unauthorized } = scene.delivering('unauthorized')
    assert.ok(unauthorized && unauthorized.sent === 0 && unauthorized.failed > 0 && !unauthorized.lastSuccessTime)
    assert.equal(unauthorized.lastError?.cause, 'Credentials')
    assert.equal(scene.delivering('large').figures?.lastError?.cause, 'TooLarge')
    assert.equal(scene.delivering('no-name').figures?.lastError?.cause, 'Dns')
    assert.equal(scene.delivering('wrong-authority').figures?.lastError?.cause, 'Tls')
  })

  it('tells that a queue fills up behind a slow backend, and when it will be full', async () => {
    await start('slow', 96, { slow: await backend('slow', { status: 200, delayMs: 1_500 }) })
    sender = startSpanSender(scene.endpoint, { intervalMs: 5, perRequest: 200 })
    await says(
      'slow',
      /^False QueueFillingUp: traces: the queue is \d+ % full, full in \d+ (min|h) at this rate$/,
      60_000,
    )
    const { figures } = scene.delivering('slow')
    assert.ok(figures && figures.sent > 0 && (figures.queuedBytes ?? 0) > 0)
  })

  it('follows a backend that refuses a part, then everything, and is mended', async () => {
    await start('changing', 10_240, { changing: await backend('changing', { status: 200 }) })
    sender = startSpanSender(scene.endpoint, { intervalMs: 100 })
    await says('changing', /^True Delivering/)
    answers.set('changing', { status: 403 })
    await says('changing', /^False SomeDataRejected: .*: HTTP 403 Forbidden/)
    await says('changing', /^False AllDataRejected: .*: HTTP 403 Forbidden/)
    await sender.stop()
    await sleep(TIMING.recentMs + TIMING.holdMs + 1_000)
    assert.equal(scene.delivering('changing').reason, 'AllDataRejected', 'silence is no success')
    answers.set('changing', { status: 200 })
    sender = startSpanSender(scene.endpoint, { intervalMs: 100 })
    await says('changing', /^True Delivering/)
  })

  it('counts on when the gateway starts again, and is not green while it cannot be read', async () => {
    await start('restarted', 10_240, { backend: await backend('backend', { status: 200 }) })
    sender = startSpanSender(scene.endpoint, { intervalMs: 100 })
    await says('backend', /^True Delivering/)
    await scene.gateway.kill()
    await says('backend', /^Unknown DeliveryUnknown: no gateway could be read$/)
    await scene.gateway.start()
    await says('backend', /^True Delivering/)
  })
})
