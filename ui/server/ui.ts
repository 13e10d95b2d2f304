/**
 * The parts list of this process: client, watches, hub. Next bundles routes apart from each other, so what
 * they share hangs on `globalThis`.
 */
import { createKubeClient } from '../../src/kube/client.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { typeLookup } from './catalogue.ts'
import { watchCluster } from './cluster.ts'
import { serverConfig } from './config.ts'
import type { Hub } from './hub.ts'
import { createHub } from './hub.ts'
import { clusterView } from './view.ts'

export interface Ui {
  client: KubeClient
  hub: Hub
}

const start = (): Ui => {
  const stopping = new AbortController()
  const { signal } = stopping
  const client = createKubeClient({ signal })
  const context = { types: typeLookup, systemNamespace: serverConfig.namespace }
  // The hub is made from the first view, and the watches tell the hub; until it is there, nothing has changed.
  let hub: Hub | undefined
  const cluster = watchCluster({ client, signal, onChange: () => hub?.markChanged() })
  hub = createHub(() => clusterView(cluster.observe(), context), signal)
  // Open streams would keep the server from ending.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error(name)))
  return { client, hub }
}

const KEY = Symbol.for('odigos.ui')
const shared = globalThis as { [KEY]?: Ui }

/** The one instance; made by the first that asks. */
export const ui = (): Ui => (shared[KEY] ??= start())
