import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP_VERSION, RESTARTED_AT_ANNOTATION } from '../../api/names.ts'
import { isRestartable } from '../../api/workload-kinds.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { isConflict, isNotFound, isRefused, KubeError } from '../../kube/http/error.ts'
import { RESOURCES, workloadTypeOf } from '../../kube/resources.ts'
import type { KubeClient, RecordEvent } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import { FIELD_MANAGER } from './field-manager.ts'
import type { InstrumentorMetrics } from './metrics.ts'
import type { Observed } from './observed.ts'
import type { Action } from './reconcile.ts'
import type { RestartSlots } from './restart/slots.ts'
import { failedStatus } from './status/failed-status.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import { keyOf } from './watch/workload-index.ts'

export interface ActOptions {
  client: KubeClient
  record: RecordEvent
  log: Log
  slots: RestartSlots
  ownWrites: OwnWrites
  metrics: Pick<InstrumentorMetrics, 'restarted' | 'rolledBack' | 'acted'>
}
export type Act = (observed: Observed, actions: readonly Action[]) => Promise<void>
type Status = NonNullable<InstrumentationConfig['status']>
type ActionOf<Name extends Action['do']> = Extract<Action, { do: Name }>
type EventText = Parameters<RecordEvent>[1]

const configRef = ({ workload }: Observed) => ({
  type: RESOURCES.instrumentationConfigs,
  namespace: workload.metadata.namespace,
  name: instrumentationConfigName(workload.kind, workload.metadata.name),
})

const createRecord =
  ({ record, log }: ActOptions) =>
  ({ workload }: Observed, { type, reason, message }: EventText): true => {
    const { apiVersion, kind, metadata } = workload
    log.info({ workload: keyOf(workload), reason, message }, 'event')
    record({ apiVersion, kind, metadata }, { type, reason, message })
    return true
  }

const createWriteStatus =
  ({ client, ownWrites }: ActOptions) =>
  async (observed: Observed, status: Status): Promise<void> => {
    const { namespace, name, type } = configRef(observed)
    const metadata = { name, namespace }
    const object = { apiVersion: API_GROUP_VERSION, kind: 'InstrumentationConfig', metadata, status }
    const applied = await client.apply<KubeObject>(type, object, { fieldManager: FIELD_MANAGER, subresource: 'status' })
    ownWrites.put(applied as InstrumentationConfig)
  }

const createRestart = ({ client, log, slots, metrics, ...options }: ActOptions) => {
  const writeStatus = createWriteStatus({ client, log, slots, metrics, ...options })
  return async (observed: Observed, action: ActionOf<'restart'>): Promise<boolean> => {
    const { reason, message, status, attempt } = action
    const { kind } = observed.workload
    const type = isRestartable(kind) ? workloadTypeOf(kind) : undefined
    if (!type) return false
    const key = keyOf(observed.workload)
    const limit = observed.settings.rollout?.maxConcurrent ?? 2
    if (!slots.take({ key, limit, isRollback: reason === 'RolledBack' })) return false
    const { name, namespace } = observed.workload.metadata
    const annotations = { [RESTARTED_AT_ANNOTATION]: new Date(observed.nowMs).toISOString() }
    try {
      // The attempt is recorded first: a crash in between must not lose the count.
      await writeStatus(observed, { ...status, restarts: attempt })
      const patch = { spec: { template: { metadata: { annotations } } } }
      await client.mergePatch({ type, namespace, name }, patch, { fieldManager: FIELD_MANAGER })
    } catch (error) {
      slots.forget(key)
      await writeStatus(observed, status).catch(() => undefined)
      throw error
    }
    metrics.restarted(reason)
    log.info({ workload: key, reason, message }, 'restarted')
    return true
  }
}

/** Performs one action. Returns whether it was done, so that what follows from it may be. */
const createPerform = (options: ActOptions) => {
  const { client, log, ownWrites, metrics } = options
  const record = createRecord(options)
  const writeStatus = createWriteStatus(options)
  const restart = createRestart(options)

  const deleteConfig = async (observed: Observed): Promise<boolean> => {
    const ref = configRef(observed)
    const uid = observed.config?.metadata.uid
    const isDeleted = await client.delete(ref, uid === undefined ? {} : { uid })
    ownWrites.forget(ref.namespace, ref.name)
    return isDeleted
  }

  const applyConfig = async ({ object }: ActionOf<'apply'>): Promise<true> => {
    ownWrites.put(await client.apply(RESOURCES.instrumentationConfigs, { ...object }, { fieldManager: FIELD_MANAGER }))
    return true
  }

  const applyStatus = async (observed: Observed, { status }: ActionOf<'status'>): Promise<true> => {
    await writeStatus(observed, status)
    const before = observed.config?.status?.state
    if (status.state !== before) log.info({ workload: keyOf(observed.workload), state: status.state }, 'state changed')
    if (status.state === 'RolledBack' && before !== 'RolledBack') metrics.rolledBack()
    return true
  }

  return async (observed: Observed, action: Action): Promise<boolean> => {
    switch (action.do) {
      case 'delete':
        return deleteConfig(observed)
      case 'apply':
        return applyConfig(action)
      case 'status':
        return applyStatus(observed, action)
      case 'event':
        return record(observed, action)
      case 'restart':
        return restart(observed, action)
    }
  }
}

/** The status before a failed action; none where there is no object for it, or it is what was refused. */
const statusBefore = ({ config }: Observed, action: Action): Status | undefined => {
  if (action.do === 'restart') return action.status
  return action.do === 'status' ? undefined : config && (config.status ?? {})
}

/**
 * Performs the actions of one workload in their order. Each follows from the one before: where one fails, or is not due,
 * the rest waits for the next try. A refusal of the API server is reported on the workload and its InstrumentationConfig.
 */
export const createAct = (options: ActOptions): Act => {
  const perform = createPerform(options)
  const record = createRecord(options)
  const writeStatus = createWriteStatus(options)

  const reportFailure = async (observed: Observed, action: Action, error: unknown): Promise<void> => {
    const isRefusal = isRefused(error) && !isConflict(error) && !isNotFound(error)
    options.metrics.acted(action.do, isRefusal ? 'refused' : 'error')
    if (!isRefusal) return
    const message = error instanceof KubeError ? error.detail : String(error)
    record(observed, { type: 'Warning', reason: 'ApplyFailed', message })
    const before = statusBefore(observed, action)
    const status = before && failedStatus(observed, before, message)
    // The failure itself is what is retried and logged.
    if (status) await writeStatus(observed, status).catch(() => undefined)
  }

  return async (observed, actions) => {
    for (const action of actions) {
      try {
        if (!(await perform(observed, action))) return
        options.metrics.acted(action.do, 'done')
      } catch (error) {
        await reportFailure(observed, action, error)
        throw error
      }
    }
  }
}
