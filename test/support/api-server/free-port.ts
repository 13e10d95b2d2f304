import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the ports that the kernel gives to connections and to servers that ask for any (32768 to 60999), so that nobody
 * takes one between its choice and its use. The kubelet and NodePorts have others.
 */
const [FIRST, LAST] = [20_000, 29_999]

/** Chosen by this process, whose tests may not use them at once. */
const chosen = new Set<number>()

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  await once(server.close(), 'close')
  return true
}

/** A free TCP port on loopback, another one each time. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    // A run of hours asks for more than there are; those of long ago are free again.
    if (chosen.size > (LAST - FIRST) / 2) chosen.clear()
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1))
    if (chosen.has(port)) continue
    chosen.add(port)
    if (await isFree(port)) return port
  }
}

/** Free TCP ports on loopback, all different. */
export const freePorts = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => freePort()))
