import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'

/** A serving certificate and its key, PEM. */
export interface Certificate {
  cert: string
  key: string
}

export interface CertificateFilesOptions {
  /** Folder with tls.crt and tls.key; a mounted Secret, which is replaced by swapping a symbolic link. */
  folder: string
  signal: AbortSignal
  onError: (error: unknown) => void
  /** Time between two looks; while there is no certificate a look is taken each second. */
  pollMs?: number
}

export interface CertificateFiles {
  /** The first usable certificate; waits for it. */
  first: () => Promise<Certificate>
  /** Calls back with every certificate that comes after it, until the signal; a bad one is told to `onError`. */
  follow: (use: (certificate: Certificate) => void) => Promise<void>
  /** Why there is no valid certificate, or undefined. */
  problem: () => string | undefined
}

const POLL_MS = 10_000

const readCertificate = async (folder: string): Promise<Certificate> => {
  const [cert, key] = await Promise.all(['tls.crt', 'tls.key'].map((name) => readFile(join(folder, name), 'utf8')))
  return { cert: cert ?? '', key: key ?? '' }
}

/** Reads the certificate's files. They are polled, because a change of the link is not seen by watching the files. */
export const createCertificateFiles = (options: CertificateFilesOptions): CertificateFiles => {
  const { signal, onError, pollMs = POLL_MS } = options
  let current: Certificate | undefined
  let validTo = 0

  /** The certificate in the files, where it differs from the current one and is usable. */
  const look = async (): Promise<Certificate | undefined> => {
    try {
      const next = await readCertificate(options.folder)
      if (next.cert === current?.cert && next.key === current.key) return undefined
      // Throws for PEM that cannot be read, and for a key of another certificate, as between two writes.
      createSecureContext(next)
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
