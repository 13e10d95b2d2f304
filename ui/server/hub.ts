/** Sends changes to every browser: the view is built once for all, and only differences are sent. */
import { changesBetween } from '../model/changes.ts'
import type { ClusterView } from '../../src/view/view.ts'
import { createEventStreams, eventMessage } from './event-streams.ts'

export interface Hub {
  /** Marks the view as changed; browsers are updated within SETTLE_MS. */
  markChanged: () => void
  /** The current view. */
  view: () => ClusterView
  /** Opens a stream of server-sent events that begins with a snapshot once there is one; undefined at the maximum. */
  subscribe: (signal: AbortSignal) => ReadableStream<Uint8Array> | undefined
}

/** Changes come in bursts, for example all pods of a rollout. */
const SETTLE_MS = 200
/** Below the 30 s after which some proxies close a silent connection; the browser gives up after 40 s. */
const HEARTBEAT_MS = 15_000
/**
 * Maximum wait for the first lists after a start. Until then a stream begins without its snapshot, so that a browser that
 * reconnects keeps its view instead of an empty one; kinds not received by then are shown as missing.
 */
const FIRST_LISTS_MS = 5_000
const HEARTBEAT = eventMessage('heartbeat', {})

/** Encodes the snapshot of a view once for all browsers that connect between two changes. */
const createSnapshots = () => {
  let last: { view: ClusterView; bytes: Uint8Array } | undefined
  return (view: ClusterView): Uint8Array => {
    if (last?.view !== view) last = { view, bytes: eventMessage('snapshot', view) }
    return last.bytes
  }
}

/** `currentView` is called at most every SETTLE_MS. All streams end with `signal`. */
export const createHub = (currentView: () => ClusterView, signal: AbortSignal, firstListsMs = FIRST_LISTS_MS): Hub => {
  const streams = createEventStreams()
  let view = currentView()
  let pending: NodeJS.Timeout | undefined
  const snapshotOf = createSnapshots()

  let isReady = view.status.missing.length === 0
  const makeReady = (): void => {
    if (isReady) return
    isReady = true
    streams.broadcast(snapshotOf(view))
  }
  const firstLists = setTimeout(makeReady, firstListsMs).unref()

  const refresh = (): void => {
    clearTimeout(pending)
    pending = undefined
    const next = currentView()
    const changes = changesBetween(view, next)
    if (!changes) return
    view = next
    if (isReady) streams.broadcast(eventMessage('changes', changes))
    else if (view.status.missing.length === 0) makeReady()
  }
  const markChanged = (): void => {
    pending ??= setTimeout(refresh, SETTLE_MS)
  }
  const beat = setInterval(() => {
    streams.broadcast(HEARTBEAT)
    // The time since the last event changes without an event.
    markChanged()
  }, HEARTBEAT_MS).unref()
  const stop = (): void => {
    clearInterval(beat)
    clearTimeout(firstLists)
    clearTimeout(pending)
    streams.end()
  }
  signal.addEventListener('abort', stop, { once: true })
  return {
    markChanged,
    view: () => {
      if (pending) refresh()
      return view
    },
    subscribe: (ended) => (signal.aborted ? undefined : streams.open(isReady ? snapshotOf(view) : undefined, ended)),
  }
}
