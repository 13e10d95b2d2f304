import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { API_GROUP_VERSION, RESTARTED_AT_ANNOTATION } from '../../api/names.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import { FIELD_MANAGER } from './field-manager.ts'
import type { InstrumentorMetrics } from './metrics.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import type { Action } from './reconcile.ts'
import type { Observed } from './observed.ts'
import type { RestartSlots } from './restart/slots.ts'
import { createTell } from './tell.ts'
import { keyOf } from './watch/workload-index.ts'

export interface ActOptions {
  client: KubeClient
  record: RecordEvent
  log: Log
  slots: RestartSlots
  ownWrites: OwnWrites
  metrics: Pick<InstrumentorMetrics, 'restarted' | 'rolledBack'>
}
export type Act = (observed: Observed, action: Action) => Promise<void>
type Status = NonNullable<InstrumentationConfig['status']>
type ActionOf<Name extends Action['do']> = Extract<Action, { do: Name }>

const configRef = ({ workload }: Observed) => ({
  type: RESOURCES.instrumentationConfigs,
  namespace: workload.metadata.namespace,
  name: instrumentationConfigName(workload.kind, workload.metadata.name),
})

/** Kinds that have a rollout; pods of Jobs and CronJobs get their agent at the next run. */
const RESTARTABLE: Record<string, ResourceType | undefined> = {
  Deployment: RESOURCES.deployments,
  StatefulSet: RESOURCES.statefulSets,
  DaemonSet: RESOURCES.daemonSets,
}

/** Does what was decided about a workload, and tells it. */
export const createAct = ({ client, record, log, slots, ownWrites, metrics }: ActOptions): Act => {
  const tell = createTell({ record, log })

  const deleteConfig = async (observed: Observed, { reason }: ActionOf<'delete-config'>): Promise<void> => {
    const ref = configRef(observed)
    const isDeleted = await client.delete(ref)
    ownWrites.forget(ref.namespace, ref.name)
    if (isDeleted) tell.optedOut(observed, reason)
  }

  const applyConfig = async (observed: Observed, { object }: ActionOf<'apply-config'>): Promise<void> => {
    ownWrites.put(await client.apply(RESOURCES.instrumentationConfigs, { ...object }, { fieldManager: FIELD_MANAGER }))
    tell.problems(observed, object.spec)
  }

  const writeStatus = async (observed: Observed, status: Status): Promise<void> => {
    const { namespace, name, type } = configRef(observed)
    const metadata = { name, namespace }
    const object = { apiVersion: API_GROUP_VERSION, kind: 'InstrumentationConfig', metadata, status }
    const applied = await client.apply(type, object, { fieldManager: FIELD_MANAGER, subresource: 'status' })
    ownWrites.put(applied as unknown as InstrumentationConfig)
  }

  const applyStatus = async (observed: Observed, { status }: ActionOf<'apply-status'>): Promise<void> => {
    await writeStatus(observed, status)
    tell.state(observed, status)
    if (status.state === 'RolledBack' && observed.config?.status?.state !== 'RolledBack') metrics.rolledBack()
  }

  /** It is counted before it is made, so that there are never more than are counted. */
  const restart = async (observed: Observed, action: ActionOf<'restart'>): Promise<void> => {
    const { reason, message, status, attempt } = action
    const type = RESTARTABLE[observed.workload.kind]
    if (!type) return
    const key = keyOf(observed.workload)
    const limit = observed.settings.rollout?.maxConcurrent ?? 2
    if (!slots.take({ key, limit, isRollback: reason === 'RolledBack' })) return
    const { name, namespace } = observed.workload.metadata
    const annotations = { [RESTARTED_AT_ANNOTATION]: new Date(observed.nowMs).toISOString() }
    try {
      await writeStatus(observed, { ...status, restarts: attempt })
      const patch = { spec: { template: { metadata: { annotations } } } }
      await client.mergePatch({ type, namespace, name }, patch, { fieldManager: FIELD_MANAGER })
    } catch (error) {
      slots.forget(key)
      await writeStatus(observed, status).catch(() => undefined)
      throw error
    }
    metrics.restarted(reason)
    tell.restarted(observed, reason, message)
  }

  return (observed, action) => {
    switch (action.do) {
      case 'delete-config':
        return deleteConfig(observed, action)
      case 'apply-config':
        return applyConfig(observed, action)
      case 'apply-status':
        return applyStatus(observed, action)
      case 'restart':
        return restart(observed, action)
    }
  }
}
