/** The objects of fake-api-server.ts with their versions and history; no HTTP. */
import { randomUUID } from 'node:crypto'
import jsonPatch from 'fast-json-patch'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { isFields } from '../../../src/api/types/fields.ts'
import { mergePatched } from './merge-patch.ts'

/** What a path names: `collection` is `apis/apps/v1/deployments`. */
export interface Route {
  collection: string
  namespace?: string | undefined
  name?: string | undefined
  subresource?: string | undefined
}

export interface StoredEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  collection: string
  object: KubeObject
  version: number
}

export class StatusError extends Error {
  status: number
  reason: string
  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

/** `a=b`, `a!=b`, `a`, `!a`, joined by commas. */
const selects = (selector: string | null, valueOf: (key: string) => unknown): boolean =>
  (selector ?? '')
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, key = '', operator, value] = /^(!?[^=!]+)(!=|==?)?(.*)$/.exec(term) ?? []
      if (operator === '!=') return valueOf(key) !== value
      if (operator) return valueOf(key) === value
      return key.startsWith('!') ? valueOf(key.slice(1)) === undefined : valueOf(key) !== undefined
    })

const fieldOf = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), object)

/** A failed `test` returns 422, as on a real API server. */
const jsonPatched = (before: unknown, patch: unknown): unknown => {
  try {
    return jsonPatch.applyPatch(structuredClone(before), patch as Parameters<typeof jsonPatch.applyPatch>[1])
      .newDocument
  } catch (error) {
    throw new StatusError(422, 'Invalid', String(error))
  }
}

export const createFakeStore = () => {
  const collections = new Map<string, Map<string, KubeObject>>()
  const listeners: ((event: StoredEvent) => void)[] = []
  let history: StoredEvent[] = []
  let version = 100
  let compactedAt = 0

  const objectsOf = (collection: string): Map<string, KubeObject> => {
    const objects = collections.get(collection) ?? new Map<string, KubeObject>()
    collections.set(collection, objects)
    return objects
  }
  const keyOf = ({ namespace, name }: Route): string => (namespace ? `${namespace}/${name}` : String(name))

  const record = (type: StoredEvent['type'], collection: string, object: KubeObject): void => {
    const event = { type, collection, object, version }
    history.push(event)
    for (const listener of listeners) listener(event)
  }

  const store = (route: Route, object: KubeObject, before: KubeObject | undefined): KubeObject => {
    version += 1
    const stored: KubeObject = structuredClone(object)
    const specChanged = before && JSON.stringify(before['spec']) !== JSON.stringify(stored['spec'])
    stored.metadata = {
      ...stored.metadata,
      uid: before?.metadata.uid ?? randomUUID(),
      creationTimestamp: before?.metadata.creationTimestamp ?? '2026-01-01T00:00:00Z',
      generation: (before?.metadata.generation ?? 1) + (specChanged ? 1 : 0),
      resourceVersion: String(version),
    }
    objectsOf(route.collection).set(keyOf(route), stored)
    record(before ? 'MODIFIED' : 'ADDED', route.collection, stored)
    return stored
  }

  const find = (route: Route): KubeObject | undefined => objectsOf(route.collection).get(keyOf(route))
  const get = (route: Route): KubeObject => {
    const object = find(route)
    if (!object) throw new StatusError(404, 'NotFound', `${route.collection} "${route.name}" not found`)
    return object
  }

  /** With a subresource only `status` changes; without one it is kept. */
  const withSubresource = (route: Route, before: KubeObject | undefined, next: KubeObject): KubeObject => {
    if (!before) return next
    const status = route.subresource === 'status' ? next['status'] : before['status']
    const base = route.subresource === 'status' ? before : next
    const { status: _dropped, ...rest } = base
    return { ...rest, ...(status === undefined ? {} : { status }) }
  }

  const checkVersion = (before: KubeObject, next: KubeObject): void => {
    const expected = next.metadata.resourceVersion
    if (expected !== undefined && expected !== before.metadata.resourceVersion) {
      throw new StatusError(409, 'Conflict', `the object has been modified: ${next.metadata.name}`)
    }
  }

  const expired = (): StatusError => new StatusError(410, 'Expired', 'too old resource version')

  const matches = (object: KubeObject, collection: string, route: Route, query: URLSearchParams): boolean =>
    collection === route.collection &&
    (route.namespace === undefined || object.metadata.namespace === route.namespace) &&
    selects(query.get('labelSelector'), (key) => object.metadata.labels?.[key]) &&
    selects(query.get('fieldSelector'), (key) => fieldOf(object, key))

  return {
    matches,
    get,
    onEvent: (listener: (event: StoredEvent) => void) => void listeners.push(listener),
    version: () => String(version),
    compact: () => {
      version += 1
      compactedAt = version
      history = []
    },
    eventsSince: (since: string): StoredEvent[] => {
      if (Number(since) < compactedAt) throw expired()
      return history.filter((event) => event.version > Number(since))
    },

    /** One page of a list; the continue token is `<version>:<offset>`, of an unchanged list. */
    page: (route: Route, query: URLSearchParams) => {
      const [at = String(version), offset = '0'] = query.get('continue')?.split(':') ?? []
      if (Number(at) < compactedAt) throw expired()
      const all = [...objectsOf(route.collection).values()].filter((object) =>
        matches(object, route.collection, route, query),
      )
      const limit = Number(query.get('limit') ?? all.length)
      const end = Number(offset) + limit
      const items = all.slice(Number(offset), end).map(({ apiVersion: _a, kind: _k, ...item }) => item)
      const more = end < all.length ? { continue: `${at}:${end}` } : {}
      return { kind: `${all[0]?.kind ?? ''}List`, apiVersion: 'v1', metadata: { resourceVersion: at, ...more }, items }
    },

    create: (route: Route, object: KubeObject, isDryRun = false): KubeObject => {
      const named = { ...route, name: object.metadata.name }
      if (find(named)) throw new StatusError(409, 'AlreadyExists', `"${named.name}" already exists`)
      return isDryRun ? object : store(named, object, undefined)
    },

    replace: (route: Route, object: KubeObject): KubeObject => {
      const before = get(route)
      checkVersion(before, object)
      return store(route, withSubresource(route, before, object), before)
    },

    patch: (route: Route, contentType: string, patch: unknown): KubeObject => {
      const isApply = contentType.includes('apply-patch')
      const before = isApply ? find(route) : get(route)
      const next = contentType.includes('json-patch') ? jsonPatched(before, patch) : mergePatched(before ?? {}, patch)
      if (before && isFields(patch) && isFields(patch['metadata'])) checkVersion(before, patch as unknown as KubeObject)
      const result = withSubresource(route, before, next as KubeObject)
      // A write without changes creates no new version, as on a real API server.
      if (before && JSON.stringify(before) === JSON.stringify(result)) return before
      return store(route, result, before)
    },

    remove: (route: Route, options?: unknown): KubeObject => {
      const object = get(route)
      const uid = fieldOf(options, 'preconditions.uid')
      if (uid !== undefined && uid !== object.metadata.uid) throw new StatusError(409, 'Conflict', 'the UID differs')
      version += 1
      objectsOf(route.collection).delete(keyOf(route))
      const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
      record('DELETED', route.collection, last)
      return last
    },
  }
}

export type FakeStore = ReturnType<typeof createFakeStore>
