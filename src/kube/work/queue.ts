/** The work queue of a controller. A key is never processed concurrently with itself. */
export interface KeyQueue {
  /** Adds a key after `delayMs`. The earliest of several delays of a key applies. */
  add: (key: string, delayMs?: number) => void
  /** Returns the next key, which is in progress until `done`; undefined when the queue is closed. */
  take: () => Promise<string | undefined>
  /** Marks a key as processed; if it was added meanwhile, it waits again. */
  done: (key: string) => void
  /** Stops handing out keys. */
  close: () => void
  /** Number of keys ready to be processed. */
  depth: () => number
}

/** Longer timers overflow in Node.js and fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** One timer for each key; the earlier of two applies. */
const createDelays = (onDue: (key: string) => void, now: () => number) => {
  const delays = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  return {
    add: (key: string, delayMs: number): void => {
      const wait = Math.min(delayMs, MAX_TIMER_MS)
      const at = now() + wait
      const before = delays.get(key)
      if (before && before.at <= at) return
      clearTimeout(before?.timer)
      const timer = setTimeout(() => {
        delays.delete(key)
        onDue(key)
      }, wait)
      delays.set(key, { at, timer })
    },
    clear: (): void => {
      for (const { timer } of delays.values()) clearTimeout(timer)
      delays.clear()
    },
  }
}

export const createKeyQueue = (now: () => number = Date.now): KeyQueue => {
  const ready = new Set<string>()
  const working = new Set<string>()
  const dirty = new Set<string>()
  const takers: ((key: string | undefined) => void)[] = []
  let closed = false

  const serve = (): void => {
    for (const key of ready) {
      const taker = takers.shift()
      if (!taker) return
      ready.delete(key)
      working.add(key)
      taker(key)
    }
  }

  const addNow = (key: string): void => {
    if (working.has(key)) dirty.add(key)
    else ready.add(key)
    serve()
  }

  const delays = createDelays(addNow, now)

  return {
    add: (key, delayMs = 0) => {
      if (closed) return
      if (delayMs > 0) delays.add(key, delayMs)
      else addNow(key)
    },
    take: () =>
      new Promise((resolve) => {
        if (closed) return resolve(undefined)
        takers.push(resolve)
        serve()
      }),
    done: (key) => {
      working.delete(key)
      if (dirty.delete(key) && !closed) addNow(key)
    },
    close: () => {
      closed = true
      delays.clear()
      for (const taker of takers.splice(0)) taker(undefined)
    },
    depth: () => ready.size,
  }
}
