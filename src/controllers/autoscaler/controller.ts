import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { isNotFound } from '../../kube/error.ts'
import { RESOURCES, resourceOfKind } from '../../kube/resources.ts'
import type { KubeClient, ReconcileResult, RecordEvent, ResourceType } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { SecretView } from './assess.ts'
import type { Caches } from './caches.ts'
import type { CollectorSettings } from './collector-objects.ts'
import { APPLIED_HASH_ANNOTATION } from './collector-objects.ts'
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

/** Reads the Secrets that Destinations name; only names of keys and the version are kept. */
const readSecrets = async (
  client: KubeClient,
  namespace: string,
  destinations: readonly Destination[],
): Promise<Map<string, SecretView>> => {
  const names = new Set(destinations.flatMap(({ spec }) => spec.secretRef?.name ?? []))
  const views = new Map<string, SecretView>()
  for (const name of names) {
    const secret = await client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name })
    if (!secret) continue
    const keys = Object.keys((secret['data'] as object | undefined) ?? {})
    views.set(name, { keys, resourceVersion: secret.metadata.resourceVersion ?? '' })
  }
  return views
}

const createAct = ({ client, log, record, namespace }: AutoscalerOptions) => {
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
        log.info({ kind: action.object.kind, name: action.object.metadata.name, reason: action.reason }, action.message)
        return record(action.object, action)
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
    return destinations.some(({ spec }) => spec.secretRef) ? { again: SECRETS_AGAIN_MS } : undefined
  }
}
