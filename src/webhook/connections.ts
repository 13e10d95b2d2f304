/**
 * Bounds the connections of a server, so that nobody who can reach its port can keep the API server out: a new connection
 * is not refused because older ones hold the room, the older ones make room.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:https'
import type { Socket } from 'node:net'

export interface ConnectionLimits {
  /** Maximum number of connections. */
  max: number
  /** Maximum number of connections from one address. */
  maxPerSource: number
  /** Time in which the first request of a connection must begin, TLS handshake included. */
  firstRequestMs: number
}

interface Connection {
  source: string
  socket: Socket
  /** Requests that have no response yet. */
  open: number
  /** Whether a request has arrived on it. */
  isUsed: boolean
}

/** A TLS socket and the socket below it have the same peer. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/** Connections without a request in progress, oldest first; those that never had one come first. */
const droppable = (connections: readonly Connection[]): Connection[] => {
  const idle = connections.filter(({ open }) => open === 0)
  return [...idle.filter(({ isUsed }) => !isUsed), ...idle.filter(({ isUsed }) => isUsed)]
}

/** Of the addresses, that with the most connections. */
const ofLargestSource = (connections: readonly Connection[]): Connection[] => {
  const bySource = Map.groupBy(connections, ({ source }) => source)
  return [...bySource.values()].reduce((most, each) => (each.length > most.length ? each : most), [])
}

/** Limits the connections of a server that has not been started yet. */
export const limitConnections = (server: Server, limits: ConnectionLimits): void => {
  const connections = new Map<string, Connection>()

  const drop = (candidates: readonly Connection[]): boolean => {
    const [victim] = droppable(candidates)
    if (!victim) return false
    connections.delete(peerOf(victim.socket))
    victim.socket.destroy()
    return true
  }

  const hasRoom = (source: string): boolean => {
    // Neither bound can be reached yet: the usual case, without a look at every connection.
    if (connections.size < Math.min(limits.max, limits.maxPerSource)) return true
    const all = [...connections.values()]
    const ofSource = all.filter((each) => each.source === source)
    if (ofSource.length >= limits.maxPerSource) return drop(ofSource)
    return all.length < limits.max || drop(ofLargestSource(all)) || drop(all)
  }

  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? ''
    if (!hasRoom(source)) {
      socket.destroy()
      return
    }
    const peer = peerOf(socket)
    const connection: Connection = { source, socket, open: 0, isUsed: false }
    connections.set(peer, connection)
    const timer = setTimeout(() => {
      if (!connection.isUsed) socket.destroy()
    }, limits.firstRequestMs)
    socket.once('close', () => {
      clearTimeout(timer)
      if (connections.get(peer) === connection) connections.delete(peer)
    })
  })

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(peerOf(request.socket))
    if (!connection) return
    connection.isUsed = true
    connection.open += 1
    response.once('close', () => {
      connection.open -= 1
    })
  })
}
