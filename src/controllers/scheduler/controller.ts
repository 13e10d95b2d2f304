import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import type { OdigosConfig } from '../../api/kinds/odigos-config.ts'
import { effectiveConfig } from '../../api/kinds/odigos-config.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP_VERSION, ODIGOS_CONFIG_NAME } from '../../api/names.ts'
import { isConflict } from '../../kube/http/error.ts'
import { createInformer } from '../../kube/watch/informer.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Cached, Informer, KubeClient, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { AssignedWorkload, Observed, SchedulerAction } from './reconcile.ts'
import { reconcile } from './reconcile.ts'

/** Owner of the fields that the scheduler writes. */
const FIELD_MANAGER = 'odigos-scheduler'

export interface SchedulerOptions {
  client: KubeClient
  log: Log
  /** Namespace of Odigos. */
  namespace: string
  signal: AbortSignal
  /** Called for every change; must only enqueue. */
  onChange: () => void
}

export interface Scheduler {
  /** All of them by name, for readiness and metrics. */
  informers: Record<string, Informer<Cached>>
  /** Settles when every cache is filled. */
  synced: Promise<unknown>
  /** Reads the caches, decides, and writes what is different. */
  reconcile: () => Promise<void>
}

interface CachedWorkload extends Cached {
  workload: AssignedWorkload
}

/** Of an InstrumentationConfig no more is kept than its pipeline: there can be thousands. */
const keepPipeline = (object: KubeObject): CachedWorkload => {
  const { metadata, spec } = object as unknown as InstrumentationConfig
  const { namespace, name, uid = '' } = metadata
  return { metadata: { namespace, name }, workload: { namespace, name, uid, pipeline: spec.pipeline } }
}

const createCaches = ({ client, log, namespace, signal, onChange }: SchedulerOptions) => {
  const common = { client, signal, onChange, onError: (error: unknown) => log.warn({ err: error }, 'watch failed') }
  const ours = <T extends Cached>(type: ResourceType) => createInformer<T>({ ...common, type, namespace })
  const configs = ours<OdigosConfig>(RESOURCES.odigosConfigs)
  const destinations = ours<Destination>(RESOURCES.destinations)
  const groups = ours<CollectorsGroup>(RESOURCES.collectorsGroups)
  const workloads = createInformer<CachedWorkload>({
    ...common,
    type: RESOURCES.instrumentationConfigs,
    transform: keepPipeline,
  })
  const observe = (): Observed => ({
    namespace,
    config: effectiveConfig(configs.get(namespace, ODIGOS_CONFIG_NAME)?.spec),
    destinations: destinations.list(),
    groups: groups.list(),
    workloads: workloads.list().map(({ workload }) => workload),
  })
  return { observe, informers: { configs, destinations, groups, workloads } }
}

/** Only `spec.pipeline` is ours; the uid keeps an object that was deleted meanwhile from being made anew. */
const assignment = ({ workload, pipeline }: Extract<SchedulerAction, { do: 'assign' }>): KubeObject => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'InstrumentationConfig',
  metadata: { namespace: workload.namespace, name: workload.name, uid: workload.uid },
  spec: pipeline ? { pipeline } : {},
})

/** Keeps the CollectorsGroups and the pipelines of all workloads as the Destinations demand. */
export const createScheduler = (options: SchedulerOptions): Scheduler => {
  const { client, log, namespace } = options
  const { observe, informers } = createCaches(options)

  const assign = async (action: Extract<SchedulerAction, { do: 'assign' }>): Promise<void> => {
    const { namespace: where, name } = action.workload
    try {
      await client.apply(RESOURCES.instrumentationConfigs, assignment(action), { fieldManager: FIELD_MANAGER })
      log.info({ namespace: where, name, pipeline: action.pipeline?.collectorsGroup ?? 'none' }, 'pipeline assigned')
    } catch (error) {
      // Deleted meanwhile: its removal is on its way through the watch.
      if (!isConflict(error)) throw error
    }
  }

  const act = async (action: SchedulerAction): Promise<void> => {
    if (action.do === 'assign') return assign(action)
    if (action.do === 'delete') {
      const { name, uid } = action
      await client.delete({ type: RESOURCES.collectorsGroups, namespace, name }, uid === undefined ? {} : { uid })
      log.info({ name }, 'collectors are not needed any more')
      return
    }
    const object = action.object as unknown as KubeObject
    await client.apply(RESOURCES.collectorsGroups, object, { fieldManager: FIELD_MANAGER })
    log.info({ name: object.metadata.name, spec: action.object.spec }, 'collectors wanted')
  }

  return {
    informers,
    synced: Promise.all(Object.values(informers).map((informer) => informer.synced)),
    reconcile: async () => {
      for (const action of reconcile(observe())) await act(action)
    },
  }
}
