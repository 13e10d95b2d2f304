import type { KubeObject, Unknowns } from '../../api/kubernetes.ts'
import { KubeError } from '../http/error.ts'

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubeObject
}

const NEWLINE = 0x0a

/** Non-empty, complete lines of a byte stream. An unterminated last line was cut off and is dropped. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, onByte?: () => void): AsyncGenerator<string> {
  let pending: Uint8Array[] = []
  for await (const chunk of bytes) {
    onByte?.()
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end))
      const line = Buffer.concat(pending).toString('utf8')
      pending = []
      start = end + 1
      if (line.length > 0) yield line
    }
    if (start < chunk.length) pending.push(chunk.subarray(start))
  }
}

const parseEvent = (line: string): WatchEvent => {
  try {
    const event = JSON.parse(line) as WatchEvent
    if (typeof event.object.metadata === 'object' || event.type === 'ERROR') return event
  } catch {
    // reported below, as for an event without an object
  }
  // The message does not contain the line, which can be a Secret.
  throw new KubeError(`watch: a line of ${line.length} characters is not an event`, {
    status: 0,
    reason: 'MalformedResponse',
  })
}

const errorOfStatus = (status: Unknowns): KubeError =>
  new KubeError(`watch: ${String(status['message'] ?? 'error event')}`, {
    status: typeof status['code'] === 'number' ? status['code'] : 0,
    reason: String(status['reason'] ?? 'Unknown'),
  })

/**
 * The events of a watch; `onByte` is called for each received chunk. Throws KubeError for an ERROR event (410 if the
 * version has expired) and for malformed data.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>, onByte?: () => void): AsyncGenerator<WatchEvent> {
  for await (const line of readLines(bytes, onByte)) {
    const event = parseEvent(line)
    if (event.type === 'ERROR') throw errorOfStatus(event.object)
    yield event
  }
}
