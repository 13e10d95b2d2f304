/**
 * Each folder beside this file is a case: what the autoscaler observes, and what it does about it. `before` describes the
 * cluster as it was when everything was done that was wanted then; where it is absent, nothing was done yet.
 */
import { join } from 'node:path'
import type { Action } from '../../../src/api/kinds/action.ts'
import type { CollectorsGroup } from '../../../src/api/kinds/collectors-group.ts'
import type { Destination } from '../../../src/api/kinds/destination.ts'
import type { SecretView } from '../../../src/controllers/autoscaler/acceptance.ts'
import type { Applied } from '../../../src/controllers/autoscaler/act.ts'
import type { WorkloadView } from '../../../src/controllers/autoscaler/group-status.ts'
import type { CollectorPodView } from '../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { NOTHING_READ } from '../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import type { AutoscalerAction } from '../../../src/controllers/autoscaler/owned/action.ts'
import { APPLIED_HASH_ANNOTATION } from '../../../src/controllers/autoscaler/owned/object.ts'
import type { OwnedView } from '../../../src/controllers/autoscaler/owned/view.ts'
import { isWorkload } from '../../../src/controllers/autoscaler/owned/view.ts'
import type { Observed } from '../../../src/controllers/autoscaler/reconcile.ts'
import type { Wanted } from '../../../src/controllers/autoscaler/scaling/runner.ts'
import type { TrialPodView, Verdict } from '../../../src/controllers/autoscaler/trial/verdict.ts'
import { reconcile } from '../../../src/controllers/autoscaler/reconcile.ts'
import { actionId } from '../../../src/controllers/actions/action.ts'
import { COLLECTOR_SETTINGS } from '../../support/collectors/settings.ts'
import type { GoldenCase } from '../../support/collectors/golden-reconcile.ts'
import { goldenReconciles, readYaml } from '../../support/collectors/golden-reconcile.ts'

/** An object by its name in `objects.yaml`, or as fields over the one that `like` names; null takes one away. */
type Named = string | { like: string; name?: string; namespace?: string; spec?: object }

interface World {
  now?: string
  settings?: object
  groups?: Named[]
  destinations?: Named[]
  actions?: Named[]
  /** What Actions can select. */
  selectable?: Partial<Observed['selectable']>
  secrets?: Record<string, SecretView>
  allowedHosts?: string[]
  queues?: Partial<Omit<Observed['queues'], 'drained' | 'empty'>> & { drained?: string[]; empty?: string[] }
  collectorPods?: CollectorPodView[]
  /** Verdicts of trials by their hash; all have started where nothing is said. */
  verdicts?: Record<string, Verdict>
  trialPods?: TrialPodView[]
  /** Numbers of replicas that the figures of collectors demand. */
  scaling?: Record<string, Wanted>
}

/** As if everything had been tried. */
class AllStarted extends Map<string, Verdict> {
  override get = (): Verdict => ({ result: 'Started' })
}

interface Case extends World, GoldenCase {
  before?: World
  /** Over each workload of before, which is rolled out where nothing is said. */
  rollout?: Partial<WorkloadView>
  /** Over what is owned: null where it is gone. */
  owned?: Record<string, Partial<OwnedView> | null>
  failures?: Record<string, string>
}

const FOLDER = import.meta.dirname
const NOW = '2026-01-01T00:00:00Z'
const known = readYaml(join(FOLDER, 'objects.yaml')) as Record<string, { kind: string; name: string; spec: object }>

const objectOf = <T>(named: Named): T => {
  const { like, namespace = 'odigos-system', ...own } = typeof named === 'string' ? { like: named } : named
  const { kind, name, spec: whole } = { ...known[like]!, ...own, spec: { ...known[like]!.spec, ...own.spec } }
  const spec = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null))
  const metadata = { name, namespace, uid: `uid-${name}`, generation: 1 }
  return { apiVersion: 'odigos.io/v1alpha1', kind, metadata, spec } as T
}

const observe = ({
  now = NOW,
  settings,
  groups,
  destinations,
  actions,
  secrets = {},
  allowedHosts,
  selectable,
  queues,
  collectorPods,
  verdicts,
  trialPods,
  scaling,
}: World): Observed => ({
  namespace: 'odigos-system',
  selectable: { namespaces: [], workloads: [], ...selectable },
  settings: { ...COLLECTOR_SETTINGS, ...settings },
  nowMs: Date.parse(now),
  groups: (groups ?? ['gateway']).map((named) => objectOf<CollectorsGroup>(named)),
  destinations: (destinations ?? ['backend']).map((named) => objectOf<Destination>(named)),
  actions: (actions ?? []).map((named) => objectOf<Action>(named)),
  secrets: new Map(Object.entries(secrets)),
  allowedHosts,
  owned: new Map(),
  applied: new Map(),
  failures: new Map(),
  flow: NOTHING_READ,
  queues: { drops: [], isSettled: false, ...queues, drained: new Set(queues?.drained), empty: new Set(queues?.empty) },
  collectorPods: collectorPods ?? [],
  handOn: { stuck: [], words: new Map() },
  dryRuns: new Map(),
  scaling: new Map(Object.entries(scaling ?? {})),
  trials: {
    verdicts: verdicts ? new Map(Object.entries(verdicts)) : new AllStarted(),
    pods: trialPods ?? [],
    spent: new Set(),
  },
})

/** What is on the cluster after the objects were applied, as it was wanted. */
const afterApply = (actions: AutoscalerAction[], atMs: number): Pick<Observed, 'owned' | 'applied'> => {
  const owned = new Map<string, OwnedView>()
  const applied = new Map<string, Applied>()
  for (const action of actions) {
    if (action.do !== 'apply') continue
    const { apiVersion, kind, metadata } = action.object
    const { name, namespace = '' } = metadata
    const appliedHash = metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
    const view = { apiVersion, kind, metadata: { namespace, name, uid: `uid-${kind}-${name}` } }
    const rolledOut = { appliedHash, isObserved: true, desired: 2, updated: 2, ready: 2 }
    const workload = isWorkload(action.object) ? { workload: rolledOut } : {}
    const id = actionId('apply', action.object)
    owned.set(id, { ...view, contentHash: 'as applied', isDeleting: false, ...workload })
    applied.set(id, { appliedHash, contentHash: 'as applied', atMs })
  }
  return { owned, applied }
}

const withStatus = <T extends { kind: string; metadata: { name: string } }>(object: T, done: AutoscalerAction[]): T => {
  const written = done.find(
    (action) =>
      action.do === 'status' &&
      action.object.kind === object.kind &&
      action.object.metadata.name === object.metadata.name,
  )
  return written?.do === 'status' ? { ...object, status: written.object['status'] } : object
}

/** The world of a case: what was before is done, and then it has become what it is. */
const settle = (input: Case): Observed => {
  const now = observe(input)
  if (!input.before) return now
  const first = observe({ ...input, now: NOW, ...input.before })
  const cluster = afterApply(reconcile(first), first.nowMs)
  const done = reconcile({ ...first, ...cluster })
  return {
    ...now,
    ...cluster,
    groups: now.groups.map((group) => withStatus(group, done)),
    destinations: now.destinations.map((destination) => withStatus(destination, done)),
    actions: now.actions.map((action) => withStatus(action, done)),
  }
}

const changeOwned = (owned: Observed['owned'], { owned: changes = {}, rollout = {} }: Case): Map<string, OwnedView> => {
  const changed = new Map(
    Array.from(owned, ([id, view]): [string, OwnedView] => [
      id,
      view.workload ? { ...view, workload: { ...view.workload, ...rollout } } : view,
    ]),
  )
  for (const [id, change] of Object.entries(changes)) {
    const [kind = '', namespace = '', name = ''] = id.replace('apply ', '').split('/')
    const before = changed.get(id) ?? {
      apiVersion: 'v1',
      kind,
      metadata: { namespace, name, uid: name },
    }
    if (change === null) changed.delete(id)
    else changed.set(id, { contentHash: 'unknown', isDeleting: false, ...before, ...change })
  }
  return changed
}

/** What is rendered is shown only where the case is about it. */
const summary = (action: AutoscalerAction): unknown => {
  if (action.do !== 'apply') return action
  const { object, about: _about, ...rest } = action
  return { ...rest, object: `${object.kind}/${object.metadata.name}` }
}

describe('golden: autoscaler', () => {
  goldenReconciles<Case>(FOLDER, (input) => {
    const observed = settle(input)
    const owned = changeOwned(observed.owned, input)
    const actions = reconcile({ ...observed, owned, failures: new Map(Object.entries(input.failures ?? {})) })
    return input.show ? actions : actions.map(summary)
  })
})
