'use client'
/** Workloads by state and by language. */
import type { Language } from '../../../src/api/vocabulary.ts'
import type { RowState, WorkloadView } from '../../../src/view/view.ts'
import { STATES } from '../../../src/view/words.ts'
import { useLive } from '../live.tsx'
import { LanguageName } from '../language-name.tsx'

/** A bar of `share`, from 0 to 1. SVG, because the page allows no inline styles. */
const Meter = ({ share, className = '' }: { share: number; className?: string }) => (
  <svg className={`meter ${className}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect width={Math.max(1, share * 100)} height="6" />
  </svg>
)

const tally = <T,>(values: readonly T[]): [T, number][] =>
  [...Map.groupBy(values, (value) => value)]
    .map(([value, all]): [T, number] => [value, all.length])
    .toSorted((a, b) => b[1] - a[1])

const States = ({ workloads }: { workloads: WorkloadView[] }) => (
  <ul className="tally">
    {tally<RowState>(workloads.map(({ state }) => state)).map(([state, count]) => (
      <li key={state} className={`tone-${STATES[state].tone}`}>
        <span>{STATES[state].label}</span>
        <span className="n">{count}</span>
        <Meter share={count / workloads.length} />
      </li>
    ))}
  </ul>
)

const Languages = ({ workloads }: { workloads: WorkloadView[] }) => {
  const languages = workloads.flatMap(({ containers }) => [
    ...new Set(containers.flatMap(({ language }) => (language ? [language] : []))),
  ])
  return (
    <ul className="tally">
      {tally<Language>(languages).map(([language, count]) => (
        <li key={language}>
          <LanguageName language={language} />
          <span className="n">{count}</span>
          <Meter share={count / languages.length} className={`lang-meter lang-${language}`} />
        </li>
      ))}
    </ul>
  )
}

export const Summary = () => {
  const { view } = useLive()
  const wanted = Object.values(view.workloads).filter((workload) => workload.wanted)
  const detected = wanted.filter(({ containers }) => containers.some(({ language }) => language !== undefined))
  if (wanted.length === 0) return null
  return (
    <div className="stack">
      <section className="card" aria-labelledby="states">
        <div className="card-head">
          <h2 id="states">Opted-in workloads</h2>
          <span className="muted small">{wanted.length}</span>
        </div>
        <div className="card-body">
          <States workloads={wanted} />
        </div>
      </section>
      {detected.length > 0 && (
        <section className="card" aria-labelledby="languages">
          <div className="card-head">
            <h2 id="languages">Languages</h2>
          </div>
          <div className="card-body">
            <Languages workloads={detected} />
          </div>
        </section>
      )}
    </div>
  )
}
