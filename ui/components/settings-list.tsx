'use client'
/** Every setting of the OdigosConfig with its value, and where that comes from. */
import { useState } from 'react'
import type { SettingView } from '../../src/view/view.ts'
import { Commands } from './command.tsx'
import { useLive } from './live.tsx'
import { SearchField } from './search-field.tsx'

const matches = ({ path, description }: SettingView, text: string): boolean =>
  `${path} ${description}`.toLowerCase().includes(text.trim().toLowerCase())

const Row = ({ setting: { path, value, default: fallback, isSet, description } }: { setting: SettingView }) => (
  <tr data-setting={path} data-set={isSet}>
    <td>
      <code className="break">{path}</code>
      <p className="muted small">{description}</p>
    </td>
    <td className="break">{value === '' ? <span className="muted">—</span> : <code>{value}</code>}</td>
    <td>
      {isSet ? <span className="chip">OdigosConfig</span> : <span className="muted">default</span>}
      {isSet && fallback !== '' && fallback !== value && <p className="muted small break">default: {fallback}</p>}
    </td>
  </tr>
)

const Problem = ({ text }: { text: string }) => (
  <div className="banner tone-bad" role="alert">
    <div className="grow">
      <strong>The OdigosConfig is invalid; the last valid version is in effect.</strong>
      <p className="small break">{text}</p>
    </div>
  </div>
)

export const SettingsList = () => {
  const { settings, status } = useLive().view
  const [text, setText] = useState('')
  const [onlySet, setOnlySet] = useState(false)
  const shown = Object.values(settings).filter((each) => (!onlySet || each.isSet) && matches(each, text))
  return (
    <div className="stack">
      {status.settingsProblem && <Problem text={status.settingsProblem} />}
      <div className="filters" role="search">
        <SearchField label="Search settings" value={text} onChange={setText} />
        <label className="check">
          <input type="checkbox" checked={onlySet} onChange={({ target }) => setOnlySet(target.checked)} />
          Only what is set
        </label>
      </div>
      <section className="card" aria-label="Settings">
        <table className="table settings">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <Row key={each.path} setting={each} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="card-body muted">No setting matches.</p>}
      </section>
      <Commands entries={[['Change them', `kubectl edit odigosconfig odigos -n ${status.systemNamespace}`]]} />
    </div>
  )
}
