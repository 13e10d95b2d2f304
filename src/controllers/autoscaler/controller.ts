import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { secretValueFault } from '../../destinations/secret-value.ts'
import { isNotFound } from '../../kube/http/error.ts'
import { RESOURCES, resourceOfKind } from '../../kube/resources.ts'
import type { KubeClient, ReconcileResult, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { SecretView } from './assess.ts'
import type { Caches } from './caches.ts'
import type { CollectorSettings } from './collector-objects.ts'
import { APPLIED_HASH_ANNOTATION } from './owned-object.ts'
import type { AutoscalerAction } from './reconcile.ts'
import { reconcile } from './reconcile.ts'

/** Owner of the fields that the autoscaler writes. */
const FIELD_MANAGER = 'odigos-autoscaler'

/** Secrets are not watched, so that none is held in memory; what Destinations refer to is looked at this often. */
const SECRETS_AGAIN_MS = 30_000

export interface AutoscalerOptions {
  client: KubeClient
  log: Log
  record: RecordEvent
  caches: Caches
  /** Namespace of Odigos. */
  namespace: string
  settings: CollectorSettings
  /** Milliseconds since 1970. */
  now: () => number
}

const typeOf = ({ apiVersion, kind }: KubeObject): ResourceType => {
  const type = resourceOfKind(kind, apiVersion)
  if (!type) throw new Error(`no resource type for ${apiVersion} ${kind}`)
  return type
}

const viewOf = ({ metadata, ...secret }: KubeObject): SecretView => {
  const data = Object.entries((secret['data'] ?? {}) as Record<string, string>)
  const faults = data.flatMap(([key, value]) => {
    const fault = secretValueFault(Buffer.from(value, 'base64').toString('utf8'))
    return fault === undefined ? [] : [[key, fault]]
  })
  return {
    keys: data.map(([key]) => key),
    faults: Object.fromEntries(faults) as Record<string, string>,
    resourceVersion: metadata.resourceVersion ?? '',
  }
}

/** Reads the Secrets that Destinations name; of the values no more is kept than what is wrong with them. */
const readSecrets = async (
  client: KubeClient,
  namespace: string,
  destinations: readonly Destination[],
): Promise<Map<string, SecretView>> => {
  const names = new Set(destinations.flatMap(({ spec }) => spec.secretRef?.name ?? []))
  const views = new Map<string, SecretView>()
  for (const name of names) {
    const secret = await client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name })
    if (secret) views.set(name, viewOf(secret))
  }
  return views
}

const createAct = ({ client, log, record, namespace }: AutoscalerOptions) => {
  /** The last Event of each object: the cache can still be older than what was told. */
  const told = new Map<string, string>()

  const tell = (action: Extract<AutoscalerAction, { do: 'event' }>): void => {
    const { object, reason, message } = action
    const { uid = '', name } = object.metadata
    const text = `${reason}: ${message}`
    if (told.get(uid) === text) return
    told.set(uid, text)
    log.info({ kind: object.kind, name, reason }, message)
    record(object, action)
  }

  const ensure = async (object: KubeObject): Promise<void> => {
    const type = typeOf(object)
    const { name, annotations } = object.metadata
    const current = await client.get({ type, namespace, name })
    const hash = annotations?.[APPLIED_HASH_ANNOTATION]
    if (current?.metadata.annotations?.[APPLIED_HASH_ANNOTATION] === hash) return
    await client.apply(type, object, { fieldManager: FIELD_MANAGER })
    log.info({ kind: object.kind, name, hash }, current ? 'changed' : 'created')
  }

  const writeStatus = async (object: KubeObject): Promise<void> => {
    try {
      await client.apply(typeOf(object), object, { fieldManager: FIELD_MANAGER, subresource: 'status' })
    } catch (error) {
      // Deleted meanwhile: its removal is on its way through the watch.
      if (!isNotFound(error)) throw error
    }
  }

  return async (action: AutoscalerAction): Promise<void> => {
    switch (action.do) {
      case 'ensure':
        return ensure(action.object)
      case 'status':
        return writeStatus(action.object)
      case 'event':
        return tell(action)
      case 'deleteConfigMap':
        await client.delete({ type: RESOURCES.configMaps, namespace, name: action.name })
    }
  }
}

/** Keeps the collectors of all groups as Destinations and Actions demand; one reconcile looks at everything. */
export const createAutoscaler = (options: AutoscalerOptions): (() => Promise<ReconcileResult>) => {
  const { client, caches, namespace, settings, now } = options
  const act = createAct(options)
  return async () => {
    const destinations = caches.destinations.list()
    const secrets = await readSecrets(client, namespace, destinations)
    const actions = reconcile({
      settings,
      now: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      groups: caches.groups.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined),
      destinations,
      actions: caches.actions.list(),
      secrets,
      workloads: caches.workloads(),
      configMaps: caches.configMaps(),
    })
    for (const action of actions) await act(action)
    return destinations.some(({ spec }) => spec.secretRef) ? { againMs: SECRETS_AGAIN_MS } : undefined
  }
}
