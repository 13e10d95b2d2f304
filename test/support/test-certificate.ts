import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyPair } from '../../src/certs/certificates.ts'
import { authorityCertificate, servingCertificate } from '../../src/certs/certificates.ts'
import type { Certificate } from '../../src/webhook/tls.ts'

const newKeys = (): KeyPair =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

const keys = newKeys()
const validity = (serial: number, nowMs: number) => ({ serial: serial.toString(16).padStart(32, '0'), nowMs, days: 1 })
/** The authority of all test certificates, PEM. */
export const authority = authorityCertificate(keys, validity(1, Date.now()))

/** A serving certificate for localhost; `serial` tells two apart. */
export const testCertificate = (serial: number, nowMs = Date.now()): Certificate => {
  const own = newKeys()
  const issuer = { certificate: authority, privateKey: keys.privateKey }
  return { cert: servingCertificate(issuer, own, ['localhost'], validity(serial, nowMs)), key: own.privateKey }
}

export const writeCertificate = (folder: string, { cert, key }: Certificate): void => {
  writeFileSync(join(folder, 'tls.crt'), cert)
  writeFileSync(join(folder, 'tls.key'), key)
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'odigos-test-'))
