/** Server-sent events to many browsers, each of which may read slowly, leave, or not read at all. */

interface Subscriber {
  send: (bytes: Uint8Array) => void
  end: () => void
}

export interface EventStreams {
  /** A stream that lasts until `signal`; undefined where there are too many already. */
  open: (first: Uint8Array | undefined, signal: AbortSignal) => ReadableStream<Uint8Array> | undefined
  broadcast: (bytes: Uint8Array) => void
  /** Ends all that are open. */
  end: () => void
}

/** A browser opens one for each tab; more than this is not a person. */
const MAX_STREAMS = 100
/** Messages that wait for a browser that does not read; then it is cut off, and starts anew with a snapshot. */
const MAX_WAITING = 200

const encoder = new TextEncoder()
const RETRY = encoder.encode('retry: 2000\n\n')

export const eventMessage = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

/** Joins `subscribers` until `signal`. `first`: what the stream begins with; nothing where that comes later. */
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
        // An already aborted signal fires no event.
        if (signal.aborted) end()
      },
      // The stream is closed already: all that is left is to forget it.
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
