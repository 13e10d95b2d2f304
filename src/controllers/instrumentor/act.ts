import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { restartPatch } from '../../api/workloads.ts'
import { isConflict, isNotFound } from '../../kube/http/error.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, ReconcileResult, RecordEvent } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { ApplyAction, DeleteAction, EventAction, Subject } from '../actions/action.ts'
import { refOf } from '../actions/writes.ts'
import { FIELD_MANAGER } from './field-manager.ts'
import type { InstrumentorMetrics } from './metrics.ts'
import type { InstrumentorAction, WorkloadStatusAction } from './reconcile.ts'
import type { RenewAction } from './restart/renewal.ts'
import { renewPatch } from './restart/renewal.ts'
import type { RestartAction } from './restart/restart-action.ts'
import type { RestartSlots } from './restart/slots.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import { workloadKey } from './watch/workload-index.ts'

export interface ActOptions {
  client: KubeClient
  record: RecordEvent
  log: Log
  slots: RestartSlots
  ownWrites: OwnWrites
  metrics: Pick<InstrumentorMetrics, 'restarted' | 'rolledBack'>
}

/** A write that conflicted is decided again, with what the watch has returned by then. */
const OUTDATED_AGAIN_MS = 1_000
/** A restart waits for a slot. */
const SLOT_AGAIN_MS = 15_000

const keyOf = ({ kind, metadata }: Subject): string => workloadKey(metadata.namespace ?? '', kind, metadata.name)

const createWriteStatus =
  ({ client, ownWrites }: ActOptions) =>
  async (object: KubeObject): Promise<void> => {
    const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const
    ownWrites.put((await client.apply(RESOURCES.instrumentationConfigs, object, options)) as InstrumentationConfig)
  }

const createRestart = (options: ActOptions) => {
  const { client, log, slots, metrics } = options
  const writeStatus = createWriteStatus(options)

  const restart = async ({ about, object, attempt }: RestartAction): Promise<void> => {
    // The attempt is recorded first: a crash in between must not lose the count.
    await writeStatus({ ...object, status: { ...(object['status'] as object), restarts: attempt } })
    await client.mergePatch(refOf(about), restartPatch(attempt.at), { fieldManager: FIELD_MANAGER })
  }

  return async (action: RestartAction): Promise<ReconcileResult> => {
    const { about, limit, reason, message } = action
    const key = keyOf(about)
    if (!slots.take({ key, limit, isRollback: reason === 'RolledBack' })) return { againMs: SLOT_AGAIN_MS }
    try {
      await restart(action)
    } catch (error) {
      slots.forget(key)
      await writeStatus(action.object).catch(() => undefined)
      throw error
    }
    metrics.restarted(reason)
    log.info({ workload: key, reason, message }, 'restarted')
    return undefined
  }
}

const createPerform = (options: ActOptions) => {
  const { client, log, ownWrites, metrics, record } = options
  const writeStatus = createWriteStatus(options)
  const restart = createRestart(options)

  const apply = async ({ object }: ApplyAction): Promise<void> => {
    const applied = await client.apply(RESOURCES.instrumentationConfigs, object, { fieldManager: FIELD_MANAGER })
    ownWrites.put(applied as InstrumentationConfig)
  }

  const remove = async ({ object }: DeleteAction): Promise<ReconcileResult> => {
    const { namespace = '', name, uid } = object.metadata
    const isDeleted = await client.delete(refOf(object), uid === undefined ? {} : { uid })
    ownWrites.forget(namespace, name)
    return isDeleted ? undefined : { againMs: OUTDATED_AGAIN_MS }
  }

  const status = async ({ object, about, stateBefore }: WorkloadStatusAction): Promise<void> => {
    await writeStatus(object)
    const { state } = object['status'] as NonNullable<InstrumentationConfig['status']>
    if (state === stateBefore) return
    log.info({ workload: about && keyOf(about), state }, 'state changed')
    if (state === 'RolledBack') metrics.rolledBack()
  }

  const event = (action: EventAction): void => {
    const { about, reason, message } = action
    log.info({ workload: keyOf(about), reason, message }, 'event')
    record(about, action)
  }

  /** Asked again soon: the pods of a suspended Job have to be gone before it is resumed. */
  const renew = async (action: RenewAction): Promise<ReconcileResult> => {
    await client.mergePatch(refOf(action.about), renewPatch(action), { fieldManager: FIELD_MANAGER })
    log.info({ job: keyOf(action.about), progress: action.progress }, 'renewed')
    return { againMs: OUTDATED_AGAIN_MS }
  }

  return async (action: InstrumentorAction): Promise<ReconcileResult | void> => {
    switch (action.do) {
      case 'apply':
        return apply(action)
      case 'delete':
        return remove(action)
      case 'status':
        return status(action)
      case 'event':
        return event(action)
      case 'renew':
        return renew(action)
      case 'restart':
        return restart(action)
    }
  }
}

/** Performs one action. Where another writer was first, or the object is gone, it is decided again. */
export const createAct = (options: ActOptions) => {
  const perform = createPerform(options)
  return async (action: InstrumentorAction): Promise<ReconcileResult | void> => {
    try {
      return await perform(action)
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return { againMs: OUTDATED_AGAIN_MS }
      throw error
    }
  }
}
