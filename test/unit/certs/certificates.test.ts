import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { KeyPair } from '../../../src/certs/certificates.ts'
import {
  authorityCertificate,
  isPair,
  isSignedBy,
  needsRenewal,
  serviceNames,
  servingCertificate,
} from '../../../src/certs/certificates.ts'

const DAY_MS = 86_400_000
const nowMs = Date.parse('2026-11-23T00:00:00Z')
const keys = (): KeyPair =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

describe('certificates', () => {
  const caKeys = keys()
  const servingKeys = keys()
  const ca = authorityCertificate(caKeys, { serial: '01', nowMs, days: 3650 })
  const names = serviceNames('odigos-webhook', 'odigos-system')
  const serving = servingCertificate({ certificate: ca, privateKey: caKeys.privateKey }, servingKeys, names, {
    serial: '02',
    nowMs,
    days: 90,
  })

  it('are what another implementation accepts', () => {
    const authority = new X509Certificate(ca)
    const certificate = new X509Certificate(serving)
    assert.equal(authority.ca, true)
    assert.equal(certificate.ca, false)
    assert.equal(certificate.checkIssued(authority), true)
    assert.equal(certificate.verify(authority.publicKey), true)
    for (const name of names) assert.equal(certificate.checkHost(name), name)
    assert.equal(certificate.checkHost('elsewhere.example'), undefined)
  })

  // node-forge writes the bytes of a serial number as they are given; TLS refuses those that DER does not allow.
  for (const [serial, shown] of [
    ['00000000000000000000000000000002', '02'],
    ['007f0000000000000000000000000001', '7F0000000000000000000000000001'],
    ['ff000000000000000000000000000001', 'FF000000000000000000000000000001'],
    ['00', '0'],
  ] as const) {
    it(`can be used whatever their serial number begins with: ${serial}`, () => {
      const issuer = { certificate: ca, privateKey: caKeys.privateKey }
      const cert = servingCertificate(issuer, servingKeys, names, { serial, nowMs, days: 1 })
      assert.doesNotThrow(() => createSecureContext({ cert, key: servingKeys.privateKey }))
      assert.equal(new X509Certificate(cert).serialNumber, shown)
    })
  }

  it('tell who signed them', () => {
    const other = authorityCertificate(keys(), { serial: '03', nowMs, days: 10 })
    assert.equal(isSignedBy(serving, ca), true)
    assert.equal(isSignedBy(serving, other), false)
    assert.equal(isSignedBy('rubbish', ca), false)
  })

  it('tell whether a private key is theirs', () => {
    assert.equal(isPair(serving, servingKeys.privateKey), true)
    assert.equal(isPair(ca, caKeys.privateKey), true)
    const cut = (pem: string): string => pem.slice(0, pem.length / 2)
    for (const [certificate, key] of [
      [serving, caKeys.privateKey],
      [cut(serving), servingKeys.privateKey],
      [serving, cut(servingKeys.privateKey)],
      [serving, ''],
      ['', servingKeys.privateKey],
      ['rubbish', 'rubbish'],
    ] as const)
      assert.equal(isPair(certificate, key), false)
  })

  const cases: [string, number, readonly string[], boolean][] = [
    ['fresh', 0, names, false],
    ['two thirds through, less a day', 59, names, false],
    ['a third left', 61, names, true],
    ['ended', 91, names, true],
    ['from the future', -1, names, true],
    ['lacks a name', 0, [...names, 'new.name'], true],
  ]
  for (const [title, days, wanted, expected] of cases) {
    it(`${expected ? 'need' : 'need no'} renewal: ${title}`, () =>
      assert.equal(needsRenewal(serving, nowMs + days * DAY_MS, wanted), expected))
  }

  it('that cannot be read need renewal', () => assert.equal(needsRenewal('rubbish', nowMs), true))
})
