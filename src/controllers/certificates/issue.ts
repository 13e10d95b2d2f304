import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyPair, Validity } from '../../certs/certificates.ts'
import { authorityCertificate, servingCertificate } from '../../certs/certificates.ts'
import type { CertificateAction, CertificateSecret } from './reconcile.ts'
import { AUTHORITY_DAYS, SERVING_DAYS } from './reconcile.ts'

const generate = promisify(generateKeyPair)

/** 2,048 bits are enough until 2030 (NIST SP 800-57). */
const newKeys = (): Promise<KeyPair> =>
  generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** Positive, and never the same twice. */
const newSerial = (): string => `0${randomBytes(16).toString('hex').slice(1)}`

const validity = (nowMs: number, days: number): Validity => ({ serial: newSerial(), nowMs, days })

const withNewAuthority = async (secret: CertificateSecret, nowMs: number): Promise<CertificateSecret> => {
  const keys = await newKeys()
  return {
    ...(secret['ca.crt'] ? { 'old-ca.crt': secret['ca.crt'] } : {}),
    'ca.crt': authorityCertificate(keys, validity(nowMs, AUTHORITY_DAYS)),
    'ca.key': keys.privateKey,
  }
}

/** The content of the Secret with the certificates that the action requests. */
export const issue = async (
  action: Exclude<CertificateAction, 'keep'>,
  secret: CertificateSecret,
  names: readonly string[],
  nowMs: number,
): Promise<CertificateSecret> => {
  const base = action === 'issue-authority' ? await withNewAuthority(secret, nowMs) : secret
  const keys = await newKeys()
  const authority = { certificate: base['ca.crt'] ?? '', privateKey: base['ca.key'] ?? '' }
  return {
    ...base,
    'tls.crt': servingCertificate(authority, keys, names, validity(nowMs, SERVING_DAYS)),
    'tls.key': keys.privateKey,
  }
}
