import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'

/** A serving certificate and its key, PEM. */
export interface Certificate {
  cert: string
  key: string
  /** Authority of the certificates that clients must have, PEM. Any client is served if absent. */
  clientAuthority?: string
}

export interface CertificateFilesOptions {
  /** Folder with tls.crt and tls.key: a mounted Secret, which the kubelet updates by swapping a symbolic link. */
  folder: string
  /** File with the authority of client certificates. */
  clientAuthorityFile?: string | undefined
  signal: AbortSignal
  onError: (error: unknown) => void
  /** Polling interval; one second while there is no certificate. */
  pollMs?: number
}

export interface CertificateFiles {
  /** Waits for the first valid certificate. */
  first: () => Promise<Certificate>
  /** Calls back with every later certificate until the signal is aborted; an invalid one is reported to `onError`. */
  follow: (use: (certificate: Certificate) => void) => Promise<void>
  /** Why there is no valid certificate; undefined if there is one. */
  problem: () => string | undefined
}

const POLL_MS = 10_000

type Files = Pick<CertificateFilesOptions, 'folder' | 'clientAuthorityFile'>

const readCertificate = async ({ folder, clientAuthorityFile }: Files): Promise<Certificate> => {
  const read = (path: string): Promise<string> => readFile(path, 'utf8')
  const [cert, key] = await Promise.all([read(join(folder, 'tls.crt')), read(join(folder, 'tls.key'))])
  return { cert, key, ...(clientAuthorityFile ? { clientAuthority: await read(clientAuthorityFile) } : {}) }
}

const isSame = (a: Certificate, b: Certificate): boolean =>
  a.cert === b.cert && a.key === b.key && a.clientAuthority === b.clientAuthority

/** Reads the certificate's files. They are polled, because watching the files misses a swap of the link. */
export const createCertificateFiles = (options: CertificateFilesOptions): CertificateFiles => {
  const { signal, onError, pollMs = POLL_MS } = options
  let current: Certificate | undefined
  let validTo = 0

  /** The certificate in the files, if it is valid and differs from the current one. */
  const look = async (): Promise<Certificate | undefined> => {
    try {
      const next = await readCertificate(options)
      if (current && isSame(next, current)) return undefined
      // Throws for invalid PEM, and for the key of another certificate, as between two writes.
      createSecureContext({ cert: next.cert, key: next.key, ca: next.clientAuthority })
      validTo = Date.parse(new X509Certificate(next.cert).validTo)
      current = next
      return next
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  return {
    first: async () => {
      for (;;) {
        const certificate = await look()
        if (certificate) return certificate
        await sleep(Math.min(pollMs, 1_000), undefined, { signal })
      }
    },
    follow: async (use) => {
      while (!signal.aborted) {
        await sleep(pollMs, undefined, { signal }).catch(() => undefined)
        const next = signal.aborted ? undefined : await look()
        if (next) use(next)
      }
    },
    problem: () => {
      if (!current) return 'no certificate yet'
      return validTo < Date.now() ? 'the certificate has expired' : undefined
    },
  }
}
