/** Server-sent events for many browsers, each of which may read slowly, disconnect, or not read at all. */

interface Subscriber {
  send: (bytes: Uint8Array) => void
  end: () => void
}

export interface EventStreams {
  /** Opens a stream until `signal` aborts; returns undefined at the maximum number of streams. */
  open: (first: Uint8Array | undefined, signal: AbortSignal) => ReadableStream<Uint8Array> | undefined
  broadcast: (bytes: Uint8Array) => void
  /** Ends all open streams. */
  end: () => void
}

/** Maximum number of streams. A browser opens one for each visible tab; more are no human users. */
const MAX_STREAMS = 100
/** Maximum number of messages queued for a slow browser; then it is disconnected, and reconnects with a snapshot. */
const MAX_WAITING = 200

const encoder = new TextEncoder()
const RETRY = encoder.encode('retry: 2000\n\n')

export const eventMessage = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

/** Subscribes a stream until `signal` aborts. `first`: its initial message, if that is available. */
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
            // Unlike a close, an error discards what is queued for a reader that does not read.
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
        // An already aborted signal fires no event.
        if (signal.aborted) end()
      },
      // The stream is already closed; only the subscription is left to remove.
      cancel: () => void leave(),
    },
    { highWaterMark: MAX_WAITING },
  )
}

export const createEventStreams = (): EventStreams => {
  const subscribers = new Set<Subscriber>()
  return {
    open: (first, signal) => (subscribers.size < MAX_STREAMS ? openStream(subscribers, first, signal) : undefined),
    broadcast: (bytes) => {
      for (const subscriber of subscribers) subscriber.send(bytes)
    },
    end: () => {
      for (const subscriber of subscribers) subscriber.end()
    },
  }
}
