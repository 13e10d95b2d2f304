/** What a test of a connection says of planted faults, with the collector that a gateway would be, within 30 seconds. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import type { ConnectionTestReport } from '../../../src/api/reports/connection-test.ts'
import { connectionTestReport, connectionTestRequest } from '../../../src/api/reports/connection-test.ts'
import { testCertificate } from '../../support/admission/test-certificate.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { loopbackPlace } from '../../support/telemetry/collector-process.ts'
import type { ConnectionSceneOptions } from '../../support/telemetry/connection-scene.ts'
import { connectionScene } from '../../support/telemetry/connection-scene.ts'
import type { RecordingBackend } from '../../support/telemetry/recording-backend.ts'
import { startGrpcBackend, startHttpBackend } from '../../support/telemetry/recording-backend.ts'

const ALL = ['traces' as const, 'metrics' as const, 'logs' as const]
const TOKEN = 'planted-in-the-secret'

type Request = { spec: Partial<DestinationSpec> } & Record<string, unknown>

describe('tests of connections by real collectors', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-connection-'))
  const servers: (Server | TcpServer)[] = []
  const backends: RecordingBackend[] = []

  const listen = async (server: Server | TcpServer): Promise<number> => {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  /** Answers with the status and text, or never. */
  const backend = async (status?: number, text = '', type = 'application/json'): Promise<string> => {
    const server = createServer((request, response) => {
      request.resume().once('end', () => {
        if (status !== undefined) response.writeHead(status, { 'retry-after': '1', 'content-type': type }).end(text)
      })
    })
    return `http://127.0.0.1:${await listen(server)}`
  }
  const kept = async <B extends RecordingBackend>(started: Promise<B>): Promise<B> => {
    const found = await started
    backends.push(found)
    return found
  }

  const scene = async (options: Omit<ConnectionSceneOptions, 'binary' | 'place'> = {}) =>
    connectionScene({ binary: collectorBinary() ?? '', place: await loopbackPlace(folder), ...options })

  const test = async (
    { spec, ...more }: Request,
    options: Omit<ConnectionSceneOptions, 'binary' | 'place'> = {},
  ): Promise<ConnectionTestReport> => {
    const { test: run, created, deleted, running } = await scene(options)
    const request = connectionTestRequest.parse({ spec: { type: 'otlphttp', signals: ['traces'], ...spec }, ...more })
    const report = connectionTestReport.parse(await run(request))
    assert.ok(report.durationMs < 30_000, `it took ${report.durationMs} ms`)
    assert.deepEqual(deleted, [created[0]?.metadata.name])
    assert.equal(running.size, 0)
    assert.doesNotMatch(JSON.stringify([report, created]), new RegExp(TOKEN))
    return report
  }
  const line = ({ signals }: ConnectionTestReport): string =>
    signals
      .map(({ outcome, reason, message, remedy = '' }) => `${outcome} ${reason}: ${message} | ${remedy}`)
      .join('\n')

  before(function () {
    if (!collectorBinary()) this.skip()
  })
  after(async () => {
    for (const server of servers) if ('closeAllConnections' in server) server.closeAllConnections()
    for (const server of servers) server.close()
    await Promise.all(backends.map(({ close }) => close()))
    rmSync(folder, { recursive: true })
  })

  it('passes over HTTP, with each signal, the fields and the secret of the Destination', async () => {
    const { port, requests } = await kept(startHttpBackend())
    const fields = {
      endpoint: `http://127.0.0.1:${port}/otlp$$x`,
      headers: 'x-$(POD_NAME)=$1 $$2',
      secretHeader: 'authorization',
    }
    const report = await test(
      { spec: { signals: ALL, fields, secretRef: { name: 'token' }, disabled: true } },
      { secrets: { token: { secretHeaderValue: TOKEN } }, labelled: ['token'] },
    ).catch((error: unknown) => error as Error)
    // Names of headers have no parentheses: the same refusal as that of a Destination.
    assert.ok(report instanceof Error && report.message.startsWith('InvalidField: '), JSON.stringify(report))
    const passed = await test(
      {
        spec: { signals: ALL, fields: { ...fields, headers: 'x-a=$(POD_NAME) $1 $$2' }, secretRef: { name: 'token' } },
      },
      { secrets: { token: { secretHeaderValue: TOKEN } }, labelled: ['token'] },
    )
    assert.deepEqual(
      passed.signals.map(({ signal, outcome, reason }) => [signal, outcome, reason]),
      ALL.map((signal) => [signal, 'Passed', 'Delivering']),
      line(passed),
    )
    assert.deepEqual(
      requests.map(({ path }) => path).toSorted(),
      ALL.map((signal) => `/otlp$$x/v1/${signal}`).toSorted(),
    )
    for (const { headers, body } of requests) {
      assert.equal(headers['authorization'], TOKEN)
      assert.equal(headers['x-a'], '$(POD_NAME) $1 $$2')
      assert.ok(body.includes(passed.probe))
    }
  })

  it('passes over gRPC', async () => {
    const certificate = await testCertificate()
    const { port } = await kept(startGrpcBackend(certificate))
    const fields = { endpoint: `localhost:${port}`, tls: 'true' }
    assert.match(
      line(await test({ spec: { type: 'otlp', fields: { ...fields, skipVerify: 'true' } } })),
      /^Passed Delivering/,
    )
    const refused = await test({ spec: { type: 'otlp', fields } })
    assert.match(
      line(refused),
      /^Stopped Unreachable: the certificate of the backend is of an unknown authority: .*x509: .*\(caPem\)$/,
    )
    const plain = await test({ spec: { type: 'otlp', fields: { endpoint: `localhost:${port}` } } })
    assert.match(line(plain), /^Stopped Unreachable: the backend does not speak the protocol at this port: /)
  })

  const answers: [name: string, endpoint: () => Promise<string>, expected: RegExp][] = [
    [
      '401',
      () => backend(401),
      /^Stopped AllDataRejected: the backend refuses the credentials: HTTP 401 Unauthorized \| the Destination uses no Secret$/,
    ],
    [
      '404',
      () => backend(404),
      /^Stopped AllDataRejected: the backend has nothing at this address .*HTTP 404 Not Found/,
    ],
    ['400', () => backend(400), /^Stopped AllDataRejected: the backend rejects a probe: HTTP 400 Bad Request/],
    ['413', () => backend(413), /^Stopped AllDataRejected: .*too large: HTTP 413/],
    ['429', () => backend(429), /^Stopped Throttled: the backend was reached, and limits the rate: HTTP 429/],
    ['503', () => backend(503), /^Stopped Unreachable: the backend is not available: HTTP 503 Service Unavailable/],
    [
      'partial success',
      () => backend(200, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}'),
      /^Stopped AllDataRejected: .*rejects the probe in it: too old/,
    ],
    ['no answer', () => backend(), /^Stopped Unreachable: the backend does not answer: .*deadline exceeded/],
    [
      'nobody who listens',
      async () => `http://127.0.0.1:${await freePort()}`,
      /^Stopped Unreachable: nothing listens at the address: .*connection refused/,
    ],
    [
      'no such name',
      () => Promise.resolve('http://no-such-host.invalid:4318'),
      /^Stopped Unreachable: the name of the host is not found: .*lookup no-such-host\.invalid/,
    ],
    [
      'plain text where TLS is expected',
      async () => (await backend(200)).replace('http:', 'https:'),
      /^Stopped Unreachable: the backend does not speak TLS at this port/,
    ],
    [
      'gRPC where HTTP is expected',
      async () => `http://localhost:${(await kept(startGrpcBackend(await testCertificate()))).port}`,
      /^Stopped Unreachable: the backend does not speak the protocol at this port: EOF/,
    ],
    [
      'a certificate of an unknown authority',
      async () =>
        `https://localhost:${await listen(createTlsServer(await testCertificate(), (_request, response) => response.writeHead(200).end()))}`,
      /^Stopped Unreachable: the certificate of the backend is of an unknown authority/,
    ],
  ]
  for (const [name, endpoint, expected] of answers)
    it(`tells of ${name}`, async () =>
      assert.match(line(await test({ spec: { fields: { endpoint: await endpoint() } } })), expected))

  it('tells of gRPC that nobody answers, and of HTTP in its place', async () => {
    const silent = await listen(createTcpServer(() => undefined))
    const grpc = (port: number | string) => test({ spec: { type: 'otlp', fields: { endpoint: `localhost:${port}` } } })
    assert.match(line(await grpc(silent)), /^Stopped Unreachable: the backend does not answer: gRPC DeadlineExceeded/)
    const http = new URL(await backend(200)).port
    assert.match(line(await grpc(http)), /^Stopped Unreachable: the backend does not speak the protocol at this port/)
    const gone = await test({ spec: { type: 'otlp', fields: { endpoint: 'no-such-host.invalid:4317' } } })
    assert.match(line(gone), /^Stopped Unreachable: the name of the host is not found/)
  })

  it('names the Secret and its key where credentials are refused, and hides their values', async () => {
    const endpoint = await backend(401, JSON.stringify({ message: `the token ${TOKEN} is wrong` }))
    const secrets = { token: { secretHeaderValue: TOKEN } }
    const spec = { fields: { endpoint, secretHeader: 'authorization' } }
    const stored = await test({ spec: { ...spec, secretRef: { name: 'token' } } }, { secrets, labelled: ['token'] })
    assert.match(line(stored), /HTTP 401 Unauthorized.* \| check key secretHeaderValue of Secret token$/)
    const entered = await test({ spec, enteredSecretRef: { name: 'token' } }, { secrets, labelled: ['token'] })
    assert.match(line(entered), /HTTP 401 Unauthorized.* \| check the values that were entered$/)
  })

  it('tells of exporters that put the cause into their log only', async () => {
    const endpoint = await backend(401)
    const metrics = { type: 'prometheus', signals: ['metrics' as const] }
    assert.match(
      line(await test({ spec: { ...metrics, fields: { endpoint } } })),
      /^Stopped AllDataRejected: the backend refuses the credentials: HTTP 401/,
    )
    const healthy = await test({ spec: { ...metrics, fields: { endpoint: await backend(200) } } })
    assert.match(line(healthy), /^Passed Delivering/)
    const brokers = `127.0.0.1:${await freePort()}`
    assert.match(
      line(await test({ spec: { type: 'kafka', fields: { brokers } } })),
      /^Stopped Unreachable: nothing listens at the address: .*connection refused/,
    )
    const clickhouse = { endpoint: `tcp://${brokers}`, database: 'otel' }
    assert.match(
      line(await test({ spec: { type: 'clickhouse', fields: clickhouse } })),
      /^Stopped Unreachable: nothing listens/,
    )
  })

  it('passes where the collector itself is the backend', async () =>
    assert.match(
      line(await test({ spec: { type: 'debug', fields: {} } })),
      /^Passed Delivering: the collector wrote a probe to its log/,
    ))

  it('tells of a pod that does not run, and removes it', async () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: 'no node is left' }]
    const report = await test(
      { spec: { fields: { endpoint: 'http://a:1' } } },
      { status: { phase: 'Pending', conditions } },
    )
    assert.match(line(report), /^Unknown TestNotRun: the pod cannot be scheduled: no node is left/)
  })

  it('tells of a collector that does not start, without the values of Secrets', async () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${TOKEN}\n-----END CERTIFICATE-----`
    const state = { terminated: { exitCode: 1, message: `Error: cannot use ${pem}` } }
    const containerStatuses = [{ name: 'collector', ready: false, state }]
    const fields = { endpoint: 'http://a:1', secretHeader: 'x' }
    const report = await test(
      { spec: { fields, secretRef: { name: 'token' } } },
      { status: { containerStatuses }, secrets: { token: { secretHeaderValue: TOKEN } }, labelled: ['token'] },
    )
    assert.match(line(report), /^Stopped CollectorRefuses: cannot use .*\*{4}/)
  })

  it('are refused until the settings are read', async () => {
    const { test: run, created } = await scene({ isStarting: true })
    const request = connectionTestRequest.parse({ spec: { type: 'debug', signals: ['traces'] } })
    await assert.rejects(run(request), /the autoscaler is starting/)
    assert.deepEqual(created, [])
  })

  it('removes pods that another process left', async () => {
    const { test: run, pods, deleted } = await scene()
    const view = { group: '', damaged: [] }
    for (const name of ['odigos-connection-test-old', 'odigos-gateway-0'])
      pods.push({ ...view, metadata: { namespace: 'odigos-system', name, uid: name } })
    await run(connectionTestRequest.parse({ spec: { type: 'debug', signals: ['traces'] } }))
    assert.equal(deleted[0], 'odigos-connection-test-old')
    assert.ok(!deleted.includes('odigos-gateway-0'))
  })
})
