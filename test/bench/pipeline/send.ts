/** Sends the same request again and again over some connections, each after the answer to the one before. */
import { Agent, request } from 'node:http'
import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectorPlace } from '../../../src/collector/config.ts'

export type Protocol = 'HTTP' | 'gRPC'

interface Sending {
  place: Pick<CollectorPlace, 'httpPort' | 'grpcPort'>
  protocol: Protocol
  payload: Buffer
  seconds: number
  /** Requests a second; by default, as many as are answered. */
  perSecond?: number
}

const CONNECTIONS = 4
/** A refusal is tried again after this long. */
const PAUSE_MS = 20

/** Whether the collector accepted it. */
type Attempt = () => Promise<boolean>

const byHttp =
  (port: number, payload: Buffer, agent: Agent): Attempt =>
  () =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': payload.length }
      const sent = request({ port, agent, method: 'POST', path: '/v1/traces', headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode === 200))
      })
      sent.once('error', reject)
      sent.end(payload)
    })

const HEADERS = {
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
}

/** Length-prefixed, uncompressed. */
const framed = (payload: Buffer): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(payload.length, 1)
  return Buffer.concat([prefix, payload])
}

const byGrpc = (session: ClientHttp2Session, payload: Buffer): Attempt => {
  const message = framed(payload)
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request(HEADERS)
      let isAccepted = false
      stream.on('trailers', (trailers) => (isAccepted = trailers['grpc-status'] === '0'))
      stream.once('error', reject)
      stream.once('close', () => resolve(isAccepted))
      stream.resume()
      stream.end(message)
    })
}

/** Numbers of requests. */
export interface Requests {
  accepted: number
  refused: number
}

export const startSending = async (sending: Sending): Promise<Requests> => {
  const { place, protocol, payload, seconds, perSecond } = sending
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const sessions = protocol === 'gRPC' ? [connect(`http://127.0.0.1:${place.grpcPort}`)] : []
  const [session] = sessions
  const attempt = session ? byGrpc(session, payload) : byHttp(place.httpPort, payload, agent)
  const endMs = Date.now() + seconds * 1000
  const pauseMs = perSecond === undefined ? 0 : (1000 / perSecond) * CONNECTIONS
  const requests: Requests = { accepted: 0, refused: 0 }
  const run = async (): Promise<void> => {
    while (Date.now() < endMs) {
      const isAccepted = await attempt()
      requests[isAccepted ? 'accepted' : 'refused'] += 1
      await sleep(isAccepted ? pauseMs : PAUSE_MS)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, run))
  agent.destroy()
  for (const each of sessions) each.close()
  return requests
}
