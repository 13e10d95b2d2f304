/** The entries of the zoo are well-formed, and the documentation has the result of each. */
import assert from 'node:assert/strict'
import { isReason } from '../../src/api/reasons.ts'
import { zooTable } from '../../scripts/generate-zoo.ts'
import { zooEntries } from '../../tools/zoo/entry.ts'
import { mergedResults, spansByKind, zooResults } from '../../tools/zoo/results.ts'

describe('the zoo', () => {
  const entries = zooEntries()

  it('names only reasons of the closed list', () => {
    const reasons = entries.flatMap(({ refused, standsBack }) => [refused ?? [], standsBack ?? []].flat())
    assert.deepEqual(
      reasons.filter((reason) => !isReason(reason)),
      [],
    )
  })

  it('has a result for each entry, and for nothing else', () => {
    assert.deepEqual(
      Object.keys(zooResults()),
      entries.map(({ id }) => id),
    )
  })

  it('merges the results of a run: new ones win, entries that are gone go', () => {
    const before = { a: { spans: ['server'] }, gone: { leftAlone: 'OwnSdk' } }
    const lines = ['{"b":{"leftAlone":"OtherAgent"}}', '{"a":{"spans":["client"]}}']
    const merged = mergedResults(before, lines, ['a', 'b', 'c'])
    assert.deepEqual(merged, { a: { spans: ['client'] }, b: { leftAlone: 'OtherAgent' } })
  })

  it('says nothing of an entry that failed or was skipped in the last run, unless it passed later in it', () => {
    const before = { a: { spans: ['server'] }, b: { spans: ['server'] }, c: { leftAlone: 'OwnSdk' } }
    const lines = ['{"a":null}', '{"b":null}', '{"b":{"spans":["client"]}}']
    const merged = mergedResults(before, lines, ['a', 'b', 'c'])
    assert.deepEqual(merged, { b: { spans: ['client'] }, c: { leftAlone: 'OwnSdk' } })
    const table = zooTable(
      entries.slice(0, 1).map((entry) => ({ ...entry, id: 'a' })),
      merged,
    )
    assert.doesNotMatch(table, /behaves the same/)
  })

  it('lists kinds of spans once, in a fixed order', () => {
    assert.deepEqual(spansByKind(['client', 'server', 'client']), ['server', 'client'])
  })
})
