import type { KubeObject } from '../../api/kubernetes.ts'
import type { Cached, Informer, InformerOptions } from '../types.ts'

export interface ObjectCache<T extends Cached> extends Pick<Informer<T>, 'get' | 'list'> {
  /** Stores an object and reports the change; returns its key. */
  put: (object: KubeObject, source: 'list' | 'watch') => string
  remove: (object: KubeObject) => void
  /** Removes all objects whose key is not among these, and reports each. */
  keepOnly: (keys: ReadonlySet<string>) => void
}

const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name)

/** The objects of an informer, with their versions, so that a list reports what changed since the last one. */
export const createObjectCache = <T extends Cached>({
  transform,
  onChange,
  onError,
}: Pick<InformerOptions<T>, 'transform' | 'onChange' | 'onError'>): ObjectCache<T> => {
  const entries = new Map<string, { object: T; version: string | undefined }>()

  /** A transform or callback that throws must not end the watch, or the cache would go stale. */
  const guarded = <R>(work: () => R): R | undefined => {
    try {
      return work()
    } catch (error) {
      onError?.(error)
      return undefined
    }
  }

  const removeKey = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    guarded(() => onChange?.(entry.object, 'removed'))
  }

  return {
    put: (object, source) => {
      const key = keyOf(object.metadata.namespace, object.metadata.name)
      const version = object.metadata.resourceVersion
      const before = entries.get(key)
      // A list after a gap returns everything again; unchanged objects are neither stored nor reported.
      if (source === 'list' && before && before.version === version) return key
      const kept = guarded(() => (transform ? transform(object) : (object as unknown as T)))
      if (kept === undefined) return key
      entries.set(key, { object: kept, version })
      guarded(() => (before ? onChange?.(kept, 'changed', before.object) : onChange?.(kept, 'added')))
      return key
    },
    remove: ({ metadata }) => removeKey(keyOf(metadata.namespace, metadata.name)),
    keepOnly: (keys) => {
      for (const key of entries.keys()) if (!keys.has(key)) removeKey(key)
    },
    get: (namespace, name) => entries.get(keyOf(namespace, name))?.object,
    list: () => Array.from(entries.values(), ({ object }) => object),
  }
}
