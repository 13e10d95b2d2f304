'use client'
/** All namespaces and workloads, with filters. */
import { useDeferredValue } from 'react'
import { NO_FILTER } from '../../model/filter-query.ts'
import type { Filter, NamespaceRows } from '../../model/rows.ts'
import { namespaceRows } from '../../model/rows.ts'
import type { RowState } from '../../../src/view/view.ts'
import { isReading } from '../../../src/view/view.ts'
import { counted, STATES } from '../../../src/view/words.ts'
import { useLive } from '../live.tsx'
import { SearchField } from '../search-field.tsx'
import { Empty, Reading } from '../empty.tsx'
import { useUrlFilter } from './use-url-filter.ts'
import { NamespaceSection } from './namespace-section.tsx'

/** Maximum number of rows at which all namespaces, or all that are in use, are expanded at first. */
const FEW_WORKLOADS = 25
const MANY_WORKLOADS = 300

const isOpenAtFirst = (
  { namespace, wanted, workloads }: NamespaceRows,
  found: number,
  isSearched: boolean,
): boolean => {
  if (found > MANY_WORKLOADS || (workloads.length === 0 && namespace.choice !== 'enabled')) return false
  return isSearched || found <= FEW_WORKLOADS || wanted > 0 || namespace.choice === 'enabled'
}

const Filters = ({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) => (
  <div className="filters" role="search">
    <SearchField
      label="Search workloads"
      placeholder="Name, namespace, language…"
      value={filter.text}
      onChange={(text) => onChange({ ...filter, text })}
    />
    <select
      className="field-input"
      aria-label="State"
      value={filter.state}
      onChange={({ target }) => onChange({ ...filter, state: target.value as RowState | 'all' })}
    >
      <option value="all">All states</option>
      {Object.entries(STATES).map(([state, { label }]) => (
        <option key={state} value={state}>
          {label}
        </option>
      ))}
    </select>
    <label className="check">
      <input
        type="checkbox"
        checked={filter.withIgnored}
        onChange={({ target }) => onChange({ ...filter, withIgnored: target.checked })}
      />
      Ignored namespaces
    </label>
  </div>
)

export const WorkloadList = () => {
  const { view } = useLive()
  const [filter, setFilter] = useUrlFilter()
  const deferred = useDeferredValue(filter)
  const groups = namespaceRows(view, deferred)
  const isSearched = deferred.text.trim() !== '' || deferred.state !== 'all'
  const found = groups.reduce((sum, { workloads }) => sum + workloads.length, 0)
  return (
    <div className="stack">
      <Filters filter={filter} onChange={setFilter} />
      <p className="visually-hidden" role="status">
        {counted(found, 'workload')} found
      </p>
      {groups.map((rows) => (
        <NamespaceSection
          key={rows.namespace.name}
          rows={rows}
          isOpenAtFirst={isOpenAtFirst(rows, found, isSearched)}
        />
      ))}
      {groups.length === 0 && (
        <div className="card">
          {isSearched ? (
            <Empty
              icon="search"
              title="No matching workloads"
              action={
                <button className="button" type="button" onClick={() => setFilter(NO_FILTER)}>
                  Clear filters
                </button>
              }
            />
          ) : isReading(view) ? (
            <Reading />
          ) : (
            <Empty icon="workloads" title="No namespaces yet">
              Namespaces appear here as soon as they are created.
            </Empty>
          )}
        </div>
      )}
    </div>
  )
}
