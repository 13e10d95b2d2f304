/** Runs before every request: refuses strangers and sets the headers that protect the browser. */
import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { loadConfig } from '../src/process/config.ts'
import { REFUSALS, refusalOf } from './server/refusal.ts'
import { securityHeaders } from './server/security-headers.ts'

const { ALLOWED_HOSTS, NODE_ENV } = loadConfig('ui')

const refuse = (reason: keyof typeof REFUSALS): NextResponse =>
  NextResponse.json(
    {
      error: {
        code: reason,
        message: REFUSALS[reason],
        remedy:
          'Open http://localhost:3000 through kubectl port-forward, typed into the address bar. For another host name set ALLOWED_HOSTS.',
      },
    },
    { status: 403, headers: { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } },
  )

/** No path is exempt: Next gives several spellings the same pathname, and the chart's probes send our own Host. */
export const proxy = (request: NextRequest): NextResponse => {
  const refusal = refusalOf((name) => request.headers.get(name), ALLOWED_HOSTS)
  if (refusal) return refuse(refusal)

  const security = securityHeaders(crypto.randomUUID(), NODE_ENV === 'development')
  // Next takes the nonce for its own scripts from this header of the request.
  const headers = new Headers(request.headers)
  headers.set('Content-Security-Policy', security['Content-Security-Policy'] ?? '')
  const response = NextResponse.next({ request: { headers } })
  for (const [name, value] of Object.entries(security)) response.headers.set(name, value)
  return response
}
