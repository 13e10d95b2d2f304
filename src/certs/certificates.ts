/** X.509 with node-forge: a certificate authority and a serving certificate. Keys, serial numbers and time are arguments. */
import forge from 'node-forge'

const { pki } = forge

/** RSA keys in PEM: SubjectPublicKeyInfo and PKCS #8 (node-forge supports only RSA). */
export interface KeyPair {
  publicKey: string
  privateKey: string
}

export interface Authority {
  certificate: string
  privateKey: string
}

export interface Validity {
  /** Up to 40 hex digits (RFC 5280, 4.1.2.2), an even number of them. */
  serial: string
  nowMs: number
  days: number
}

const DAY_MS = 86_400_000
/** Tolerated difference between the clocks of nodes. */
const CLOCK_SKEW_MS = 300_000
const AUTHORITY_NAME = [{ name: 'commonName', value: 'odigos-webhook-ca' }]

/** DER requires integers without redundant bytes, which TLS enforces; node-forge writes the bytes as they are. */
const shortestPositive = (serial: string): string => {
  const digits = serial.replace(/^(?:00)+(?=..)/, '')
  return /^[89a-f]/i.test(digits) ? `00${digits}` : digits
}

const unsigned = (keys: KeyPair, { serial, nowMs, days }: Validity): forge.pki.Certificate => {
  const certificate = pki.createCertificate()
  certificate.publicKey = pki.publicKeyFromPem(keys.publicKey)
  certificate.serialNumber = shortestPositive(serial)
  certificate.validity.notBefore = new Date(nowMs - CLOCK_SKEW_MS)
  certificate.validity.notAfter = new Date(nowMs + days * DAY_MS)
  return certificate
}

const sign = (certificate: forge.pki.Certificate, privateKeyPem: string): string => {
  certificate.sign(pki.privateKeyFromPem(privateKeyPem), forge.md.sha256.create())
  return pki.certificateToPem(certificate)
}

/** A self-signed authority that may sign only end-entity certificates. PEM. */
export const authorityCertificate = (keys: KeyPair, validity: Validity): string => {
  const certificate = unsigned(keys, validity)
  certificate.setSubject(AUTHORITY_NAME)
  certificate.setIssuer(AUTHORITY_NAME)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  return sign(certificate, keys.privateKey)
}

/** A TLS server certificate for DNS names, signed by the authority. PEM. Throws if the authority is invalid. */
export const servingCertificate = (
  authority: Authority,
  keys: KeyPair,
  names: readonly string[],
  validity: Validity,
): string => {
  const issuer = pki.certificateFromPem(authority.certificate)
  const certificate = unsigned(keys, validity)
  certificate.setSubject([{ name: 'commonName', value: names[0] ?? '' }])
  certificate.setIssuer(issuer.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ])
  return sign(certificate, authority.privateKey)
}

/** DNS names of a Service, as used by the API server and others. */
export const serviceNames = (service: string, namespace: string): string[] => [
  `${service}.${namespace}.svc`,
  service,
  `${service}.${namespace}`,
  `${service}.${namespace}.svc.cluster.local`,
]

/**
 * Whether a certificate must be renewed: it cannot be parsed, less than a third of its lifetime is left, or it lacks a
 * name. A third of a 90-day certificate leaves a month to fix a failing renewal.
 */
export const needsRenewal = (certificatePem: string, nowMs: number, names: readonly string[] = []): boolean => {
  try {
    const certificate = pki.certificateFromPem(certificatePem)
    const { notBefore, notAfter } = certificate.validity
    const life = notAfter.getTime() - notBefore.getTime()
    if (nowMs > notAfter.getTime() - life / 3 || nowMs < notBefore.getTime()) return true
    const extension = certificate.getExtension('subjectAltName') as { altNames?: { value: string }[] } | null
    const present = new Set(extension?.altNames?.map(({ value }) => value))
    return names.some((name) => !present.has(name))
  } catch {
    return true
  }
}

/** Whether the authority signed the certificate. */
export const isSignedBy = (certificatePem: string, authorityPem: string): boolean => {
  try {
    return pki.certificateFromPem(authorityPem).verify(pki.certificateFromPem(certificatePem))
  } catch {
    return false
  }
}

/** Whether a certificate can be parsed. */
export const isCertificate = (pem: string): boolean => {
  try {
    pki.certificateFromPem(pem)
    return true
  } catch {
    return false
  }
}

/** Whether both can be parsed and the private key belongs to the certificate. */
export const isPair = (certificatePem: string, privateKeyPem: string): boolean => {
  try {
    const certified = pki.certificateFromPem(certificatePem).publicKey as forge.pki.rsa.PublicKey
    const key = pki.privateKeyFromPem(privateKeyPem)
    return certified.n.equals(key.n) && certified.e.equals(key.e)
  } catch {
    return false
  }
}
