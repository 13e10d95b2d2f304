import type { Backoff } from '../http/backoff.ts'
import { createBackoff, sleep } from '../http/backoff.ts'
import { createDeadline } from '../http/deadline.ts'
import { isGone } from '../http/error.ts'
import type { Page } from '../http/list-pages.ts'
import { readPages } from '../http/list-pages.ts'
import type { ObjectCache } from './object-cache.ts'
import { createObjectCache } from './object-cache.ts'
import { collectionPath, selectorQuery, withQuery } from '../http/paths.ts'
import { apiVersionOf } from '../resources.ts'
import type { Cached, Informer, InformerOptions } from '../types.ts'
import { readEvents } from './watch-stream.ts'

const BACKOFF = { min: 200, max: 30_000 }
/** The API server sends a bookmark about once a minute; after a little more than twice that the connection is dead. */
const SILENCE_LIMIT_MS = 150_000
/** A watch that lasted this long worked, so the backoff starts anew. */
const HEALTHY_MS = 5_000

/** Watches end at random times within five minutes, so that they do not all reconnect together. */
const watchSeconds = (): number => 300 + Math.floor(Math.random() * 300)

interface Progress {
  /** resourceVersion that the next watch starts from; undefined if a list is needed first. */
  version: string | undefined
  /** When the server started to respond to the watch, in milliseconds of the monotonic clock; undefined if it did not. */
  watchingSince: number | undefined
  lastByteAt: number
  synced: boolean
}

const keepTrying = async (
  listAndWatch: () => Promise<void>,
  backoff: Backoff,
  { signal, onError, progress }: Pick<InformerOptions<Cached>, 'signal' | 'onError'> & { progress: Progress },
): Promise<void> => {
  while (!signal.aborted) {
    progress.watchingSince = undefined
    let failed = false
    try {
      await listAndWatch()
    } catch (error) {
      if (signal.aborted) return
      failed = true
      onError?.(error)
      if (isGone(error)) progress.version = undefined
    }
    // Received events do not count: a proxy can end each watch after its first event.
    const worked = performance.now() - (progress.watchingSince ?? Infinity) > HEALTHY_MS
    if (worked) backoff.reset()
    // A watch that lasted normally ends at some time; no backoff is needed.
    if (failed || !worked) await sleep(backoff.next(), signal)
  }
}

/** Lists everything into the cache; returns the version that a watch continues from. */
const fill = async <T extends Cached>(
  cache: ObjectCache<T>,
  { client, type, signal, ...options }: InformerOptions<T>,
  progress: Progress,
): Promise<string> => {
  const apiVersion = apiVersionOf(type)
  let listed = new Set<string>()
  const onStart = (): void => {
    listed = new Set()
  }
  const version = await readPages(
    (path) => client.request<Page>('GET', path, undefined, signal),
    { type, options },
    {
      onStart,
      onPage: (items) => {
        signal.throwIfAborted()
        progress.lastByteAt = Date.now()
        // Items of a list lack apiVersion and kind, unlike objects of a watch.
        for (const item of items) listed.add(cache.put({ ...item, apiVersion, kind: type.kind }, 'list'))
      },
    },
  )
  cache.keepOnly(listed)
  return version
}

/** Follows a watch to its end; `progress` records how far it got, also when it throws. */
const follow = async <T extends Cached>(
  cache: ObjectCache<T>,
  { client, type, signal, timing, ...options }: InformerOptions<T>,
  progress: Progress,
): Promise<void> => {
  const path = withQuery(collectionPath(type, options.namespace), {
    ...selectorQuery(options),
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: progress.version,
    timeoutSeconds: watchSeconds(),
  })
  const limitMs = timing?.silenceLimitMs ?? SILENCE_LIMIT_MS
  // Closes a connection that died silently: a router dropped it, a machine is gone.
  using silence = createDeadline(limitMs, [signal], `no data for ${limitMs} ms`)
  const onByte = (): void => {
    silence.touch()
    progress.lastByteAt = Date.now()
  }
  const bytes = await client.stream(path, silence.signal)
  progress.watchingSince = performance.now()
  onByte()
  for await (const { type: change, object } of readEvents(bytes, onByte)) {
    if (change === 'DELETED') cache.remove(object)
    else if (change !== 'BOOKMARK') cache.put(object, 'watch')
    progress.version = object.metadata.resourceVersion ?? progress.version
  }
}

/**
 * A cache of all objects of a type (or of those that the selectors match), kept current by list and watch. It never
 * gives up: every failure is reported to `onError` and retried, from the last observed version if possible.
 */
export const createInformer = <T extends Cached>(options: InformerOptions<T>): Informer<T> => {
  const cache = createObjectCache(options)
  const progress: Progress = { version: undefined, watchingSince: undefined, lastByteAt: Date.now(), synced: false }
  const synced = Promise.withResolvers<void>()
  // Runs in the background.
  synced.promise.catch(() => undefined)

  const listAndWatch = async (): Promise<void> => {
    if (progress.version === undefined) {
      progress.version = await fill(cache, options, progress)
      progress.synced = true
      synced.resolve()
    }
    await follow(cache, options, progress)
  }
  const backoff = createBackoff(options.timing?.backoffMs ?? BACKOFF)
  void keepTrying(listAndWatch, backoff, { ...options, progress }).then(() => synced.reject(options.signal.reason))

  return {
    get: cache.get,
    list: cache.list,
    synced: synced.promise,
    isSynced: () => progress.synced,
    silenceMs: () => Date.now() - progress.lastByteAt,
  }
}
