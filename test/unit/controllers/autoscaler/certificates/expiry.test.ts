import assert from 'node:assert/strict'
import { destinationSpec } from '../../../../../src/api/kinds/destination.ts'
import { certificatesCondition, certificatesOf } from '../../../../../src/controllers/autoscaler/certificates/expiry.ts'
import { secretView } from '../../../../../src/controllers/autoscaler/secrets.ts'
import { renderDestination } from '../../../../../src/destinations/render.ts'
import { issueCertificate } from '../../../../support/telemetry/mtls-backend.ts'

const DAY_MS = 86_400_000
const destination = { metadata: { name: 'a', namespace: 'odigos-system', generation: 3 } }

const secretOf = (values: Record<string, string>) =>
  secretView({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pair' },
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  })

describe('the certificates of a Destination', () => {
  const authority = issueCertificate({ name: 'authority', days: 3650 })
  const old = issueCertificate({ name: 'old', days: -1 })
  const client = (days: number) => issueCertificate({ name: 'client', by: authority, days })

  const stateOf = ({ fields = {}, values = {} }: { fields?: object; values?: Record<string, string> }): string => {
    const secret = secretOf(values)
    const spec = destinationSpec.parse({
      type: 'otlphttp',
      signals: ['traces'],
      fields: { endpoint: 'https://b', ...fields },
      secretRef: { name: 'pair' },
    })
    const rendered = renderDestination({ name: 'a', spec }, secret.keys)
    assert.deepEqual(rendered.problems, [])
    const condition = certificatesCondition(destination, certificatesOf(rendered, secret.expiresMs), Date.now())
    assert.ok(!condition || condition.observedGeneration === 3)
    return condition ? `${condition.status} ${condition.reason}: ${condition.message}` : 'none'
  }
  const mutual = (days: number) => {
    const { cert, key } = client(days)
    return { clientCertificate: cert, clientKey: key }
  }
  const day = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

  const cases: [string, Parameters<typeof stateOf>[0], string][] = [
    ['none', {}, 'none'],
    ['a valid one', { values: mutual(60) }, `True CertificatesValid: clientCertificate expires at ${day(60)}`],
    [
      'one that ends soon',
      { values: mutual(13) },
      `False CertificateExpiresSoon: clientCertificate expires at ${day(13)}`,
    ],
    [
      'one that has expired',
      { values: mutual(-2) },
      `False CertificateExpired: clientCertificate expired at ${day(-2)}`,
    ],
    [
      'an authority that has expired',
      { fields: { caPem: old.cert } },
      `False CertificateExpired: caPem expired at ${day(-1)}`,
    ],
    [
      'authorities of which one is valid',
      { fields: { caPem: `${old.cert}${authority.cert}` } },
      `True CertificatesValid: caPem expires at ${day(3650)}`,
    ],
    [
      'the first that expires',
      { fields: { caPem: authority.cert }, values: mutual(60) },
      'True CertificatesValid: clientCertificate',
    ],
  ]
  for (const [name, given, expected] of cases)
    it(name, () => assert.equal(stateOf(given).slice(0, expected.length), expected))
})
