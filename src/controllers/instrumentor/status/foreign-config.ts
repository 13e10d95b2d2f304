/** Reports objects of our kinds that belong to others: InstrumentationConfigs, and the definitions of the kinds. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { isOurs, MANAGED_BY_SELECTOR } from '../../../api/names.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient, RecordEvent } from '../../../kube/types.ts'
import { createEventRecorder } from '../../../kube/work/events.ts'
import type { Log } from '../../../process/log.ts'
import { FIELD_MANAGER } from '../field-manager.ts'
import type { Observed } from '../observed.ts'

/** Records one Event on a workload when its InstrumentationConfig is found to be that of another owner. */
export const createReportForeign = (record: RecordEvent) => {
  /** UIDs of the InstrumentationConfigs that were reported, by the key of their workload. */
  const reported = new Map<string, string>()
  return (key: string, observed?: Pick<Observed, 'workload' | 'config'>): void => {
    const { metadata } = observed?.config ?? {}
    if (!observed || !metadata || isOurs(metadata)) return void reported.delete(key)
    const { name, uid = '' } = metadata
    if (reported.get(key) === uid) return
    reported.set(key, uid)
    const message = `the InstrumentationConfig ${name} is left unchanged and has no effect, because it lacks the label ${MANAGED_BY_SELECTOR}; add the label or delete it`
    record(observed.workload, { type: 'Warning', reason: 'ApplyFailed', message })
  }
}

export interface ForeignDefinitionsOptions {
  client: KubeClient
  log: Log
  config: { NAMESPACE: string }
}

/** Records an Event on the instrumentor's own Deployment, as there is no other object for it. */
export const createReportForeignDefinitions =
  ({ client, config, log }: ForeignDefinitionsOptions) =>
  (message: string): void => {
    const record = createEventRecorder({ client, component: FIELD_MANAGER, log })
    const ref = { type: RESOURCES.deployments, namespace: config.NAMESPACE, name: FIELD_MANAGER }
    client
      .get<KubeObject>(ref)
      .then((own) => own && record(own, { type: 'Warning', reason: 'ForeignDefinitions', message }))
      .catch((error: unknown) => log.warn({ err: error }, 'an Event could not be written'))
  }
