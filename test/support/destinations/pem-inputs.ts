/** What users put into Secrets as client certificate and key, and whether a collector starts with it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../fixtures/tls')
export const tlsFixture = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')

export interface PemInput {
  name: string
  clientCertificate: string
  clientKey: string
  /** What is wrong, and with which of the two; absent where nothing is. */
  fault?: ['clientCertificate' | 'clientKey', RegExp]
  /** A collector starts all the same: without being able to use it, or with a key where certificates belong. */
  starts?: true
}

const [certificate, key, ca] = [tlsFixture('ec.crt'), tlsFixture('ec.key'), tlsFixture('ca.crt')]
const pair = (name: string) => ({ clientCertificate: tlsFixture(`${name}.crt`), clientKey: tlsFixture(`${name}.key`) })
const plain = pair('ec')
const ofRsa = { clientCertificate: tlsFixture('rsa.crt') }
const crlf = (text: string): string => text.replaceAll('\n', '\r\n')
const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

const GOOD: PemInput[] = [
  { name: 'a key on a curve, with its parameters (SEC 1)', ...plain },
  { name: 'RSA (PKCS #1)', ...pair('rsa') },
  { name: 'RSA (PKCS #8)', ...ofRsa, clientKey: tlsFixture('rsa-pkcs8.key') },
  { name: 'Ed25519', ...pair('ed25519') },
  { name: 'line ends of Windows', clientCertificate: crlf(certificate), clientKey: crlf(key) },
  { name: 'no line end at the end', clientCertificate: certificate.trimEnd(), clientKey: key.trimEnd() },
  { name: 'the certificate of the authority after it', ...plain, clientCertificate: `${certificate}${ca}` },
  { name: 'what openssl x509 -text prints', ...plain, clientCertificate: tlsFixture('ec-with-text.crt') },
  { name: 'empty lines and comments', clientCertificate: `# mine\n\n${certificate}\n\n`, clientKey: `\n${key}\n` },
]

const BAD: PemInput[] = [
  { name: 'the key of another', ...plain, clientKey: tlsFixture('rsa.key'), fault: ['clientKey', /does not belong/] },
  {
    name: 'the authority before the certificate',
    ...plain,
    clientCertificate: `${ca}${certificate}`,
    fault: ['clientKey', /own certificate before/],
  },
  {
    name: 'an encrypted key (PKCS #8)',
    ...ofRsa,
    clientKey: tlsFixture('rsa-encrypted.key'),
    fault: ['clientKey', /is encrypted/],
  },
  {
    name: 'an encrypted key (PKCS #1)',
    ...ofRsa,
    clientKey: tlsFixture('rsa-encrypted-pkcs1.key'),
    fault: ['clientKey', /is encrypted/],
  },
  {
    name: 'a byte order mark',
    clientCertificate: `\ufeff${certificate}`,
    clientKey: key,
    fault: ['clientCertificate', /byte order mark/],
  },
  {
    name: 'a byte order mark before the key',
    ...ofRsa,
    clientKey: `\ufeff${tlsFixture('rsa.key')}`,
    fault: ['clientKey', /byte order mark/],
  },
  {
    name: 'indentation',
    clientCertificate: indented(certificate),
    clientKey: key,
    fault: ['clientCertificate', /without indentation/],
  },
  {
    name: 'line ends written as \\n',
    clientCertificate: certificate.replaceAll('\n', '\\n'),
    clientKey: key,
    fault: ['clientCertificate', /not in PEM/],
  },
  {
    name: 'line ends that became spaces',
    clientCertificate: certificate,
    clientKey: tlsFixture('rsa.key').replaceAll('\n', ' '),
    fault: ['clientKey', /not in PEM/],
  },
  {
    name: 'base64 of the file',
    clientCertificate: Buffer.from(certificate).toString('base64'),
    clientKey: key,
    fault: ['clientCertificate', /not in PEM/],
  },
  {
    name: 'a certificate that is cut off',
    clientCertificate: certificate.slice(0, -30),
    clientKey: key,
    fault: ['clientCertificate', /not in PEM/],
  },
  {
    name: 'the two exchanged',
    clientCertificate: key,
    clientKey: certificate,
    fault: ['clientCertificate', /certificates only/],
  },
  {
    name: 'a trusted certificate of OpenSSL',
    ...plain,
    clientCertificate: tlsFixture('ec-trusted.crt'),
    fault: ['clientCertificate', /TRUSTED CERTIFICATE/],
  },
  { name: 'a curve that Go has not', ...pair('secp256k1'), fault: ['clientCertificate', /key on a curve/] },
  { name: 'Ed448', ...pair('ed448'), fault: ['clientKey', /ed448, which/] },
  { name: 'RSA of 512 bits', ...pair('rsa512'), fault: ['clientKey', /fewer than 1024/], starts: true },
  {
    name: 'both in the certificate',
    clientCertificate: `${certificate}${key}`,
    clientKey: key,
    fault: ['clientCertificate', /certificates only/],
    starts: true,
  },
  {
    name: 'both in the key',
    clientCertificate: certificate,
    clientKey: `${key}${certificate}`,
    fault: ['clientKey', /more than the private key/],
    starts: true,
  },
]

export const PEM_INPUTS: readonly PemInput[] = [...GOOD, ...BAD]
