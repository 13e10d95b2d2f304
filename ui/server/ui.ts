/**
 * The parts list of this process: client, watches, hub, and what browsers may ask for. Next bundles routes apart from
 * each other, with a copy of each module, so the one instance hangs on `globalThis`; and errors become values here,
 * because a class in one bundle is not the same in another.
 */
import { createKubeClient } from '../../src/kube/http/client.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { typeLookup } from './catalogue.ts'
import { watchCluster } from './cluster.ts'
import { serverConfig } from './config.ts'
import { createDestination, deleteDestination, updateDestination } from './destinations.ts'
import type { Hub } from './hub.ts'
import { createHub } from './hub.ts'
import { restart, setChoice } from './instrument.ts'
import { logError } from './log.ts'
import { problemOf } from './problem.ts'
import { clusterView } from './view.ts'

/** `work` with the client as its first argument; what it throws becomes a Problem. */
const attempt =
  <Input extends unknown[]>(client: KubeClient, work: (client: KubeClient, ...input: Input) => Promise<object>) =>
  async (...input: Input): Promise<object> => {
    try {
      return await work(client, ...input)
    } catch (error) {
      return problemOf(error)
    }
  }

const actionsOf = (client: KubeClient) => ({
  setChoice: attempt(client, setChoice),
  restart: attempt(client, restart),
  createDestination: attempt(client, createDestination),
  updateDestination: attempt(client, updateDestination),
  deleteDestination: attempt(client, deleteDestination),
})

export interface Ui {
  hub: Hub
  /** Each answers what was done, or a Problem. */
  actions: ReturnType<typeof actionsOf>
}

const start = (): Ui => {
  const stopping = new AbortController()
  const { signal } = stopping
  const client = createKubeClient({ signal })
  const context = { types: typeLookup, systemNamespace: serverConfig.namespace }
  // The watches tell the hub, which reads them. The first answer of the API server comes after both are made.
  const cluster = watchCluster({
    client,
    signal,
    onChange: () => hub.markChanged(),
    onError: (kind, error) => logError('watch failed; it is tried again', error, { kind }),
  })
  const hub: Hub = createHub(() => clusterView(cluster.observe(), context), signal)
  // Open streams would keep the server from ending.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error(name)))
  return { hub, actions: actionsOf(client) }
}

const KEY = Symbol.for('odigos.ui')
const shared = globalThis as { [KEY]?: Ui }

/** The one instance; made by the first that asks. */
export const ui = (): Ui => (shared[KEY] ??= start())
