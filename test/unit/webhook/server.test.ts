import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { REVIEW_PATH } from '../../../src/api/names.ts'
import { createApp, createWebhookServer } from '../../../src/webhook/server.ts'
import type { BodyLimits } from '../../../src/webhook/body.ts'
import { podOf, reviewFor } from '../../support/admission/admission-review.ts'
import { authority, testCertificate } from '../../support/admission/test-certificate.ts'
import { webhookParts } from '../../support/admission/webhook-parts.ts'

const LIMITS: BodyLimits = { maxBytes: 4_000_000, maxBytesTogether: 1_000_000, timeoutMs: 150 }
const TLS = { host: 'localhost', ca: authority, servername: 'localhost' }

interface Answered {
  serial: string
  localPort: number
  body: { response: { uid: string; patchType?: string } }
}

const post = (port: number, agent: Agent, body: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const call = request({ ...TLS, port, path: REVIEW_PATH, method: 'POST', agent }, (response) => {
      const socket = response.socket as TLSSocket
      const serial = socket.getPeerCertificate().serialNumber
      const localPort = socket.localPort ?? 0
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ serial, localPort, body: JSON.parse(Buffer.concat(chunks).toString()) as Answered['body'] }),
      )
    })
    call.on('error', reject)
    call.end(body)
  })

const start = async () => {
  const parts = webhookParts()
  const server = createWebhookServer(createApp(parts.admission, LIMITS), await testCertificate())
  return { ...parts, server, port: await server.listen(0) }
}

describe('webhook: HTTPS', () => {
  it('gives new connections a new certificate, and keeps old connections', async () => {
    const { server, port } = await start()
    const [kept, fresh] = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent()]
    const before = await post(port, kept, reviewFor(podOf('cart')))
    const next = await testCertificate()
    server.use(next)
    const after = await post(port, kept, reviewFor(podOf('cart')))
    assert.equal(after.localPort, before.localPort)
    assert.notEqual(after.serial, new X509Certificate(next.cert).serialNumber)
    assert.equal(
      (await post(port, fresh, reviewFor(podOf('cart')))).serial,
      new X509Certificate(next.cert).serialNumber,
    )
    assert.throws(() => server.use({ cert: 'bad', key: 'bad' }))
    assert.equal((await post(port, fresh, reviewFor(podOf('cart')))).body.response.patchType, 'JSONPatch')
    kept.destroy()
    await server.close(100)
  })

  it('answers a body that stalls, with the uid that came, and lets go of it', async () => {
    const { server, port, counted } = await start()
    const socket = connect({ ...TLS, port })
    await once(socket, 'secureConnect')
    socket.write(`POST ${REVIEW_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\n`)
    socket.write(reviewFor(podOf('cart')).slice(0, 300))
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(socket, 'end')
    const text = Buffer.concat(chunks).toString()
    assert.match(text, /^HTTP\/1.1 200/)
    assert.match(text, /"uid":"705ab4f5-[^}]*"allowed":true/)
    assert.equal(await counted('failed', 'MalformedRequest'), 1)
    socket.destroy()
    await server.close(100)
  })

  it('answers many large bodies at once, each with its uid, and goes on', async () => {
    const { server, port } = await start()
    const agent = new Agent({ keepAlive: true })
    const pod = podOf('cart')
    pod.metadata = { ...pod.metadata, annotations: { big: 'x'.repeat(800_000) } }
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => post(port, agent, reviewFor(pod, { uid: `big-${index}` }))),
    )
    assert.deepEqual(new Set(answers.map(({ body }) => body.response.uid)).size, 16)
    const small = await post(port, agent, reviewFor(podOf('cart')))
    assert.equal(small.body.response.patchType, 'JSONPatch')
    agent.destroy()
    await server.close(100)
  })

  it('forgets a client that goes away in the middle', async () => {
    const { server, port, counted } = await start()
    const socket = connect({ ...TLS, port })
    await once(socket, 'secureConnect')
    socket.write(`POST ${REVIEW_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\nabc`)
    socket.destroy()
    const agent = new Agent()
    assert.equal((await post(port, agent, reviewFor(podOf('cart')))).body.response.patchType, 'JSONPatch')
    assert.equal(await counted('failed', 'MalformedRequest'), 0)
    await server.close(100)
  })

  it('closes while a client keeps its connection', async () => {
    const { server, port } = await start()
    const agent = new Agent({ keepAlive: true })
    await post(port, agent, reviewFor(podOf('cart')))
    await server.close(60_000)
    agent.destroy()
  })
})
