import assert from 'node:assert/strict'
import type { ClusterView, DestinationView, WorkloadView } from '../../../src/view/view.ts'
import { applyChanges } from '../../../ui/model/changes.ts'
import { firstView } from '../../../ui/server/first-view.ts'
import { firstKnown, learn, shownView } from '../../../ui/model/known.ts'

const viewOf = (destinations: string[], missing: string[] = []): ClusterView => ({
  status: { missing, silentSeconds: 0, systemNamespace: 'odigos-system', mode: 'OptIn', rollout: 'Manual' },
  namespaces: {},
  workloads: {},
  destinations: Object.fromEntries(destinations.map((name) => [name, { name } as DestinationView])),
  collectors: {},
  actions: {},
  settings: {},
})
const shownAfter = (first: ClusterView, ...served: ClusterView[]): ClusterView =>
  shownView(served.reduce(learn, firstKnown(first)))
const names = ({ destinations }: ClusterView): string[] => Object.keys(destinations)

describe('what is known of the cluster', () => {
  it('is what the server says', () => assert.deepEqual(names(shownAfter(viewOf(['a']), viewOf(['b']))), ['b']))

  it('does not vanish when the server starts again, and says that it may be old', () => {
    const shown = shownAfter(viewOf(['a']), viewOf([], ['Destination']))
    assert.deepEqual(names(shown), ['a'])
    assert.deepEqual(shown.status.missing, ['Destination'])
  })

  it('is what the server says when that has read everything', () => {
    const restarted = viewOf([], ['Namespace', 'Destination'])
    const known = learn(firstKnown(viewOf(['a', 'gone'])), restarted)
    const changes = {
      status: viewOf([]).status,
      destinations: { set: { a: { name: 'a' } as DestinationView }, gone: [] },
    }
    const after = learn(known, applyChanges(known.served, changes))
    assert.deepEqual(names(shownView(after)), ['a'])
  })

  it('is not held up by a kind that was never read', () => {
    const missing = ['CronJob']
    assert.deepEqual(names(shownAfter(viewOf(['a'], missing), viewOf([], missing))), [])
  })

  it('is not held up by the first view of a large cluster, which comes without its workloads', () => {
    const large = viewOf(['a'], ['CronJob'])
    large.workloads = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [index, {} as WorkloadView]))
    assert.equal(shownAfter(firstView(large), large), large)
  })

  it('takes what there is where nothing was known before', () => {
    const shown = shownAfter(viewOf([], ['Namespace', 'Destination']), viewOf(['a'], ['Namespace']))
    assert.deepEqual(names(shown), ['a'])
  })
})
