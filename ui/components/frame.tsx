'use client'
/** Frame of every page: navigation, connection state, theme. */
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { attentionOf } from '../../src/view/attention/attention.ts'
import type { Theme } from '../model/theme.ts'
import { THEME_COOKIE, THEMES } from '../model/theme.ts'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { useLive } from './live.tsx'
import { Mark } from './mark.tsx'

const PAGES: { href: string; label: string; icon: IconName }[] = [
  { href: '/', label: 'Overview', icon: 'overview' },
  { href: '/workloads', label: 'Workloads', icon: 'workloads' },
  { href: '/actions', label: 'Actions', icon: 'actions' },
  { href: '/collectors', label: 'Collectors', icon: 'node' },
  { href: '/destinations', label: 'Destinations', icon: 'destinations' },
  { href: '/settings', label: 'Settings', icon: 'settings' },
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
  /** On a narrow screen only the selected theme is shown, and selects the next one. */
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

/** Warns when the page may be out of date. */
const Staleness = () => {
  const { view, connection } = useLive()
  const { missing, silentSeconds, problem, systemNamespace } = view.status
  if (connection === 'lost') {
    return (
      <div className="banner tone-bad" role="alert">
        <Icon name="error" />
        <div className="grow">
          <strong>The UI server is not reachable; this page may be out of date.</strong>
          <p className="small break">
            Check that <code>kubectl port-forward svc/odigos-ui 3000:3000 -n {systemNamespace}</code> is running. This
            page reconnects automatically.
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
            ? 'Odigos objects cannot be read or changed yet.'
            : silentSeconds > 0
              ? `The API server has sent no updates for ${silentSeconds} seconds; this page may be out of date.`
              : 'Loading the cluster state; this page may be incomplete or out of date.'}
        </strong>
        {missing.length > 0 && (
          <p className="small">
            Not loaded yet: {missing.join(', ')}.{' '}
            {problem
              ? `Reason: ${problem}.`
              : 'If this persists, check that the service account odigos-ui is allowed to list them.'}
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
        Skip to content
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
                <span className="count" title={`Issues that need attention: ${urgent}`}>
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
