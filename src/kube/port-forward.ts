/** Connections to a port of a pod through the API server, as `kubectl port-forward`. */
import type { Socket } from 'node:net'
import type { KubeConfig } from '@kubernetes/client-node'

export interface PodPort {
  namespace: string
  pod: string
  port: number
}

/** Joins a socket with the port. Rejects if the API server refuses; the socket is closed when the other side ends. */
export const forwardSocket = async (
  config: KubeConfig,
  { namespace, pod, port }: PodPort,
  socket: Socket,
): Promise<void> => {
  const { PortForward } = await import('@kubernetes/client-node')
  const opened = await new PortForward(config, true).portForward(namespace, pod, [port], socket, null, socket)
  const connection = typeof opened === 'function' ? opened() : opened
  const close = (): void => connection?.close()
  socket.once('close', close)
  connection?.once('close', () => socket.destroy())
}
