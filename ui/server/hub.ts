/** Tells every browser what changed: the view is made once for all, and only differences are sent. */
import { changesBetween } from '../model/changes.ts'
import type { ClusterView } from '../model/view.ts'
import { createEventStreams, eventMessage } from './event-streams.ts'

export interface Hub {
  /** Something changed; browsers hear of it within SETTLE_MS. */
  markChanged: () => void
  /** The view as browsers have it now. */
  view: () => ClusterView
  /** A stream of server-sent events that begins with a snapshot, as soon as there is one; undefined where there are too many already. */
  subscribe: (signal: AbortSignal) => ReadableStream<Uint8Array> | undefined
}

/** Changes come in bursts, for example all pods of a rollout. */
const SETTLE_MS = 200
/** Below the 30 s after which some proxies close a silent connection; the browser gives up after 40 s. */
const HEARTBEAT_MS = 15_000
/**
 * After a start the first lists take a moment. For so long a stream begins without its snapshot, so that a browser that
 * comes back keeps its good view instead of an empty one; what is not read by then is shown as missing.
 */
const FIRST_LISTS_MS = 5_000
const HEARTBEAT = eventMessage('heartbeat', {})

/** The snapshot of a view, encoded once for all that come between two changes. */
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
    // The age of the last sign of life changes without an event.
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
