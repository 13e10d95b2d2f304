import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { isOurs } from '../../api/names.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { RESOURCES, resourceOfKind } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Caches } from './watch/caches.ts'

export interface OrphanOptions {
  client: Pick<KubeClient, 'get' | 'delete'>
  log: Log
  caches: Pick<Caches, 'workloadOf' | 'configs'>
}

/** The InstrumentationConfig of ours whose workload is gone, as far as the cache knows. */
const orphanOf = (key: string, { caches }: OrphanOptions): InstrumentationConfig | undefined => {
  const [namespace = '', kind = '', name = ''] = key.split('/')
  const config = caches.configs.get(namespace, instrumentationConfigName(kind, name))
  return config && isOurs(config.metadata) && caches.workloadOf(key) === undefined ? config : undefined
}

/**
 * Deletes the InstrumentationConfig of a workload that is gone. Garbage collection would not always do so: after
 * `kubectl delete --cascade=orphan` there is no owner reference.
 */
export const createRemoveOrphan =
  (options: OrphanOptions) =>
  async (key: string): Promise<void> => {
    const { client, log } = options
    const config = orphanOf(key, options)
    const type = config && resourceOfKind(config.spec.workload.kind, config.spec.workload.apiVersion)
    if (!type) return
    const { namespace, name, uid } = config.metadata
    // The cache may be behind, and a rollback that holds would be lost with the object.
    if (await client.get({ type, namespace, name: config.spec.workload.name })) return
    const ref = { type: RESOURCES.instrumentationConfigs, namespace, name }
    if (await client.delete(ref, uid ? { uid } : {}))
      log.info({ workload: key }, 'orphaned InstrumentationConfig deleted')
  }
