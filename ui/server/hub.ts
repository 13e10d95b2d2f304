/** Tells every browser what changed: the view is made once for all, and only differences are sent. */
import { changesBetween } from '../model/changes.ts'
import type { ClusterView } from '../model/view.ts'

export interface Hub {
  /** Something changed; browsers hear of it within SETTLE_MS. */
  markChanged: () => void
  /** The view as browsers have it now. */
  view: () => ClusterView
  /** A stream of server-sent events that begins with a snapshot; undefined where there are too many already. */
  subscribe: (signal: AbortSignal) => ReadableStream<Uint8Array> | undefined
}

/** Changes come in bursts, for example all pods of a rollout. */
const SETTLE_MS = 200
/** Below the 30 s after which some proxies close a silent connection; the browser gives up after 40 s. */
const HEARTBEAT_MS = 15_000
/** A browser opens one for each tab; more than this is not a person. */
const MAX_STREAMS = 100
/** Messages that wait for a browser that does not read; then it is cut off, and starts anew with a snapshot. */
const MAX_WAITING = 200

const encoder = new TextEncoder()
const message = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

const HEARTBEAT = message('heartbeat', {})
const RETRY = encoder.encode('retry: 2000\n\n')

type Subscriber = { send: (bytes: Uint8Array) => void; end: () => void }

const openStream = (
  subscribers: Set<Subscriber>,
  first: () => Uint8Array,
  signal: AbortSignal,
): ReadableStream<Uint8Array> => {
  let leave = (): void => undefined
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const subscriber: Subscriber = {
          send: (bytes) => {
            if ((controller.desiredSize ?? 0) < 0) leave()
            else controller.enqueue(bytes)
          },
          end: () => leave(),
        }
        leave = () => {
          if (!subscribers.delete(subscriber)) return
          controller.close()
        }
        subscribers.add(subscriber)
        controller.enqueue(RETRY)
        controller.enqueue(first())
        signal.addEventListener('abort', leave, { once: true })
      },
      cancel: () => leave(),
    },
    { highWaterMark: MAX_WAITING },
  )
}

/** `currentView` is asked at most every SETTLE_MS. All streams end with `signal`. */
export const createHub = (currentView: () => ClusterView, signal: AbortSignal): Hub => {
  const subscribers = new Set<Subscriber>()
  let view = currentView()
  let pending: NodeJS.Timeout | undefined

  /** Encoded once for all that come between two changes. */
  let snapshot: { of: ClusterView; bytes: Uint8Array } | undefined
  const snapshotBytes = (): Uint8Array => {
    if (snapshot?.of !== view) snapshot = { of: view, bytes: message('snapshot', view) }
    return snapshot.bytes
  }

  const broadcast = (bytes: Uint8Array): void => {
    for (const subscriber of subscribers) subscriber.send(bytes)
  }
  const refresh = (): void => {
    clearTimeout(pending)
    pending = undefined
    const next = currentView()
    const changes = changesBetween(view, next)
    if (!changes) return
    view = next
    broadcast(message('changes', changes))
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
      subscribers.size < MAX_STREAMS && !signal.aborted ? openStream(subscribers, snapshotBytes, ended) : undefined,
  }
}
