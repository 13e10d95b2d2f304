import type { Dispatcher } from 'undici'
import { Agent, ProxyAgent } from 'undici'
import type { Access } from './credentials.ts'

/**
 * One dispatcher as long as the TLS material stays the same, so that connections are reused. HTTP/1.1 only: each watch
 * has its own connection, and no other call waits behind it.
 */
export const createDispatcherCache = (): ((access: Access) => Dispatcher) => {
  let kept: { key: string; dispatcher: Dispatcher } | undefined
  return ({ server, tls, proxyUrl }) => {
    const key = JSON.stringify([server, proxyUrl, tls], (_name, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    )
    if (kept?.key === key) return kept.dispatcher
    const options = { allowH2: false, keepAliveTimeout: 30_000 }
    const dispatcher = proxyUrl
      ? new ProxyAgent({ uri: proxyUrl, requestTls: tls, ...options })
      : new Agent({
          ...options,
          // Below the 60 s after which cloud load balancers drop an idle connection.
          connect: { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 },
        })
    // Watches on the old dispatcher continue until they end; new calls use the renewed certificates.
    void kept?.dispatcher.close()
    kept = { key, dispatcher }
    return dispatcher
  }
}
