import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { developmentCertificates } from '../../../certs/make.ts'
import type { CertificateSecret } from '../../../src/controllers/certificates/reconcile.ts'

describe('certs: development certificates', () => {
  let first: CertificateSecret
  before(async () => {
    first = await developmentCertificates(['localhost'])
  })

  it('serve localhost, signed by their authority', () => {
    const serving = new X509Certificate(first['tls.crt'] ?? '')
    assert.equal(serving.checkHost('localhost'), 'localhost')
    assert.ok(serving.verify(new X509Certificate(first['ca.crt'] ?? '').publicKey))
  })

  it('stay as long as they are valid', async () => {
    assert.equal(await developmentCertificates(['localhost'], first), first)
  })

  it('are issued for other names by the same authority', async () => {
    const other = await developmentCertificates(['webhook.test'], first)
    assert.equal(new X509Certificate(other['tls.crt'] ?? '').checkHost('webhook.test'), 'webhook.test')
    assert.equal(other['ca.crt'], first['ca.crt'])
  })
})
