/** Backends that require a client certificate, over HTTP and gRPC, with certificates that a test makes. */
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import forge from 'node-forge'

export interface Issued {
  cert: string
  key: string
}

const DAY_MS = 86_400_000
let serial = 1

interface Wanted {
  name: string
  /** Absent: it signs itself, as an authority. */
  by?: Issued
  /** When it expires. */
  days?: number
}

/** A certificate for a client or, with its name as the host, a server. */
export const issueCertificate = ({ name, by, days = 30 }: Wanted): Issued => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = `0${(serial += 1).toString(16)}`.slice(-2)
  certificate.validity.notBefore = new Date(Date.now() - 60 * DAY_MS)
  certificate.validity.notAfter = new Date(Date.now() + days * DAY_MS)
  const subject = [{ name: 'commonName', value: name }]
  certificate.setSubject(subject)
  certificate.setIssuer(by ? forge.pki.certificateFromPem(by.cert).subject.attributes : subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: by === undefined, critical: true },
    {
      name: 'subjectAltName',
      altNames: [{ type: 2, value: name }, ...(name === 'localhost' ? [{ type: 7, ip: '127.0.0.1' }] : [])],
    },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(by?.key ?? privateKey), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key: privateKey }
}

export interface MtlsBackend {
  port: number
  /** Names of the clients that sent something. */
  clients: string[]
  close: () => void
}

export interface MtlsOptions extends Issued {
  /** Authority of the clients; absent where none is asked for a certificate. */
  ca?: string
  version?: 'TLSv1.2' | 'TLSv1.3'
}

const clientOf = (socket: unknown): string => String((socket as TLSSocket).getPeerCertificate().subject?.CN ?? '')

const tlsOptions = ({ cert, key, ca, version }: MtlsOptions) => ({
  cert,
  key,
  ...(version ? { maxVersion: version } : {}),
  ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
})

export const startMtlsHttp = async (options: MtlsOptions): Promise<MtlsBackend> => {
  const clients: string[] = []
  const server = createServer(tlsOptions(options), (request, response) => {
    clients.push(clientOf(request.socket))
    request.resume().once('end', () => response.writeHead(200).end())
  })
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, clients, close }
}

/** Length and flag of an empty message. */
const EMPTY = Buffer.alloc(5)

export const startMtlsGrpc = async (options: MtlsOptions): Promise<MtlsBackend> => {
  const clients: string[] = []
  const sessions = new Set<{ destroy: () => void }>()
  const server = createSecureServer(tlsOptions(options))
  server.on('session', (session) => void sessions.add(session.on('error', () => undefined)))
  server.on('sessionError', () => undefined)
  server.on('stream', (stream: ServerHttp2Stream) => {
    clients.push(clientOf(stream.session?.socket))
    stream.on('error', () => undefined)
    stream.resume().once('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(EMPTY)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = (): void => {
    for (const session of sessions) session.destroy()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, clients, close }
}
