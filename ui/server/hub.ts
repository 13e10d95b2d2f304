/** Tells every browser what changed: the view is made once for all, and only differences are sent. */
import { changesBetween } from '../model/changes.ts'
import type { ClusterView } from '../model/view.ts'

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
/** A browser opens one for each tab; more than this is not a person. */
const MAX_STREAMS = 100
/**
 * After a start the first lists take a moment. For so long a stream begins without its snapshot, so that a browser that
 * comes back keeps its good view instead of an empty one; what is not read by then is shown as missing.
 */
const FIRST_LISTS_MS = 5_000
/** Messages that wait for a browser that does not read; then it is cut off, and starts anew with a snapshot. */
const MAX_WAITING = 200

const encoder = new TextEncoder()
const message = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

const HEARTBEAT = message('heartbeat', {})
const RETRY = encoder.encode('retry: 2000\n\n')

type Subscriber = { send: (bytes: Uint8Array) => void; end: () => void }

/** `first`: what the stream begins with; nothing where that comes later. */
const openStream = (
  subscribers: Set<Subscriber>,
  first: Uint8Array | undefined,
  signal: AbortSignal,
): ReadableStream<Uint8Array> => {
  let leave = (): boolean => false
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const end = (): void => {
          if (leave()) controller.close()
        }
        const subscriber: Subscriber = {
          send: (bytes) => {
            if ((controller.desiredSize ?? 0) >= 0) return controller.enqueue(bytes)
            // Unlike a close, an error throws away what waits for a reader that does not come.
            if (leave()) controller.error(new Error('the browser does not read'))
          },
          end,
        }
        leave = () => {
          signal.removeEventListener('abort', end)
          return subscribers.delete(subscriber)
        }
        subscribers.add(subscriber)
        controller.enqueue(RETRY)
        if (first) controller.enqueue(first)
        signal.addEventListener('abort', end, { once: true })
        // Who went before the stream began is not told by an event any more.
        if (signal.aborted) end()
      },
      // The stream is closed already: all that is left is to forget it.
      cancel: () => void leave(),
    },
    { highWaterMark: MAX_WAITING },
  )
}

/** The snapshot of a view, encoded once for all that come between two changes. */
const createSnapshots = () => {
  let last: { view: ClusterView; bytes: Uint8Array } | undefined
  return (view: ClusterView): Uint8Array => {
    if (last?.view !== view) last = { view, bytes: message('snapshot', view) }
    return last.bytes
  }
}

/** `currentView` is asked at most every SETTLE_MS. All streams end with `signal`. */
export const createHub = (currentView: () => ClusterView, signal: AbortSignal, firstListsMs = FIRST_LISTS_MS): Hub => {
  const subscribers = new Set<Subscriber>()
  let view = currentView()
  let pending: NodeJS.Timeout | undefined
  const snapshotOf = createSnapshots()

  const broadcast = (bytes: Uint8Array): void => {
    for (const subscriber of subscribers) subscriber.send(bytes)
  }
  let isReady = view.status.missing.length === 0
  const makeReady = (): void => {
    clearTimeout(firstLists)
    if (isReady) return
    isReady = true
    broadcast(snapshotOf(view))
  }
  const firstLists = setTimeout(makeReady, firstListsMs).unref()

  const refresh = (): void => {
    clearTimeout(pending)
    pending = undefined
    const next = currentView()
    const changes = changesBetween(view, next)
    if (!changes) return
    view = next
    if (isReady) broadcast(message('changes', changes))
    else if (view.status.missing.length === 0) makeReady()
  }
  const markChanged = (): void => {
    pending ??= setTimeout(refresh, SETTLE_MS)
  }
  const beat = setInterval(() => {
    broadcast(HEARTBEAT)
    // The age of the last sign of life changes without an event.
    markChanged()
  }, HEARTBEAT_MS).unref()
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(beat)
      clearTimeout(firstLists)
      clearTimeout(pending)
      for (const subscriber of subscribers) subscriber.end()
    },
    { once: true },
  )
  return {
    markChanged,
    view: () => {
      if (pending) refresh()
      return view
    },
    subscribe: (ended) =>
      subscribers.size < MAX_STREAMS && !signal.aborted
        ? openStream(subscribers, isReady ? snapshotOf(view) : undefined, ended)
        : undefined,
  }
}
