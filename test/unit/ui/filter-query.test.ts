import assert from 'node:assert/strict'
import fc from 'fast-check'
import { STATES } from '../../../src/view/words.ts'
import { filterOf, NO_FILTER, queryOf } from '../../../ui/model/filter-query.ts'
import type { Filter } from '../../../ui/model/rows.ts'

const filters: fc.Arbitrary<Filter> = fc.record(
  {
    text: fc.string({ maxLength: 50, unit: 'grapheme' }).map((text) => (text.trim() === '' ? '' : text)),
    state: fc.constantFrom('all' as const, ...(Object.keys(STATES) as (keyof typeof STATES)[])),
    withIgnored: fc.boolean(),
  },
  { noNullPrototype: true },
)

describe('the filter in the address', () => {
  it('comes back as it was', () =>
    fc.assert(fc.property(filters, (filter) => assert.deepEqual(filterOf(queryOf(filter)), filter))))

  const cases: [search: string, filter: Partial<Filter>][] = [
    ['', {}],
    ['?q=cart&state=Instrumented', { text: 'cart', state: 'Instrumented' }],
    ['?state=Nonsense', {}],
    ['?state=constructor', {}],
    ['?ignored=yes', {}],
    [`?q=${'a'.repeat(1000)}`, { text: 'a'.repeat(200) }],
  ]
  for (const [search, filter] of cases)
    it(`${search.slice(0, 40) || 'nothing'} is read`, () =>
      assert.deepEqual(filterOf(search), { ...NO_FILTER, ...filter }))

  it('is not there without a filter', () => assert.equal(queryOf(NO_FILTER), ''))
})
