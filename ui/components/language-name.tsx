/** Languages of containers, by their display names. */
import type { Language } from '../../src/api/vocabulary.ts'
import type { ContainerView } from '../../src/view/view.ts'
import { LANGUAGE_NAMES } from '../../src/view/words.ts'

export const LanguageName = ({ language, version }: { language: Language; version?: string | undefined }) => (
  <span className={`lang lang-${language}`}>
    <span>
      {LANGUAGE_NAMES[language]} {version && <span className="version">{version}</span>}
    </span>
  </span>
)

/** The languages of a workload, each once. */
export const Languages = ({ containers }: { containers: readonly ContainerView[] }) => {
  const known = new Map(
    containers.flatMap(({ language, runtimeVersion }) => (language ? [[language, runtimeVersion] as const] : [])),
  )
  if (known.size === 0) return <span className="muted">—</span>
  return (
    <span className="stack tight">
      {[...known].map(([language, version]) => (
        <LanguageName key={language} language={language} version={version} />
      ))}
    </span>
  )
}
