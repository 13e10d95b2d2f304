import { readReceived, receivedBytes } from './backend.ts'
import type { Kubectl } from './kubectl.ts'
import type { Span } from './spans.ts'
import { parseSpans } from './spans.ts'

/** Collects the spans that the backend receives from now on, or all since its start; the function returns those so far. */
export const watchSpans = async (kubectl: Kubectl, from: 'now' | 'start' = 'now'): Promise<() => Promise<Span[]>> => {
  const spans: Span[] = []
  let offset = from === 'now' ? await receivedBytes(kubectl) : 0
  // The exporter may be in the middle of a line, which would not be valid JSON: start at the beginning of one.
  let isAtLineStart = offset === 0
  return async () => {
    const received = await readReceived(kubectl, offset)
    offset = received.offset
    const lines = isAtLineStart ? received.lines : received.lines.slice(1)
    isAtLineStart ||= received.lines.length > 0
    spans.push(...parseSpans(lines))
    return spans
  }
}
