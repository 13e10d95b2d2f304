/** The small parts that every page uses. */
import type { ReactNode } from 'react'
import type { Condition } from '../../src/api/conditions.ts'
import { isReason, REASONS } from '../../src/api/reasons.ts'
import type { Language } from '../../src/api/vocabulary.ts'
import type { ContainerView, RowState } from '../model/view.ts'
import type { Tone } from '../model/words.ts'
import { LANGUAGE_NAMES, sentence, STATES } from '../model/words.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

export const Badge = ({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) => (
  <span className={`badge tone-${tone}`} title={title}>
    <span className={tone === 'busy' ? 'dot pulse' : 'dot'} />
    {children}
  </span>
)

export const StateBadge = ({ state }: { state: RowState }) => {
  const { tone, label, meaning } = STATES[state]
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  )
}

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

interface EmptyProps {
  icon: IconName
  title: string
  children?: ReactNode
  action?: ReactNode
}

export const Empty = ({ icon, title, children, action }: EmptyProps) => (
  <div className="empty">
    <Icon name={icon} size={28} />
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {action}
  </div>
)

/** Where a page would look empty only because its server was just started. */
export const Reading = () => (
  <div className="empty" role="status">
    <span className="tone-busy">
      <span className="dot pulse" />
    </span>
    <p>Reading the cluster…</p>
  </div>
)

interface ReasonProps {
  reason: string
  message?: string
  /** Nothing is to be done, whatever the reason suggests in general. */
  isSettled?: boolean
}

/** A reason with what it means and what helps. */
export const ReasonText = ({ reason, message, isSettled = false }: ReasonProps) => {
  const known = isReason(reason) ? REASONS[reason] : undefined
  return (
    <>
      {known && <p>{sentence(known.meaning)}</p>}
      {message && message !== known?.meaning && <p className="muted small break">{message}</p>}
      {known?.remedy && !isSettled && (
        <p className="small">
          <strong>What helps: </strong>
          {sentence(known.remedy)}
        </p>
      )}
    </>
  )
}

/** Good and bad depend on what a condition is about: RestartRequired=True is nothing to be glad of. */
const UNWANTED_CONDITIONS = new Set(['RestartRequired', 'RolledBack'])

export const conditionTone = ({ type, status }: Pick<Condition, 'type' | 'status'>): Tone => {
  if (status === 'Unknown') return 'busy'
  if (UNWANTED_CONDITIONS.has(type)) return status === 'True' ? 'warn' : 'good'
  return status === 'True' ? 'good' : 'warn'
}
