/** The filter of the workloads in the query of the page, so that a filtered list can be linked; pure. */
import type { RowState } from '../../src/view/view.ts'
import { STATES } from '../../src/view/words.ts'
import type { Filter } from './rows.ts'

export const NO_FILTER: Filter = { text: '', state: 'all', withIgnored: false }

/** Longer texts find nothing, and would be the work of others. */
const MAX_TEXT = 200

const isState = (word: string | null): word is RowState => word !== null && Object.hasOwn(STATES, word)

/** `search`: of a URL, with or without `?`. What is unknown is left out. */
export const filterOf = (search: string): Filter => {
  const query = new URLSearchParams(search)
  const state = query.get('state')
  return {
    text: (query.get('q') ?? '').slice(0, MAX_TEXT),
    state: isState(state) ? state : 'all',
    withIgnored: query.get('ignored') === 'true',
  }
}

/** `?q=cart&state=Instrumented`, or '' for no filter. */
export const queryOf = ({ text, state, withIgnored }: Filter): string => {
  const query = new URLSearchParams()
  if (text.trim() !== '') query.set('q', text)
  if (state !== 'all') query.set('state', state)
  if (withIgnored) query.set('ignored', 'true')
  return query.size === 0 ? '' : `?${query}`
}
