/** Runs before every request: refuses foreign hosts and origins, and sets the security headers. */
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
          'Run kubectl port-forward svc/odigos-ui 3000:3000 -n NAMESPACE, then enter http://localhost:3000 in the address bar. To allow another host name, set ui.allowedHosts in the values of the chart.',
      },
    },
    { status: 403, headers: { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } },
  )

/** No path is exempt: Next gives several spellings the same pathname, and the chart's probes send our own Host. */
export const proxy = (request: NextRequest): NextResponse => {
  const refusal = refusalOf((name) => request.headers.get(name), ALLOWED_HOSTS)
  if (refusal) return refuse(refusal)

  const security = securityHeaders(crypto.randomUUID(), NODE_ENV === 'development')
  // Next reads the nonce for its own scripts from this request header.
  const headers = new Headers(request.headers)
  headers.set('Content-Security-Policy', security['Content-Security-Policy'] ?? '')
  const response = NextResponse.next({ request: { headers } })
  for (const [name, value] of Object.entries(security)) response.headers.set(name, value)
  return response
}
