import { MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Caches } from './watch/caches.ts'
import { WORKLOAD_TYPES } from './watch/workload-caches.ts'

export interface OrphanOptions {
  client: Pick<KubeClient, 'get' | 'delete'>
  log: Log
  caches: Pick<Caches, 'workloadOf' | 'configs'>
}

/**
 * Deletes the InstrumentationConfig of a workload that is gone where garbage collection does not: after
 * `kubectl delete --cascade=orphan` it has no owner any more.
 */
export const createRemoveOrphan =
  ({ client, log, caches }: OrphanOptions) =>
  async (key: string): Promise<void> => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const config = caches.configs.get(namespace, instrumentationConfigName(kind, name))
    if (!config || caches.workloadOf(key) || config.metadata.ownerReferences?.length) return
    if (config.metadata.labels?.[MANAGED_BY_LABEL] !== MANAGED_BY) return
    const type = WORKLOAD_TYPES[kind]
    // The cache may be behind, and with the object the mark of a rollback would be lost.
    if (!type || (await client.get({ type, namespace, name }))) return
    const ref = { type: RESOURCES.instrumentationConfigs, namespace, name: config.metadata.name }
    const { uid } = config.metadata
    if (await client.delete(ref, uid ? { uid } : {}))
      log.info({ workload: key }, 'orphaned InstrumentationConfig deleted')
  }
