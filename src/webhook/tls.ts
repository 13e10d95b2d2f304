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
  /** Folder with tls.crt and tls.key: a mounted Secret, which the kubelet updates by swapping a symbolic link. */
  folder: string
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

const readCertificate = async (folder: string): Promise<Certificate> => {
  const [cert, key] = await Promise.all(['tls.crt', 'tls.key'].map((name) => readFile(join(folder, name), 'utf8')))
  return { cert: cert ?? '', key: key ?? '' }
}

/** Reads the certificate's files. They are polled, because watching the files misses a swap of the link. */
export const createCertificateFiles = (options: CertificateFilesOptions): CertificateFiles => {
  const { signal, onError, pollMs = POLL_MS } = options
  let current: Certificate | undefined
  let validTo = 0

  /** The certificate in the files, if it is valid and differs from the current one. */
  const look = async (): Promise<Certificate | undefined> => {
    try {
      const next = await readCertificate(options.folder)
      if (next.cert === current?.cert && next.key === current.key) return undefined
      // Throws for invalid PEM, and for the key of another certificate, as between two writes.
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
