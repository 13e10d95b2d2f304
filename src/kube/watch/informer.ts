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
/** The API server sends a bookmark about once a minute; after twice that and a little the connection counts as dead. */
const SILENCE_LIMIT_MS = 150_000
/** A watch that lived this long worked, so the next failure begins with the shortest wait. */
const HEALTHY_MS = 5_000

/** Ends of watches are spread over five minutes, so that all watches do not come again together. */
const watchSeconds = (): number => 300 + Math.floor(Math.random() * 300)

interface Progress {
  /** Where the next watch begins; undefined where a list is needed first. */
  version: string | undefined
  /** When the server began to answer the watch, in milliseconds of the monotonic clock; undefined where it did not. */
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
    // Not whether it brought something: a proxy can end each watch after its first event.
    const worked = performance.now() - (progress.watchingSince ?? Infinity) > HEALTHY_MS
    if (worked) backoff.reset()
    // The end of a watch that lived is the normal case and needs no wait.
    if (failed || !worked) await sleep(backoff.next(), signal)
  }
}

/** Lists everything into the cache; answers the version that a watch continues from. */
const fill = async <T extends Cached>(
  cache: ObjectCache<T>,
  { client, type, signal, ...options }: InformerOptions<T>,
  progress: Progress,
): Promise<string> => {
  const apiVersion = apiVersionOf(type)
  let seen = new Set<string>()
  const onStart = (): void => {
    seen = new Set()
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
        for (const item of items) seen.add(cache.put({ ...item, apiVersion, kind: type.kind }, 'list'))
      },
    },
  )
  cache.keepOnly(seen)
  return version
}

/** Follows a watch to its end; `progress` tells how far it came, also when it throws. */
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
  // Ends a connection that is dead without a word: a router that forgot it, a machine that is gone.
  using silence = createDeadline(limitMs, [signal], `no byte for ${limitMs} ms`)
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
 * A cache of all objects of a type (or of what the selectors choose), kept current by list and watch. It never gives
 * up: every failure is told to `onError` and tried again, from the last version that was seen where that is possible.
 */
export const createInformer = <T extends Cached>(options: InformerOptions<T>): Informer<T> => {
  const cache = createObjectCache(options)
  const progress: Progress = { version: undefined, watchingSince: undefined, lastByteAt: Date.now(), synced: false }
  const synced = Promise.withResolvers<void>()
  // Nobody has to wait for it.
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
