'use client'
/** What is around every page: navigation, the state of the connection, the theme. */
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { attentionOf } from '../model/attention.ts'
import type { Theme } from '../model/theme.ts'
import { THEME_COOKIE, THEMES } from '../model/theme.ts'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { useLive } from './live.tsx'
import { Mark } from './mark.tsx'

const PAGES: { href: string; label: string; icon: IconName }[] = [
  { href: '/', label: 'Overview', icon: 'overview' },
  { href: '/workloads', label: 'Workloads', icon: 'workloads' },
  { href: '/destinations', label: 'Destinations', icon: 'destinations' },
]

const CONNECTIONS = {
  live: { tone: 'good', label: 'Live' },
  connecting: { tone: 'busy', label: 'Connecting…' },
  lost: { tone: 'bad', label: 'Reconnecting…' },
} as const

const YEAR_SECONDS = 31_536_000

const ThemeChoice = ({ initial }: { initial: Theme }) => {
  const [theme, setTheme] = useState(initial)
  const choose = (next: Theme): void => {
    setTheme(next)
    document.documentElement.dataset['theme'] = next
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=strict`
  }
  const icons: Record<Theme, IconName> = { light: 'sun', system: 'system', dark: 'moon' }
  /** On a narrow screen only the chosen one is shown, and leads to the next. */
  const press = (pressed: Theme): void =>
    choose(pressed === theme ? (THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system') : pressed)
  return (
    <div className="theme" role="group" aria-label="Theme">
      {THEMES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={theme === each}
          aria-label={each}
          title={`Theme: ${each}`}
          onClick={() => press(each)}
        >
          <Icon name={icons[each]} size={15} />
        </button>
      ))}
    </div>
  )
}

/** Says when what is on the page may be old. */
const Staleness = () => {
  const { view, connection } = useLive()
  const { missing, silentSeconds, problem, systemNamespace } = view.status
  if (connection === 'lost') {
    return (
      <div className="banner tone-bad" role="alert">
        <Icon name="error" />
        <div className="grow">
          <strong>The UI does not answer; what you see may be old.</strong>
          <p className="small break">
            Is <code>kubectl port-forward svc/odigos-ui 3000:3000 -n {systemNamespace}</code> still running? This page
            comes back by itself.
          </p>
        </div>
      </div>
    )
  }
  if (silentSeconds === 0 && missing.length === 0) return null
  return (
    <div className="banner tone-warn" role="status">
      <Icon name="warning" />
      <div className="grow">
        <strong>
          {problem
            ? 'Nothing can be read or changed yet.'
            : silentSeconds > 0
              ? `The API server has been silent for ${silentSeconds} seconds; what you see may be old.`
              : 'Reading the cluster; what you see may be old or not all.'}
        </strong>
        {missing.length > 0 && (
          <p className="small">
            Not read yet: {missing.join(', ')}.{' '}
            {problem
              ? `Reason: ${problem}.`
              : 'If this stays, look whether the service account odigos-ui may list them.'}
          </p>
        )}
      </div>
    </div>
  )
}

const isCurrent = (href: string, path: string): boolean => (href === '/' ? path === '/' : path.startsWith(href))

export const Frame = ({ theme, children }: { theme: Theme; children: ReactNode }) => {
  const path = usePathname()
  const { view, connection } = useLive()
  const urgent = attentionOf(view).filter(({ severity }) => severity !== 'info').length
  const { tone, label } = CONNECTIONS[connection]
  return (
    <div className="frame">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="side">
        <Link className="brand" href="/" aria-label="Odigos, overview">
          <Mark />
          <span>Odigos</span>
        </Link>
        <nav className="nav" aria-label="Pages">
          {PAGES.map(({ href, label: name, icon }) => (
            <Link key={href} href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
              <Icon name={icon} />
              {name}
              {href === '/' && urgent > 0 && (
                <span className="count" title={`${urgent} things need attention`}>
                  {urgent}
                </span>
              )}
            </Link>
          ))}
        </nav>
        <div className="side-foot">
          <div className={`live tone-${tone}`} role="status" data-connection={connection}>
            <span className={connection === 'live' ? 'dot pulse' : 'dot'} />
            <span>{label}</span>
          </div>
          <ThemeChoice initial={theme} />
        </div>
      </header>
      <main className="main" id="content">
        <div className="stack">
          <div className="page-notice">
            <Staleness />
          </div>
          {children}
        </div>
      </main>
    </div>
  )
}
