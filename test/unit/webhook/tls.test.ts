import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCertificateFiles } from '../../../src/webhook/tls.ts'
import type { Certificate } from '../../../src/webhook/tls.ts'
import { newFolder, testCertificate, writeCertificate } from '../../support/admission/test-certificate.ts'

const POLL_MS = 10

let controller = new AbortController()

const start = () => {
  const folder = newFolder()
  controller = new AbortController()
  const errors: unknown[] = []
  const files = createCertificateFiles({
    folder,
    signal: controller.signal,
    onError: (error) => errors.push(error),
    pollMs: POLL_MS,
  })
  return { folder, errors, files }
}

const until = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !what(); tries += 1) await sleep(POLL_MS)
  assert.ok(what(), 'it did not happen')
}

describe('webhook: certificate files', () => {
  afterEach(() => controller.abort())

  it('are waited for', async () => {
    const { folder, files, errors } = start()
    assert.equal(files.problem(), 'no certificate yet')
    const first = files.first()
    await until(() => errors.length > 1)
    const certificate = await testCertificate()
    writeCertificate(folder, certificate)
    assert.deepEqual(await first, certificate)
    assert.equal(files.problem(), undefined)
  })

  it('stop being waited for at the end of the process', async () => {
    const { files } = start()
    const first = files.first()
    controller.abort()
    await assert.rejects(first)
  })

  it('are read again; a bad certificate, or one with a foreign key, keeps the one before', async () => {
    const { folder, files, errors } = start()
    writeCertificate(folder, await testCertificate())
    await files.first()
    const used: Certificate[] = []
    const following = files.follow((certificate) => used.push(certificate))

    writeCertificate(folder, { cert: 'not PEM', key: 'not PEM' })
    await until(() => errors.length > 0)
    const seen = errors.length
    const [one, another] = [await testCertificate(), await testCertificate()]
    writeCertificate(folder, { cert: one.cert, key: another.key })
    await until(() => errors.length > seen)
    assert.deepEqual(used, [])
    assert.equal(files.problem(), undefined)

    const next = await testCertificate()
    writeCertificate(folder, next)
    await until(() => used.length > 0)
    await sleep(5 * POLL_MS)
    assert.deepEqual(used, [next])
    controller.abort()
    await following
  })

  it('tell when the certificate has expired', async () => {
    const { folder, files } = start()
    writeCertificate(folder, await testCertificate(Date.now() - 100 * 86_400_000))
    await files.first()
    assert.equal(files.problem(), 'the certificate has expired')
  })
})
