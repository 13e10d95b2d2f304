import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyChanges, changesBetween } from '../../../ui/model/changes.ts'
import type { ClusterView } from '../../../src/view/view.ts'

const status = (silentSeconds: number): ClusterView['status'] => ({
  missing: [],
  silentSeconds,
  systemNamespace: 'odigos-system',
  mode: 'OptIn',
  rollout: 'Manual',
})
const entries = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__x'),
  fc.record({ name: fc.string({ maxLength: 3 }), n: fc.nat(2) }, { noNullPrototype: true }),
  { noNullPrototype: true },
)
const views = fc
  .record({
    silentSeconds: fc.nat(1),
    namespaces: entries,
    workloads: entries,
    destinations: entries,
    collectors: entries,
    actions: entries,
    settings: entries,
  })
  .map(({ silentSeconds, ...sections }) => ({ status: status(silentSeconds), ...sections }) as unknown as ClusterView)

describe('changes between views', () => {
  it('applied to the old view give the new one', () =>
    fc.assert(
      fc.property(views, views, (before, after) => {
        const changes = changesBetween(before, after)
        const sent = changes && (JSON.parse(JSON.stringify(changes)) as typeof changes)
        assert.deepEqual({ ...(sent ? applyChanges(before, sent) : before) }, { ...after })
      }),
    ))
  it('are none between equal views', () =>
    fc.assert(fc.property(views, (view) => assert.equal(changesBetween(view, structuredClone(view)), undefined))))
  it('hold only what changed, and leave other sections the same object', () => {
    const [before] = fc.sample(views, { numRuns: 1, seed: 1 }) as [ClusterView]
    const after = { ...before, status: status(before.status.silentSeconds + 100) }
    const changes = changesBetween(before, after)
    assert.deepEqual(Object.keys(changes ?? {}), ['status'])
    assert.equal(applyChanges(before, changes ?? {}).workloads, before.workloads)
  })
})
