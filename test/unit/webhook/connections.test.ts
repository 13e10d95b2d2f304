import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import forge from 'node-forge'
import { REVIEW_PATH } from '../../../src/api/names.ts'
import type { ConnectionLimits } from '../../../src/webhook/connections.ts'
import type { WebhookServer } from '../../../src/webhook/server.ts'
import { createApp, createWebhookServer } from '../../../src/webhook/server.ts'
import type { Certificate } from '../../../src/webhook/tls.ts'
import { podOf, reviewFor } from '../../support/admission/admission-review.ts'
import { authority, testCertificate } from '../../support/admission/test-certificate.ts'
import { webhookParts } from '../../support/admission/webhook-parts.ts'

const BODIES = { maxBytes: 4_000_000, maxBytesTogether: 12_000_000, timeoutMs: 5_000 }
const LIMITS: ConnectionLimits = { max: 20, maxPerSource: 15, firstRequestMs: 60_000 }

/** Addresses of loopback stand for those of pods and of the API server. */
const API_SERVER = '127.0.0.9'

interface Client {
  cert?: string
  key?: string
}

/** An authority that is its own client: what an administrator gives the API server and the webhook. */
const clientCertificate = (): { clientAuthority: string; client: Client } => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = '01'
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000)
  const name = [{ name: 'commonName', value: 'api-server' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'extKeyUsage', clientAuth: true },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create())
  const cert = forge.pki.certificateToPem(certificate)
  return { clientAuthority: cert, client: { cert, key: privateKey } }
}

/** The patch type of a review, from that address. */
const review = (port: number, localAddress: string, { cert, key }: Client = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const tls = { ca: authority, servername: 'localhost', ...(cert && key ? { cert, key } : {}) }
    const options = {
      ...tls,
      host: '127.0.0.1',
      port,
      localAddress,
      path: REVIEW_PATH,
      method: 'POST',
      agent: new Agent(),
    }
    const call = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { response: { patchType?: string } }
        resolve(body.response.patchType)
      })
    })
    call.on('error', reject)
    call.end(reviewFor(podOf('cart')))
  })

describe('webhook: connections of others', () => {
  let server: WebhookServer
  let port: number
  let sockets: Socket[]

  const start = async (limits: ConnectionLimits, certificate?: Certificate): Promise<void> => {
    const app = createApp(webhookParts().admission, BODIES)
    server = createWebhookServer(app, certificate ?? (await testCertificate()), limits)
    port = await server.listen(0)
    sockets = []
  }
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await server.close(100)
  })

  const open = async (localAddress: string, count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const socket = connect({ host: '127.0.0.1', port, localAddress })
      socket.on('error', () => undefined)
      sockets.push(socket)
      await once(socket, 'connect')
    }
  }

  it('of one address never keep the API server out', async () => {
    await start(LIMITS)
    await open('127.0.0.2', 60)
    assert.equal(await review(port, API_SERVER), 'JSONPatch')
  })

  it('of its own address, such as that of its node, never keep the API server out', async () => {
    await start(LIMITS)
    await open(API_SERVER, 60)
    assert.equal(await review(port, API_SERVER), 'JSONPatch')
  })

  it('of many addresses never keep the API server out', async () => {
    await start(LIMITS)
    for (let address = 100; address < 160; address += 1) await open(`127.0.0.${address}`, 1)
    assert.equal(await review(port, API_SERVER), 'JSONPatch')
  })

  it('with requests that never end never keep the API server out', async () => {
    await start(LIMITS)
    for (let i = 0; i < 40; i += 1) {
      const socket = connectTls({
        socket: connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' }),
        ca: authority,
        servername: 'localhost',
      })
      sockets.push(socket)
      // Beyond the share of an address, a connection is closed at once.
      await once(socket, 'secureConnect').catch(() => undefined)
      socket.write(`POST ${REVIEW_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\n{`)
    }
    assert.equal(await review(port, API_SERVER), 'JSONPatch')
  })

  describe('without a request are closed', () => {
    beforeEach(() => start({ ...LIMITS, firstRequestMs: 300 }))

    /** A secure connection that says this once it is one. */
    const openTls = (text: string): Socket => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority, servername: 'localhost' })
      return socket.once('secureConnect', () => socket.write(text))
    }
    const openPlain = (bytes: readonly number[]): Socket => {
      const socket = connect({ port, host: '127.0.0.1' })
      return socket.once('connect', () => socket.write(Buffer.from(bytes)))
    }
    const cases: [title: string, opened: () => Socket][] = [
      ['that say nothing', () => openPlain([])],
      ['that begin a TLS handshake', () => openPlain([0x16, 0x03, 0x01, 0x02, 0x00])],
      ['that complete a TLS handshake', () => openTls('')],
      ['that begin to name a path', () => openTls('POST /mutate')],
      ['that begin to send headers', () => openTls(`POST ${REVIEW_PATH} HTTP/1.1\r\nhost: loc`)],
    ]
    for (const [title, opened] of cases) {
      it(title, async () => {
        const socket = opened().on('error', () => undefined)
        sockets.push(socket)
        await new Promise((resolve) => socket.once('close', resolve))
      })
    }
  })

  it('are closed before a request where clients must have a certificate, and the API server has one', async () => {
    const { clientAuthority, client } = clientCertificate()
    await start(LIMITS, { ...(await testCertificate()), clientAuthority })
    await assert.rejects(review(port, API_SERVER))
    const stranger = await testCertificate()
    await assert.rejects(review(port, API_SERVER, stranger))
    assert.equal(await review(port, API_SERVER, client), 'JSONPatch')
  })
})
