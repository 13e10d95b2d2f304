/** TLS and mTLS of destinations with real collectors: what reaches the backend, and the cause where nothing does. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionTestReport, connectionTestRequest } from '../../../src/api/reports/connection-test.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { connectionScene } from '../../support/telemetry/connection-scene.ts'
import type { Issued, MtlsBackend, MtlsOptions } from '../../support/telemetry/mtls-backend.ts'
import { issueCertificate, startMtlsGrpc, startMtlsHttp } from '../../support/telemetry/mtls-backend.ts'

const ca = issueCertificate({ name: 'authority' })
const otherCa = issueCertificate({ name: 'other-authority' })
const localhost = issueCertificate({ name: 'localhost', by: ca })
const client = issueCertificate({ name: 'gateway', by: ca })

interface Case {
  name: string
  backend: Partial<MtlsOptions>
  /** Of the Destination, besides its address. */
  fields?: Record<string, string>
  secret?: Issued
  expected: RegExp
  /** What the backend saw of the client. */
  client?: string
}

const mutual = { ca: ca.cert }
const refusal =
  /Stopped Unreachable: the backend (requires a client certificate|refuses the client certificate|ends the connection without a word|refuses the handshake).*\(clientCertificate, clientKey\)/

/** With TLS 1.3 the backend checks the certificate while the request is on its way: which of both ends first is a race. */
const refusalOrEnd = new RegExp(`${refusal.source}|Stopped Unreachable: the backend does not speak the protocol`)

const CASES: Case[] = [
  { name: 'its own authority', backend: {}, expected: /^Passed/, client: '' },
  { name: 'mTLS', backend: mutual, secret: client, expected: /^Passed/, client: 'gateway' },
  {
    name: 'a chain of Windows',
    backend: mutual,
    secret: { cert: `${client.cert}${ca.cert}`.replaceAll(/\r?\n/g, '\r\n'), key: client.key.replaceAll('\n', '\r\n') },
    expected: /^Passed/,
    client: 'gateway',
  },
  { name: 'no client certificate', backend: mutual, expected: refusalOrEnd },
  { name: 'no client certificate, with TLS 1.2', backend: { ...mutual, version: 'TLSv1.2' }, expected: refusal },
  {
    name: 'a client certificate of another authority',
    backend: mutual,
    secret: issueCertificate({ name: 'gateway', by: otherCa }),
    expected: refusal,
  },
  {
    name: 'a client certificate that has expired',
    backend: mutual,
    secret: issueCertificate({ name: 'gateway', by: ca, days: -1 }),
    expected: refusal,
  },
  {
    name: 'an unknown authority',
    backend: {},
    fields: { caPem: otherCa.cert },
    expected: /^Stopped Unreachable: the certificate of the backend is of an unknown authority: .*\(caPem\)$/,
  },
  {
    name: 'a certificate for another name',
    backend: issueCertificate({ name: 'otel.example.com', by: ca }),
    expected: /^Stopped Unreachable: the certificate of the backend is for other names: .*\(serverName\)$/,
  },
  {
    name: 'a certificate for another name, which is entered',
    backend: issueCertificate({ name: 'otel.example.com', by: ca }),
    fields: { serverName: 'otel.example.com' },
    expected: /^Passed/,
    client: '',
  },
  {
    name: 'a certificate of the backend that has expired',
    backend: issueCertificate({ name: 'localhost', by: ca, days: -1 }),
    expected: /^Stopped Unreachable: the certificate of the backend has expired, or is not valid yet: /,
  },
  {
    name: 'no verification',
    backend: issueCertificate({ name: 'otel.example.com', by: otherCa }),
    fields: { skipVerify: 'true', caPem: '' },
    expected: /^Passed/,
    client: '',
  },
]

const KINDS: [
  type: string,
  start: (options: MtlsOptions) => Promise<MtlsBackend>,
  address: (port: number) => object,
][] = [
  ['otlp', startMtlsGrpc, (port) => ({ endpoint: `127.0.0.1:${port}`, tls: 'true' })],
  ['otlphttp', startMtlsHttp, (port) => ({ endpoint: `https://127.0.0.1:${port}` })],
  ['prometheus', startMtlsHttp, (port) => ({ endpoint: `https://127.0.0.1:${port}/api/v1/write` })],
]

describe('TLS of destinations', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-tls-'))
  const backends: MtlsBackend[] = []
  before(function () {
    if (!collectorBinary()) this.skip()
  })
  after(() => {
    for (const { close } of backends) close()
    rmSync(folder, { recursive: true })
  })

  for (const [type, start, address] of KINDS)
    for (const { name, backend: options, fields = {}, secret, expected, client: seen } of CASES)
      it(`${type}: ${name}`, async () => {
        const backend = await start({ ...localhost, ...options })
        backends.push(backend)
        const values: Record<string, string> = secret ? { clientCertificate: secret.cert, clientKey: secret.key } : {}
        const scene = connectionScene({
          binary: collectorBinary() ?? '',
          place: await loopbackPlace(folder),
          secrets: { pair: values },
          labelled: ['pair'],
        })
        const signal = type === 'prometheus' ? 'metrics' : 'traces'
        const spec = {
          type,
          signals: [signal],
          fields: { ...address(backend.port), caPem: ca.cert, ...fields },
          secretRef: { name: 'pair' },
        }
        const report = connectionTestReport.parse(await scene.test(connectionTestRequest.parse({ spec })))
        const [result] = report.signals
        assert.match(`${result?.outcome} ${result?.reason}: ${result?.message} | ${result?.remedy}`, expected)
        assert.deepEqual([...new Set(backend.clients)], seen === undefined ? [] : [seen])
        // Neither is in the pod, nor in what is told.
        if (secret) assert.doesNotMatch(JSON.stringify([report, scene.created]), /PRIVATE KEY/)
      })
})
