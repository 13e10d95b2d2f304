/**
 * Names of exporters. A collector names the files of a queue after its exporter, so that what waits in them belongs to one Destination
 * and one address: another Destination of the same name, or another endpoint, must not receive it.
 */
import { createHash } from 'node:crypto'
import { valuesAt } from './values-at.ts'

/** Keys of exporters' configurations that say where data goes. Others, such as compression, change nothing about a queue. */
const ADDRESS_KEY =
  /(^|_)(endpoints?|brokers|url|uri|hosts?|hostname|dsn|address|site|region|project|database|topic|bucket|index|dataset|stream)$/

export interface ExporterOwner {
  name: string
  /** Uid of the Destination; only tests and previews have none. */
  uid?: string | undefined
}

/** `<type>/<destination>-<hash>`, unique in a collector; the hash is of the uid and the address. */
export const exporterId = (type: string, { name, uid }: ExporterOwner, config: Record<string, unknown>): string => {
  if (uid === undefined) return `${type}/${name}`
  const addresses = valuesAt(config, ADDRESS_KEY).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
    .update(JSON.stringify([uid, addresses]))
    .digest('hex')
  return `${type}/${name}-${hash.slice(0, 10)}`
}

/** The name of the Destination that an exporter belongs to; undefined for one between collectors. */
export const destinationOf = (id: string): string | undefined => /\/(.*)-[0-9a-f]{10}$/.exec(id)?.[1]
