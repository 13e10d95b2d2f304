import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeClient } from '../../kube/types.ts'
import { actionId } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import type { SecretView } from './acceptance.ts'
import type { AppliedObjects } from './act.ts'
import type { Caches } from './caches.ts'
import type { CollectorSettings } from './collectors/collector-settings.ts'
import type { DeliveryViews } from './delivery/destination-actions.ts'
import type { DryRunView } from './dry-run/counts.ts'
import type { HandOnView } from './delivery/hand-on/hand-on.ts'
import type { Observed } from './reconcile.ts'
import type { ScalingView } from './scaling/runner.ts'
import { readSecrets, secretView } from './secrets.ts'
import { createTrialMemory } from './trial/memory.ts'

/** Minimum interval between reads of Secrets: a rollout reconciles with each pod that becomes ready. */
const SECRETS_AGE_MS = 5_000

export interface GatherOptions {
  client: KubeClient
  namespace: string
  settings: CollectorSettings
  nowMs: () => number
  caches: Caches
  applied: AppliedObjects
  delivery: () => DeliveryViews & { handOn: HandOnView; dryRuns: DryRunView; scaling: ScalingView }
}

/** Of the values only what is wrong with them is kept. */
const createSecretReader = (options: GatherOptions) => {
  const { nowMs } = options
  let last = { of: '', atMs: -Infinity, views: new Map<string, SecretView>() }
  return async (destinations: readonly Destination[]): Promise<ReadonlyMap<string, SecretView>> => {
    const of = JSON.stringify(destinations.map(({ metadata }) => [metadata.uid, metadata.generation]))
    if (of === last.of && nowMs() - last.atMs < SECRETS_AGE_MS) return last.views
    const secrets = await readSecrets(options, destinations)
    const views = new Map(Array.from(secrets, ([name, secret]) => [name, secretView(secret)]))
    last = { of, atMs: nowMs(), views }
    return views
  }
}

/** Reads everything that a decision needs. */
export const createGather = (options: GatherOptions): ((failures: Failures) => Promise<Observed>) => {
  const { caches, namespace, settings, applied, nowMs } = options
  const viewSecrets = createSecretReader(options)
  const lookAtTrials = createTrialMemory(options)
  return async (failures) => {
    const destinations = caches.destinations.list()
    const own = destinations.filter(({ metadata }) => metadata.namespace === namespace)
    return {
      namespace,
      settings,
      nowMs: nowMs(),
      groups: caches.groups.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined),
      destinations,
      actions: caches.actions.list(),
      selectable: caches.selectable(),
      allowedHosts: caches.settings.read().destinations?.allowedHosts,
      secrets: await viewSecrets(own),
      trials: await lookAtTrials(caches.trialPods(), own, failures),
      owned: new Map(caches.owned().map((view) => [actionId('apply', view), view])),
      applied: applied.all(),
      ...options.delivery(),
      collectorPods: caches.collectorPods(),
      failures,
    }
  }
}
