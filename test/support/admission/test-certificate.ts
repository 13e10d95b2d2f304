/** Certificates like those of `npm run certs`, in memory, all signed by one authority. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentCertificates, writeCertificates } from '../../../certs/make.ts'
import { issue } from '../../../src/controllers/certificates/issue.ts'
import type { Certificate } from '../../../src/webhook/tls.ts'

const NAMES = ['localhost']
const SECRET = await developmentCertificates(NAMES)

/** The authority of all test certificates, PEM. */
export const authority = SECRET['ca.crt'] ?? ''

/** A new serving certificate for localhost at each call. */
export const testCertificate = async (nowMs = Date.now()): Promise<Certificate> => {
  const { 'tls.crt': cert = '', 'tls.key': key = '' } = await issue('issue-serving', SECRET, NAMES, nowMs)
  return { cert, key }
}

export const writeCertificate = (folder: string, { cert, key }: Certificate): void =>
  writeCertificates(folder, { 'tls.crt': cert, 'tls.key': key })

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'odigos-test-'))
