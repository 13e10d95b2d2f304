/**
 * The parts of this process: client, watches, hub, and the actions for browsers. Next bundles each route separately, with
 * a copy of each module, so the single instance is kept on `globalThis`; it also creates the responses, because an error
 * class in one bundle is not the same class in another.
 */
import { randomUUID } from 'node:crypto'
import { awaitCrds, clientAfter } from '../../src/kube/crds/await-crds.ts'
import { UI_NAME } from '../../src/api/names.ts'
import { createKubeClient } from '../../src/kube/http/client.ts'
import { logWarning } from '../../src/kube/http/warnings.ts'
import { createLog } from '../../src/process/log.ts'
import { readConfig } from '../../src/process/read-config.ts'
import type { DestinationInput } from '../../src/view/destination-type.ts'
import { respond } from './respond.ts'
import { createConnectionTester } from '../../src/operations/destinations/connection-test.ts'
import { withinCluster } from '../../src/operations/ask-autoscaler.ts'
import { typeLookup } from '../../src/operations/catalogue.ts'
import { watchCluster } from '../../src/operations/watch-cluster.ts'
import type { DestinationStore } from '../../src/operations/destinations/destination-secret.ts'
import {
  createDestination,
  deleteDestination,
  updateDestination,
} from '../../src/operations/destinations/destinations.ts'
import type { Hub } from './hub.ts'
import { createHub } from './hub.ts'
import type { ChoiceRequest, RestartRequest } from '../../src/operations/instrument.ts'
import { restart, setChoice } from '../../src/operations/instrument.ts'
import type { Problem } from '../../src/operations/problem.ts'
import type { ReceiptOf } from '../../src/operations/receipt.ts'
import { makeReceipt } from '../../src/operations/receipt.ts'
import type { OwnPod } from '../../src/operations/destinations/temporary-secret.ts'
import { clusterView } from '../../src/view/cluster-view.ts'

const notInPlace = (message: string): Problem => ({
  status: 503,
  code: 'DefinitionsNotInPlace',
  message: `No change was made: ${message}.`,
})

/** Actions for browsers; each returns its result, or a Problem. */
const actionsOf = (store: DestinationStore, pod: OwnPod) => {
  const transport = withinCluster(store.namespace)
  return {
    setChoice: (request: ChoiceRequest) => setChoice(store, request),
    restart: (request: RestartRequest) => restart(store, request, new Date().toISOString()),
    createDestination: (input: DestinationInput) => createDestination(store, input),
    updateDestination: (name: string, input: DestinationInput) => updateDestination(store, name, input),
    deleteDestination: (name: string) => deleteDestination(store, name),
    makeReceipt: (of: ReceiptOf) => makeReceipt(transport, of),
    testConnection: createConnectionTester({ ...store, transport, pod }),
  }
}

export interface Ui {
  hub: Hub
  /** Responds with the result of `work`, a Problem, or the error that it throws. */
  respond: (work: (actions: ReturnType<typeof actionsOf>) => Promise<object>) => Promise<Response>
}

const start = (): Ui => {
  const { NAMESPACE: namespace, POD_NAME, POD_UID, LOG_LEVEL } = readConfig('ui')
  const log = createLog('ui', LOG_LEVEL)
  const stopping = new AbortController()
  const { signal } = stopping
  const client = createKubeClient({ signal, onWarning: logWarning(log) })
  let markChanged = (): void => undefined
  const warn = (message: string): void => {
    log.warn(message)
    markChanged()
  }
  const crds = awaitCrds({ client, signal, log: { info: log.info.bind(log), warn } })
  const onError = (kind: string, err: unknown): void => log.error({ kind, err }, 'watch failed; retrying')
  const cluster = watchCluster({ client: clientAfter(client, crds.inPlace), signal, namespace, onError })
  const context = { types: typeLookup, systemNamespace: namespace, problem: crds.problem }
  const hub = createHub(() => clusterView(cluster.observe(), context), signal)
  markChanged = hub.markChanged
  cluster.onChange(markChanged)
  // Open streams would keep the server from shutting down.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error(name)))
  const actions = actionsOf(
    { client, namespace, fieldManager: UI_NAME },
    { name: POD_NAME, uid: POD_UID ?? randomUUID() },
  )
  const attempt: Ui['respond'] = (work) =>
    respond(() => {
      const problem = crds.problem()
      return problem === undefined ? work(actions) : Promise.resolve(notInPlace(problem))
    }, log)
  return { hub, respond: attempt }
}

const KEY = Symbol.for('odigos.ui')
const shared = globalThis as { [KEY]?: Ui }

/** The single instance, created on the first call. */
export const ui = (): Ui => (shared[KEY] ??= start())
