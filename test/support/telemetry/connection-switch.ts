/** A Service, as kube-proxy makes one: a new connection leads to what is chosen now, an existing one stays where it is. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface ConnectionSwitch {
  /** `host:port`. */
  endpoint: string
  /** New connections lead to this port of loopback. */
  leadTo: (port: number) => void
  close: () => Promise<void>
}

export const startSwitch = async (port: number): Promise<ConnectionSwitch> => {
  let target = port
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket)
    socket
      .on('error', () => other.destroy())
      .on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
  }
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1')
    keep(socket, onward)
    keep(onward, socket)
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (next) => void (target = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
