/** Keeps the tests that change a cluster on clusters of this machine. */
import { networkInterfaces } from 'node:os'
import { KubeConfig } from '@kubernetes/client-node'

/** Whether a server is on this machine: the local cluster listens on an address of its own link. */
const isLocal = (server: string): boolean => {
  const host = new URL(server).hostname.replaceAll(/[[\]]/g, '')
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  return host === 'localhost' || addresses.includes(host)
}

/** Returns the path of a kubeconfig. Throws if its cluster is not on this machine, because the tests change it. */
export const localOnly = (path: string): string => {
  const config = new KubeConfig()
  config.loadFromFile(path)
  const server = String(config.getCurrentCluster()?.server)
  if (process.env['ODIGOS_TEST_ANY_CLUSTER'] !== '1' && !isLocal(server))
    throw new Error(
      `${path} is of ${server}, which the tests would change. To allow it, set ODIGOS_TEST_ANY_CLUSTER=1.`,
    )
  return path
}
