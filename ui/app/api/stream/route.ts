/** The stream of a browser: a snapshot of the view, then changes to it. */
import { problemResponse } from '../../../server/respond.ts'
import { ui } from '../../../server/ui.ts'

export const dynamic = 'force-dynamic'

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Some proxies would hold events back until a buffer is full.
  'X-Accel-Buffering': 'no',
}

export const GET = (request: Request): Response => {
  const stream = ui().hub.subscribe(request.signal)
  if (stream) return new Response(stream, { headers: HEADERS })
  return problemResponse({
    status: 503,
    code: 'TooManyStreams',
    message: 'Too many pages of the UI are open.',
    remedy: 'Close some tabs, then reload the page.',
  })
}
