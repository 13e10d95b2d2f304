import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import { findCondition } from '../../api/conditions.ts'
import { API_GROUP_VERSION, RESTARTED_AT_ANNOTATION } from '../../api/names.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Action, Observed } from './reconcile.ts'
import type { RestartSlots } from './restart-slots.ts'
import { keyOf } from './workload-index.ts'

const MANAGER = 'odigos-instrumentor'

export interface ActOptions {
  client: KubeClient
  record: RecordEvent
  log: Log
  slots: RestartSlots
}
export type Act = (observed: Observed, action: Action) => Promise<void>

/** Does what was decided about a workload, and tells it as Event and log line. */
export const createAct = ({ client, record, log, slots }: ActOptions): Act => {
  const told = new Map<string, string>()
  const about = ({ workload }: Observed) => ({
    apiVersion: workload.apiVersion,
    kind: workload.kind,
    metadata: workload.metadata,
  })
  const configRef = ({ workload }: Observed) => ({
    type: RESOURCES.instrumentationConfigs,
    namespace: workload.metadata.namespace,
    name: instrumentationConfigName(workload.kind, workload.metadata.name),
  })

  const applyStatus = async (
    observed: Observed,
    status: NonNullable<InstrumentationConfig['status']>,
  ): Promise<void> => {
    const { namespace, name, type } = configRef(observed)
    const object = {
      apiVersion: API_GROUP_VERSION,
      kind: 'InstrumentationConfig',
      metadata: { name, namespace },
      status,
    }
    await client.apply(type, object, { fieldManager: MANAGER, subresource: 'status' })
    const key = keyOf(observed.workload)
    // The cache can lag behind what was just written, so what was told is remembered here.
    const before = told.get(key) ?? observed.config?.status?.state
    if (status.state) told.set(key, status.state)
    if (status.state === before) return
    const condition = findCondition(status.conditions, WORKLOAD_CONDITIONS.instrumented)
    const reason = status.state === 'RestartRequired' ? 'RestartRequired' : condition?.reason
    const message = condition?.message ?? ''
    log.info({ workload: key, state: status.state, reason, message }, 'state changed')
    if (reason) record(about(observed), { type: 'Normal', reason, message: `${status.state}: ${message}` })
  }

  const restart = async (
    observed: Observed,
    { reason, message }: Extract<Action, { do: 'restart' }>,
  ): Promise<void> => {
    const type = RESTARTABLE[observed.workload.kind]
    if (!type) return
    const key = keyOf(observed.workload)
    const limit = observed.settings.rollout?.maxConcurrent ?? 2
    // A rollback does not wait for a slot, but takes one, so that it is not done twice before caches have caught up.
    if (!slots.take(key, reason === 'RolledBack' ? Number.POSITIVE_INFINITY : limit)) return
    const { name, namespace } = observed.workload.metadata
    const annotations = { [RESTARTED_AT_ANNOTATION]: new Date(observed.nowMs).toISOString() }
    await client.mergePatch(
      { type, namespace, name },
      { spec: { template: { metadata: { annotations } } } },
      { fieldManager: MANAGER },
    )
    log.info({ workload: key, reason, message }, 'restarted')
    record(about(observed), { type: reason === 'RolledBack' ? 'Warning' : 'Normal', reason, message })
  }

  return async (observed, action) => {
    switch (action.do) {
      case 'delete-config':
        told.delete(keyOf(observed.workload))
        if (await client.delete(configRef(observed))) {
          log.info({ workload: keyOf(observed.workload), reason: action.reason }, 'no longer instrumented')
        }
        return
      case 'apply-config':
        await client.apply(RESOURCES.instrumentationConfigs, action.object, {
          fieldManager: MANAGER,
        })
        return
      case 'apply-status':
        return applyStatus(observed, action.status)
      case 'restart':
        return restart(observed, action)
    }
  }
}

/** Kinds that have a rollout; pods of Jobs and CronJobs get their agent at the next run. */
const RESTARTABLE: Record<string, ResourceType | undefined> = {
  Deployment: RESOURCES.deployments,
  StatefulSet: RESOURCES.statefulSets,
  DaemonSet: RESOURCES.daemonSets,
}
