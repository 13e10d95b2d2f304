/**
 * `npm run certs [-- NAME…]`: a certificate authority and a serving certificate for development, in this folder. Issued as
 * the instrumentor issues those of a cluster; what is still valid for the names stays.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issue } from '../src/controllers/certificates/issue.ts'
import type { CertificateSecret } from '../src/controllers/certificates/reconcile.ts'
import { certificateAction } from '../src/controllers/certificates/reconcile.ts'
import { runMain } from '../tools/command.ts'

/** Folder with `ca.crt`, `ca.key`, `tls.crt` and `tls.key`, as the webhook reads them (TLS_DIR). */
export const CERTIFICATE_FOLDER = import.meta.dirname

const FILES = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'] as const

const read = (folder: string): CertificateSecret =>
  Object.fromEntries(
    FILES.map((name) => [name, join(folder, name)])
      .filter(([, path = '']) => existsSync(path))
      .map(([name, path = '']) => [name, readFileSync(path, 'utf8')]),
  )

/** Certificates for DNS names: those given, where they are valid, or new ones. */
export const developmentCertificates = async (
  names: readonly string[],
  present: CertificateSecret = {},
  nowMs = Date.now(),
): Promise<CertificateSecret> => {
  const action = certificateAction(present, names, nowMs)
  return action === 'keep' ? present : issue(action, present, names, nowMs)
}

/** Writes the files that a secret has; keys are readable by their owner only. */
export const writeCertificates = (folder: string, secret: CertificateSecret): void => {
  for (const name of FILES) if (secret[name]) writeFileSync(join(folder, name), secret[name], { mode: 0o600 })
}

/** Makes the certificates of this folder, where they are missing, ending or of other names. */
export const ensureCertificates = async (names: readonly string[] = ['localhost']): Promise<void> =>
  writeCertificates(CERTIFICATE_FOLDER, await developmentCertificates(names, read(CERTIFICATE_FOLDER)))

const HELP = `Usage: npm run certs [-- NAME…]

Makes a certificate authority and a serving certificate for development, where they are missing or end soon:
certs/{ca,tls}.{crt,key}. The serving certificate is for the DNS names given, or localhost.

  --help   this text`

const main = async (names: string[]): Promise<void> => {
  await ensureCertificates(names.length > 0 ? names : undefined)
  console.log(`Certificates for ${names.join(', ') || 'localhost'} are in ${CERTIFICATE_FOLDER}`)
}

if (import.meta.main) await runMain(HELP, main)
