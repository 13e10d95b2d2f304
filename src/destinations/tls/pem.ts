/** Certificates and keys in PEM, as Go reads them: a collector does not start with those that it cannot read. Faults never quote them. */
import type { KeyObject } from 'node:crypto'
import { createPrivateKey, X509Certificate } from 'node:crypto'

interface Block {
  label: string
  /** With the lines of its borders. */
  text: string
}

/** Go reads a block only from the start of a line to the end of one. */
const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n[\s\S]+?\r?\n-----END \1-----[ \t]*\r?$/gm
const BYTE_ORDER_MARK = '\ufeff'
const CERTIFICATE = 'CERTIFICATE'

const blocksOf = (text: string): Block[] =>
  Array.from(text.matchAll(BLOCK), ([whole, label = '']) => ({ label, text: whole }))

/** What is wrong with the form; nothing else than whole blocks may begin one. */
const formFault = (text: string, blocks: readonly Block[]): string | undefined => {
  if (text.startsWith(BYTE_ORDER_MARK)) return 'begins with a byte order mark: save the file as UTF-8 without one'
  if (text.split('-----BEGIN ').length - 1 === blocks.length && blocks.length > 0) return undefined
  return 'is not in PEM: each block must begin and end on lines of its own, -----BEGIN …----- and -----END …-----, without indentation'
}

const parsed = ({ text }: Block): X509Certificate | undefined => {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

/** The certificates of a text that has no fault; others are left out. */
export const certificatesIn = (text: string): X509Certificate[] =>
  blocksOf(text).flatMap((block) => (block.label === CERTIFICATE ? (parsed(block) ?? []) : []))

const EC_CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp224r1', 'secp384r1', 'secp521r1'])

/** Whether Go knows the curve of a key, if it is on one; it reads no certificate with another. */
const hasKnownCurve = ({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean =>
  type !== 'ec' || EC_CURVES.has(details.namedCurve ?? '')

/** Go reads certificates with keys of kinds that it does not know. */
const isOnKnownCurve = (certificate: X509Certificate): boolean => {
  try {
    return hasKnownCurve(certificate.publicKey)
  } catch {
    return true
  }
}

/** Why a text is not one or several certificates, or undefined. */
export const certificatesFault = (text: string): string | undefined => {
  const blocks = blocksOf(text)
  const fault = formFault(text, blocks)
  if (fault !== undefined) return fault
  const other = blocks.find(({ label }) => label !== CERTIFICATE)
  if (other) return `contains a block ${other.label}, and must contain certificates only`
  const certificates = blocks.map(parsed)
  if (!certificates.every((certificate) => certificate !== undefined))
    return 'contains a certificate that cannot be read'
  return certificates.every(isOnKnownCurve)
    ? undefined
    : 'contains a certificate with a key on a curve that collectors do not have'
}

/** Go signs nothing with shorter ones. */
const MIN_RSA_BITS = 1024

const keyObject = (text: string): KeyObject | undefined => {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

const kindFault = (key: KeyObject): string | undefined => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  const { namedCurve = '', modulusLength = 0 } = details
  if (type === 'rsa')
    return modulusLength < MIN_RSA_BITS ? `is an RSA key of fewer than ${MIN_RSA_BITS} bits` : undefined
  if (type === 'ed25519' || (type === 'ec' && hasKnownCurve(key))) return undefined
  return `is a key of the kind ${type} ${namedCurve}`.trimEnd() + ', which collectors cannot use'
}

/** A file of OpenSSL for a key on a curve begins with the parameters of the curve. */
const keyBlocks = (text: string): Block[] => blocksOf(text).filter(({ label }) => label !== 'EC PARAMETERS')

/** Why a text is not one private key that a collector can use, or undefined. */
export const privateKeyFault = (text: string): string | undefined => {
  const fault = formFault(text, blocksOf(text))
  if (fault !== undefined) return fault
  const [block, ...others] = keyBlocks(text)
  if (!block?.label.endsWith('PRIVATE KEY'))
    return `contains a block ${block?.label ?? 'EC PARAMETERS'}, and no private key`
  if (others.length > 0) return 'contains more than the private key'
  if (block.label === 'ENCRYPTED PRIVATE KEY' || block.text.includes('ENCRYPTED'))
    return 'is encrypted: collectors have no passphrase; decrypt it with openssl pkey'
  const key = keyObject(block.text)
  return key ? kindFault(key) : 'is a private key that cannot be read'
}

/** Whether the key belongs to the first certificate; both are without fault. */
export const isKeyOf = (keyPem: string, certificatePem: string): boolean => {
  const [certificate] = certificatesIn(certificatePem)
  const key = keyObject(keyBlocks(keyPem)[0]?.text ?? '')
  return certificate !== undefined && key !== undefined && certificate.checkPrivateKey(key)
}
