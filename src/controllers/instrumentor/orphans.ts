import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { isOurs } from '../../api/names.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { RESOURCES, workloadTypeOf } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Caches } from './watch/caches.ts'

export interface OrphanOptions {
  client: Pick<KubeClient, 'get' | 'delete'>
  log: Log
  caches: Pick<Caches, 'workloadOf' | 'configs'>
}

/** The InstrumentationConfig of ours whose workload is gone, and which has no owner that garbage collection follows. */
const orphanOf = (key: string, { caches }: OrphanOptions): InstrumentationConfig | undefined => {
  const [namespace = '', kind = '', name = ''] = key.split('/')
  const config = caches.configs.get(namespace, instrumentationConfigName(kind, name))
  if (!config || !isOurs(config.metadata)) return undefined
  const { ownerReferences = [] } = config.metadata
  return caches.workloadOf(key) === undefined && ownerReferences.length === 0 ? config : undefined
}

/**
 * Deletes the InstrumentationConfig of a workload that is gone where garbage collection does not: after
 * `kubectl delete --cascade=orphan` it has no owner any more.
 */
export const createRemoveOrphan =
  (options: OrphanOptions) =>
  async (key: string): Promise<void> => {
    const { client, log } = options
    const config = orphanOf(key, options)
    const type = config && workloadTypeOf(config.spec.workload.kind)
    if (!type) return
    const { namespace, name, uid } = config.metadata
    // The cache may be behind, and with the object the mark of a rollback would be lost.
    if (await client.get({ type, namespace, name: config.spec.workload.name })) return
    const ref = { type: RESOURCES.instrumentationConfigs, namespace, name }
    if (await client.delete(ref, uid ? { uid } : {}))
      log.info({ workload: key }, 'orphaned InstrumentationConfig deleted')
  }
