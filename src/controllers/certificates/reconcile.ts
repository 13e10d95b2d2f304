import { isCertificate, isPair, isSignedBy, needsRenewal } from '../../certs/certificates.ts'

/** Keys of the Secret, all PEM. `old-ca.crt` is trusted beside `ca.crt` until the serving certificates have changed. */
export interface CertificateSecret {
  'ca.crt'?: string
  'ca.key'?: string
  'old-ca.crt'?: string
  'tls.crt'?: string
  'tls.key'?: string
}

/** Days that certificates live. A third before the end they are renewed. */
export const AUTHORITY_DAYS = 3650
export const SERVING_DAYS = 90

export type CertificateAction = 'keep' | 'issue-serving' | 'issue-authority'

/** What is to be done about the Secret's certificates; what is missing or damaged is issued again. */
export const certificateAction = (
  secret: CertificateSecret,
  names: readonly string[],
  nowMs: number,
): CertificateAction => {
  const {
    'ca.crt': authority = '',
    'ca.key': authorityKey = '',
    'tls.crt': serving = '',
    'tls.key': servingKey = '',
  } = secret
  if (!isPair(authority, authorityKey) || needsRenewal(authority, nowMs)) return 'issue-authority'
  if (!isPair(serving, servingKey) || needsRenewal(serving, nowMs, names)) return 'issue-serving'
  return isSignedBy(serving, authority) ? 'keep' : 'issue-serving'
}

/** What the API server is to trust: the authority, and the one before it. It refuses what cannot be read. */
export const caBundle = (secret: CertificateSecret): string =>
  [secret['ca.crt'] ?? '', secret['old-ca.crt'] ?? ''].filter(isCertificate).join('')
