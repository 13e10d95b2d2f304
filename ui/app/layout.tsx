import '@fontsource-variable/inter/wght.css'
import '../styles/index.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { Frame } from '../components/frame.tsx'
import { LiveProvider } from '../components/live.tsx'
import { NoticeProvider } from '../components/notices.tsx'
import { isTheme, THEME_COOKIE } from '../model/theme.ts'
import { firstView } from '../server/first-view.ts'
import { ui } from '../server/ui.ts'

export const metadata: Metadata = {
  title: { default: 'Odigos', template: '%s · Odigos' },
  description: 'Automatic instrumentation of this cluster',
  robots: { index: false },
}

export const viewport: Viewport = { colorScheme: 'light dark', width: 'device-width', initialScale: 1 }

/** Reads a cookie, so every page is rendered per request, with the current state of the cluster and its own nonce. */
const RootLayout = async ({ children }: { children: ReactNode }) => {
  const chosen = (await cookies()).get(THEME_COOKIE)?.value
  const theme = isTheme(chosen) ? chosen : 'system'
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <LiveProvider initial={firstView(ui().hub.view())}>
          <NoticeProvider>
            <Frame theme={theme}>{children}</Frame>
          </NoticeProvider>
        </LiveProvider>
      </body>
    </html>
  )
}

export default RootLayout
