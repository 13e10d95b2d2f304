/**
 * The parts list of this process: client, watches, hub, and what browsers may ask for. Next bundles routes apart from
 * each other, with a copy of each module, so the one instance hangs on `globalThis`; and it makes the responses too,
 * because the class of an error in one bundle is not the same in another.
 */
import { awaitCrds, clientAfter } from '../../src/kube/crds/await-crds.ts'
import { createKubeClient } from '../../src/kube/http/client.ts'
import { createLog } from '../../src/process/log.ts'
import { readConfig } from '../../src/process/read-config.ts'
import type { DestinationInput } from '../model/destination-type.ts'
import { respond } from './respond.ts'
import { typeLookup } from './catalogue.ts'
import { watchCluster } from './cluster.ts'
import type { DestinationStore } from './destination-secret.ts'
import { createDestination, deleteDestination, updateDestination } from './destinations.ts'
import type { Hub } from './hub.ts'
import { createHub } from './hub.ts'
import type { ChoiceRequest, RestartRequest } from './instrument.ts'
import { restart, setChoice } from './instrument.ts'
import type { Problem } from './problem.ts'
import { clusterView } from './view.ts'

const notInPlace = (message: string): Problem => ({
  status: 503,
  code: 'DefinitionsNotInPlace',
  message: `Nothing is changed: ${message}.`,
})

/** What browsers can have done; each returns what was done, or a Problem. */
const actionsOf = (store: DestinationStore) => ({
  setChoice: (request: ChoiceRequest) => setChoice(store.client, request),
  restart: (request: RestartRequest) => restart(store.client, request, new Date().toISOString()),
  createDestination: (input: DestinationInput) => createDestination(store, input),
  updateDestination: (name: string, input: DestinationInput) => updateDestination(store, name, input),
  deleteDestination: (name: string) => deleteDestination(store, name),
})

export interface Ui {
  hub: Hub
  /** Responds with what `work` returns, a Problem, or what it throws. */
  respond: (work: (actions: ReturnType<typeof actionsOf>) => Promise<object>) => Promise<Response>
}

const start = (): Ui => {
  const { NAMESPACE: namespace, LOG_LEVEL } = readConfig('ui')
  const log = createLog('ui', LOG_LEVEL)
  const stopping = new AbortController()
  const { signal } = stopping
  const onWarning = (text: string): void => log.warn({ warning: text }, 'the API server warns about a write')
  const client = createKubeClient({ signal, onWarning })
  let markChanged = (): void => undefined
  const warn = (message: string): void => {
    log.warn(message)
    markChanged()
  }
  const crds = awaitCrds({ client, signal, log: { info: log.info.bind(log), warn } })
  const onError = (kind: string, err: unknown): void => log.error({ kind, err }, 'watch failed; it is tried again')
  const cluster = watchCluster({ client: clientAfter(client, crds.inPlace), signal, namespace, onError })
  const context = { types: typeLookup, systemNamespace: namespace, problem: crds.problem }
  const hub = createHub(() => clusterView(cluster.observe(), context), signal)
  markChanged = hub.markChanged
  cluster.onChange(markChanged)
  // Open streams would keep the server from ending.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error(name)))
  const actions = actionsOf({ client, namespace })
  const attempt: Ui['respond'] = (work) =>
    respond(() => {
      const problem = crds.problem()
      return problem === undefined ? work(actions) : Promise.resolve(notInPlace(problem))
    }, log)
  return { hub, respond: attempt }
}

const KEY = Symbol.for('odigos.ui')
const shared = globalThis as { [KEY]?: Ui }

/** The one instance; made by the first caller. */
export const ui = (): Ui => (shared[KEY] ??= start())
