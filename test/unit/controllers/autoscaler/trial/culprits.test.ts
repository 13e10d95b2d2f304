import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Candidate, Search } from '../../../../../src/controllers/autoscaler/trial/culprits.ts'
import { searchCulprits } from '../../../../../src/controllers/autoscaler/trial/culprits.ts'
import type { Verdict } from '../../../../../src/controllers/autoscaler/trial/verdict.ts'

const candidate = (id: string): Candidate => ({ id, components: [`otlp/${id}`] })

interface Collector {
  bad: ReadonlySet<string>
  /** Whether its words name the components. */
  isTelling?: boolean
  /** Fails whatever it has. */
  isBroken?: boolean
}

/** Searches as the autoscaler does: one trial after the other. */
const searchAll = (candidates: readonly Candidate[], { bad, isTelling = false, isBroken = false }: Collector) => {
  const verdicts = new Map<string, Verdict>()
  const keyOf = (ids: ReadonlySet<string>): string => [...ids].toSorted().join()
  const start = (ids: ReadonlySet<string>): Verdict => {
    const wrong = [...ids].filter((id) => bad.has(id))
    if (wrong.length === 0 && !isBroken) return { result: 'Started' }
    return { result: 'Failed', message: isTelling ? `otlp/${wrong[0]}: no such field` : 'cannot start' }
  }
  for (let trials = 0; ; trials++) {
    const search: Search = searchCulprits(candidates, (ids) => verdicts.get(keyOf(ids)))
    if (search.state !== 'Trying') return { search, trials }
    assert.ok(!verdicts.has(keyOf(search.ids)), 'nothing is tried twice')
    verdicts.set(keyOf(search.ids), start(search.ids))
  }
}

const culpritsOf = (search: Search): string[] =>
  search.state === 'Found' ? [...search.culprits.keys()].toSorted() : [search.state]

describe('the search for culprits', () => {
  const many = Array.from({ length: 16 }, (_, index) => candidate(`d${index}`))

  it('needs one trial where all is well', () => {
    const { search, trials } = searchAll(many, { bad: new Set() })
    assert.deepEqual(culpritsOf(search), [])
    assert.equal(trials, 1)
  })
  it('needs two trials where the collector names the culprit', () => {
    const { search, trials } = searchAll(many, { bad: new Set(['d7']), isTelling: true })
    assert.deepEqual(culpritsOf(search), ['d7'])
    assert.equal(trials, 2)
  })
  it('takes no name for a longer one that begins with it', () => {
    const { search, trials } = searchAll(many, { bad: new Set(['d11']), isTelling: true })
    assert.deepEqual(culpritsOf(search), ['d11'])
    assert.equal(trials, 2)
  })
  it('blames nobody where a collector starts without nothing of it either', () => {
    const { search } = searchAll(many, { bad: new Set(['d1']), isBroken: true })
    assert.deepEqual(search, { state: 'Unfounded', message: 'cannot start' })
  })
  it('blames the only one there is, if a collector starts without it', () => {
    const { search, trials } = searchAll([candidate('one')], { bad: new Set(['one']) })
    assert.deepEqual(culpritsOf(search), ['one'])
    assert.equal(trials, 2)
  })
  it('goes on with a trial that cannot run, and says why', () => {
    const verdict: Verdict = { result: 'NotRun', message: 'no node' }
    const search = searchCulprits(many, () => verdict)
    assert.deepEqual(search, { state: 'Trying', ids: new Set(many.map(({ id }) => id)), verdict })
  })
  it('finds all culprits and no other, in few trials, whatever the collector says', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,6}$/), { minLength: 1, maxLength: 24 })
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.boolean()), fc.boolean(), (names, coins, isTelling) => {
        const bad = new Set(names.filter(() => coins.next().value))
        const { search, trials } = searchAll(names.map(candidate), { bad, isTelling })
        assert.deepEqual(culpritsOf(search), [...bad].toSorted())
        const logarithm = Math.ceil(Math.log2(names.length + 1))
        assert.ok(trials <= 2 + bad.size * (2 * logarithm + 1), `${trials} trials`)
      }),
      { numRuns: 300 },
    )
  })
})
