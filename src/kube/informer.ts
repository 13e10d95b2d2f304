import type { KubeObject } from '../api/kubernetes.ts'
import { createBackoff, pause } from './backoff.ts'
import type { Page } from './client.ts'
import { readPages } from './client.ts'
import { isGone } from './error.ts'
import { collectionPath, selectorQuery, withQuery } from './paths.ts'
import { apiVersionOf } from './resources.ts'
import type { Cached, Informer, InformerOptions } from './types.ts'
import { readEvents } from './watch-stream.ts'

const BACKOFF = { min: 200, max: 30_000 }
/** The API server sends a bookmark about once a minute; after twice that and a little the connection counts as dead. */
const SILENCE_LIMIT_MS = 150_000
/** A watch that lived this long worked, so the next failure begins with the shortest wait. */
const HEALTHY_MS = 5_000

/** Ends of watches are spread over five minutes, so that all watches do not come again together. */
const watchSeconds = (): number => 300 + Math.floor(Math.random() * 300)

/**
 * A cache of all objects of a type (or of what the selectors choose), kept current by list and watch. It never gives
 * up: every failure is told to `onError` and tried again, from the last version that was seen where that is possible.
 */
export const createInformer = <T extends Cached>(options: InformerOptions<T>): Informer<T> => {
  const { type, client, signal } = options
  const store = createStore(options)
  const synced = Promise.withResolvers<void>()
  synced.promise.catch(() => undefined)
  let isSynced = false
  let lastByteAt = Date.now()

  const list = async (): Promise<string> => {
    let seen = new Set<string>()
    const version = await readPages(
      (path) => client.request<Page>('GET', path),
      { type, options },
      {
        onStart: () => {
          seen = new Set()
        },
        onPage: (items) => {
          signal.throwIfAborted()
          lastByteAt = Date.now()
          for (const item of items) seen.add(store.put(withType(item), 'list'))
        },
      },
    )
    store.keepOnly(seen)
    isSynced = true
    synced.resolve()
    return version
  }

  const withType = (item: KubeObject): KubeObject => {
    item.apiVersion ??= apiVersionOf(type)
    item.kind ??= type.kind
    return item
  }

  /** Follows a watch to its end; `onVersion` is told how far it came. */
  const watch = async (version: string, onVersion: (version: string) => void): Promise<void> => {
    const path = withQuery(collectionPath(type, options.namespace), {
      ...selectorQuery(options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      timeoutSeconds: watchSeconds(),
    })
    const guard = createSilenceGuard(options.timing?.silenceLimitMs ?? SILENCE_LIMIT_MS, signal)
    try {
      const bytes = await client.stream(path, guard.signal)
      const onByte = (): void => {
        guard.touch()
        lastByteAt = Date.now()
      }
      onByte()
      for await (const event of readEvents(tap(bytes, onByte))) {
        if (event.type === 'DELETED') store.remove(event.object)
        else if (event.type !== 'BOOKMARK') store.put(event.object, 'watch')
        if (event.object.metadata.resourceVersion) onVersion(event.object.metadata.resourceVersion)
      }
    } finally {
      guard.stop()
    }
  }

  const run = async (): Promise<void> => {
    const backoff = createBackoff(options.timing?.backoffMs ?? BACKOFF)
    let version: string | undefined
    while (!signal.aborted) {
      const startedAt = Date.now()
      let progressed = false
      try {
        version ??= await list()
        await watch(version, (seen) => {
          version = seen
          progressed = true
        })
      } catch (error) {
        if (signal.aborted) break
        if (isGone(error)) version = undefined
        options.onError?.(error)
      }
      // A clean close after a healthy watch is the normal case and needs no wait.
      if (progressed || Date.now() - startedAt > HEALTHY_MS) backoff.reset()
      else await pause(backoff.next(), signal)
    }
    synced.reject(signal.reason)
  }
  void run()

  return {
    get: store.get,
    list: store.list,
    synced: synced.promise,
    isSynced: () => isSynced,
    silenceMs: () => Date.now() - lastByteAt,
  }
}

async function* tap(bytes: AsyncIterable<Uint8Array>, onByte: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onByte()
    yield chunk
  }
}

/** A signal that is aborted when `touch` was not called for `limitMs`, or when `parent` is. */
const createSilenceGuard = (limitMs: number, parent: AbortSignal) => {
  const controller = new AbortController()
  const onParent = (): void => controller.abort(parent.reason)
  const timer = setTimeout(() => controller.abort(new Error(`no byte for ${limitMs} ms`)), limitMs)
  parent.addEventListener('abort', onParent, { once: true })
  if (parent.aborted) onParent()
  return {
    signal: controller.signal,
    touch: () => void timer.refresh(),
    stop: () => {
      clearTimeout(timer)
      parent.removeEventListener('abort', onParent)
    },
  }
}

const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name)

/** What is cached, with the version of each object, so that a list tells what changed since. */
const createStore = <T extends Cached>({ transform, onChange, onError }: InformerOptions<T>) => {
  const entries = new Map<string, { object: T; version: string | undefined }>()

  const guarded = <R>(work: () => R): R | undefined => {
    try {
      return work()
    } catch (error) {
      onError?.(error)
      return undefined
    }
  }

  const put = (object: KubeObject, source: 'list' | 'watch'): string => {
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    const version = object.metadata.resourceVersion
    const before = entries.get(key)
    // A list after a gap brings everything again; what has not changed is neither stored nor told.
    if (source === 'list' && before && before.version === version) return key
    const kept = guarded(() => (transform ? transform(object) : (object as unknown as T)))
    if (kept === undefined) return key
    entries.set(key, { object: kept, version })
    guarded(() => onChange?.(kept, before ? 'changed' : 'added'))
    return key
  }

  const removeKey = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    guarded(() => onChange?.(entry.object, 'removed'))
  }

  return {
    put,
    remove: (object: KubeObject) => removeKey(keyOf(object.metadata.namespace, object.metadata.name)),
    keepOnly: (keys: Set<string>) => {
      for (const key of [...entries.keys()]) if (!keys.has(key)) removeKey(key)
    },
    get: (namespace: string | undefined, name: string) => entries.get(keyOf(namespace, name))?.object,
    list: () => Array.from(entries.values(), ({ object }) => object),
  }
}
