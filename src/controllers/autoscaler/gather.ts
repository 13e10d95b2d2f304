import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { secretValueFault } from '../../destinations/secret-value.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import { actionId } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import type { SecretView } from './acceptance.ts'
import type { AppliedObjects } from './act.ts'
import type { Caches } from './caches.ts'
import type { CollectorSettings } from './collector-objects.ts'
import type { Observed } from './reconcile.ts'

/** Minimum interval between reads of Secrets: a rollout reconciles with each pod that becomes ready. */
const SECRETS_AGE_MS = 5_000

export interface GatherOptions {
  client: KubeClient
  namespace: string
  settings: CollectorSettings
  nowMs: () => number
  caches: Caches
  applied: AppliedObjects
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

/** Reads the Secrets that Destinations name; of the values only what is wrong with them is kept. */
const createSecretReader = ({ client, namespace, nowMs }: GatherOptions) => {
  let last = { of: '', atMs: -Infinity, views: new Map<string, SecretView>() }
  return async (destinations: readonly Destination[]): Promise<ReadonlyMap<string, SecretView>> => {
    const of = JSON.stringify(destinations.map(({ metadata }) => [metadata.uid, metadata.generation]))
    if (of === last.of && nowMs() - last.atMs < SECRETS_AGE_MS) return last.views
    const names = new Set(destinations.flatMap(({ spec }) => spec.secretRef?.name ?? []))
    const views = new Map<string, SecretView>()
    for (const name of names) {
      const secret = await client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name })
      if (secret) views.set(name, viewOf(secret))
    }
    last = { of, atMs: nowMs(), views }
    return views
  }
}

/** Reads everything that a decision needs. */
export const createGather = (options: GatherOptions): ((failures: Failures) => Promise<Observed>) => {
  const { caches, namespace, settings, applied, nowMs } = options
  const readSecrets = createSecretReader(options)
  return async (failures) => {
    const destinations = caches.destinations.list()
    return {
      namespace,
      settings,
      nowMs: nowMs(),
      groups: caches.groups.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined),
      destinations,
      actions: caches.actions.list(),
      selectable: caches.selectable(),
      secrets: await readSecrets(destinations.filter(({ metadata }) => metadata.namespace === namespace)),
      owned: new Map(caches.owned().map((view) => [actionId('apply', view), view])),
      applied: applied.all(),
      failures,
    }
  }
}
