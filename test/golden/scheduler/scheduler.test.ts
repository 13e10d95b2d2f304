/**
 * Each folder beside this file is a case: what the scheduler observes, and what it does about the collectors and about each
 * workload. `before` describes the Destinations and settings for which everything was done already.
 */
import type { CollectorsGroup } from '../../../src/api/kinds/collectors-group.ts'
import type { Destination, DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import type { Observed } from '../../../src/controllers/scheduler/desired-groups.ts'
import type { AssignedWorkload } from '../../../src/controllers/scheduler/reconcile.ts'
import {
  assignable,
  assignmentId,
  reconcileCollectors,
  reconcileWorkload,
} from '../../../src/controllers/scheduler/reconcile.ts'
import type { LaneWorkload } from '../../../src/api/routing/lanes.ts'
import type { GoldenCase } from '../../support/collectors/golden-reconcile.ts'
import { goldenReconciles } from '../../support/collectors/golden-reconcile.ts'

interface World {
  config?: object
  /** Accepted in generation 2, unless something else is said; null: nobody has judged it yet. */
  destinations?: (Partial<DestinationSpec> & { accepted?: 'True' | 'False' | 'Unknown' | 'OfGeneration1' | null })[]
  groups?: CollectorsGroup[]
}

interface Case extends World, GoldenCase {
  before?: World
  workloads?: Partial<AssignedWorkload>[]
  failures?: Record<string, string>
  /** Workloads that are to have collectors of their own. */
  dedicated?: LaneWorkload[]
}

const NOW = Date.parse('2026-01-02T00:00:00Z')

const destinationOf = ({ accepted = 'True', ...spec }: NonNullable<World['destinations']>[number]): Destination => {
  const condition = {
    type: 'Accepted',
    status: accepted === 'OfGeneration1' || accepted === null ? ('True' as const) : accepted,
    reason: 'Valid' as const,
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    observedGeneration: accepted === 'OfGeneration1' ? 1 : 2,
  }
  return {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Destination',
    metadata: { name: 'd', namespace: 'odigos-system', generation: 2 },
    spec: { type: 'otlp', signals: ['traces'], fields: {}, disabled: false, ...spec },
    status: accepted === null ? {} : { conditions: [condition] },
  }
}

const observe = ({ config = {}, destinations = [], groups = [] }: World): Observed => ({
  namespace: 'odigos-system',
  config: effectiveConfig(config),
  destinations: destinations.map(destinationOf),
  groups,
})

const workloadOf = (workload: Partial<AssignedWorkload>): AssignedWorkload => ({
  namespace: 'shop',
  name: 'deployment-cart',
  uid: 'uid-cart',
  workload: { namespace: 'shop', kind: 'Deployment', name: 'cart' },
  ...workload,
  // In the file `null` says that there is none, also where others have one.
  pipeline: workload.pipeline ?? undefined,
})

/** Groups and pipeline as they are when what was before is done. */
const done = (world: World): Pick<AssignedWorkload, 'pipeline'> & { groups: CollectorsGroup[] } => {
  const observed = observe(world)
  const groups = reconcileCollectors(observed, { senders: 0, dedicated: [] }).flatMap((action) =>
    action.do === 'apply' ? [action.object as unknown as CollectorsGroup] : [],
  )
  const next = assignable({ ...observed, groups })
  const [action] = reconcileWorkload({ next, nowMs: NOW, workload: workloadOf({}), failures: new Map() })
  const spec = action?.do === 'apply' ? (action.object['spec'] as Pick<AssignedWorkload, 'pipeline'>) : {}
  return { groups, pipeline: spec.pipeline }
}

describe('golden: scheduler', () => {
  goldenReconciles<Case>(import.meta.dirname, (input) => {
    const { groups = [], pipeline } = input.before ? done(input.before) : {}
    const observed = observe({ ...input, groups: [...groups, ...(input.groups ?? [])] })
    const workloads = (input.workloads ?? [{}]).map((workload) => workloadOf({ pipeline, ...workload }))
    const failures = new Map(Object.entries(input.failures ?? {}))
    const senders = workloads.filter((workload) => workload.pipeline && !failures.has(assignmentId(workload)))
    const { dedicated = [] } = input
    const next = assignable(observed)
    return {
      collectors: reconcileCollectors(observed, { senders: senders.length, dedicated }),
      workloads: workloads.flatMap((workload) => reconcileWorkload({ next, nowMs: NOW, workload, failures })),
    }
  })
})
