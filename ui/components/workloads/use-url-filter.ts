'use client'
import { useEffect, useState } from 'react'
import { filterOf, NO_FILTER, queryOf } from '../../model/filter-query.ts'
import type { Filter } from '../../model/rows.ts'

/** The filter of the list, which the address of the page keeps. The server does not know it, so the first page has none. */
export const useUrlFilter = (): [Filter, (filter: Filter) => void] => {
  const [filter, setFilter] = useState(NO_FILTER)
  useEffect(() => setFilter(filterOf(window.location.search)), [])
  const change = (next: Filter): void => {
    setFilter(next)
    window.history.replaceState(null, '', `${window.location.pathname}${queryOf(next)}`)
  }
  return [filter, change]
}
