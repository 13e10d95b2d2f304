/** Laws of the assignment of workloads to groups. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { CollectorsGroup, CollectorsGroupSpec } from '../../../../src/api/kinds/collectors-group.ts'
import type { LaneWorkload } from '../../../../src/api/routing/lanes.ts'
import { laneOf } from '../../../../src/api/routing/lanes.ts'
import { pipelineOf } from '../../../../src/controllers/scheduler/reconcile.ts'
import {
  dedicatedMembers,
  dedicatedSpec,
  desiredDedicated,
  workloadId,
} from '../../../../src/controllers/scheduler/traffic/groups.ts'

const COMMON: Pick<CollectorsGroupSpec, 'signals' | 'resources' | 'replicas'> = {
  signals: ['traces'],
  resources: { limits: { memory: '512Mi' } },
  replicas: { min: 1, max: 3 },
}

/** The groups after what is desired was written. */
const written = (dedicated: readonly LaneWorkload[], before: readonly CollectorsGroup[]): CollectorsGroup[] =>
  [...desiredDedicated(dedicated, before)].map(([name, served]) => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'CollectorsGroup',
    metadata: { name, namespace: 'odigos-system', generation: 1 },
    spec: dedicatedSpec(COMMON, served),
  }))

const workload = fc.record({
  namespace: fc.constantFrom('shop', 'bank'),
  kind: fc.constantFrom('Deployment', 'StatefulSet', 'Job'),
  name: fc.stringMatching(/^[a-z]{1,3}$/),
})
const workloads = fc.uniqueArray(workload, { selector: workloadId, maxLength: 40 })
const PIPELINE = { collectorsGroup: 'odigos-node-collector', endpoint: 'http://n:4318', signals: ['traces' as const] }

describe('the groups of workloads with collectors of their own', () => {
  it('every workload has exactly one gateway, and is a member where it is to be, in the group of its lane', () => {
    fc.assert(
      fc.property(workloads, workloads, (dedicated, others) => {
        const groups = written(dedicated, [])
        const members = dedicatedMembers(groups)
        const all = groups.flatMap(({ spec }) => spec.dedicated?.workloads.map(workloadId) ?? [])
        assert.equal(all.length, new Set(all).size)
        assert.deepEqual(all.toSorted(), dedicated.map(workloadId).toSorted())
        for (const each of [...dedicated, ...others]) {
          const gateway = pipelineOf({ workload: each }, { pipeline: PIPELINE, members })?.gateway
          const isIn = all.includes(workloadId(each))
          assert.equal(gateway, isIn ? `odigos-dedicated-${laneOf(each)}` : 'odigos-gateway')
        }
      }),
    )
  })

  it('the order of workloads does not matter, and what was written is not written again', () => {
    fc.assert(
      fc.property(workloads, (dedicated) => {
        const groups = written(dedicated, [])
        assert.deepEqual(written(dedicated.toReversed(), []), groups)
        assert.deepEqual(written(dedicated, groups), groups)
        assert.deepEqual(written(dedicated, groups.toReversed()), groups)
      }),
    )
  })

  it('a group never loses its lane or its workloads while it delivers what it has, and serves no one', () => {
    fc.assert(
      fc.property(workloads, workloads, (before, then) => {
        const first = written(before, [])
        const next = written(then, first)
        const members = dedicatedMembers(next)
        for (const { metadata, spec } of first) {
          const found = next.find((group) => group.metadata.name === metadata.name)?.spec.dedicated
          assert.equal(found?.lane, spec.dedicated?.lane)
          if (found?.draining) assert.deepEqual(found.workloads, spec.dedicated?.workloads)
        }
        for (const each of before)
          assert.equal(
            members.has(workloadId(each)),
            then.some((other) => workloadId(other) === workloadId(each)),
          )
      }),
    )
  })

  it('more workloads of a lane than a group can have stay at the gateway, and members stay members', () => {
    const all = Array.from({ length: 4_000 }, (_, index) => ({ namespace: 'shop', kind: 'Job', name: `j${index}` }))
    const first = written(all.slice(2_000), [])
    const members = dedicatedMembers(first)
    assert.equal(members.size, 100)
    assert.deepEqual(dedicatedMembers(written(all, first)), members)
  })
})
