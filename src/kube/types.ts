import type { JsonPatchOperation, KubeObject, Metadata } from '../api/kubernetes.ts'
import type { Reason } from '../api/reasons.ts'

/** A resource type, as named in the API server's paths. */
export interface ResourceType {
  /** '' for the core group. */
  group: string
  version: string
  plural: string
  kind: string
  namespaced: boolean
}

export interface ObjectRef {
  type: ResourceType
  namespace?: string | undefined
  name: string
}

export interface ListOptions {
  namespace?: string | undefined
  labelSelector?: string | undefined
  fieldSelector?: string | undefined
}

export interface WriteOptions {
  /** Field manager, one for each controller. */
  fieldManager: string
}

export interface CreateOptions extends WriteOptions {
  /** Whether the API server only answers what it would create, after all of admission. */
  isDryRun?: boolean
}

export interface PatchOptions extends WriteOptions {
  subresource?: 'status'
}

export interface ApplyOptions extends PatchOptions {
  /** Take over fields from other managers. Default: true, as for controllers that own what they write. */
  force?: boolean
}

/**
 * The API server, with objects as raw JSON. Every call throws KubeError for an unexpected response. If the object does
 * not exist, `get` returns `undefined` and `delete` returns `false`. Field validation of every write is strict: unknown
 * fields are rejected (400) instead of silently dropped.
 */
export interface KubeClient {
  get: <T extends KubeObject>(ref: ObjectRef) => Promise<T | undefined>
  create: <T extends KubeObject>(type: ResourceType, object: T, options: CreateOptions) => Promise<T>
  /** Server-side apply: creates or changes the fields that `object` names. */
  apply: <T extends KubeObject>(type: ResourceType, object: T, options: ApplyOptions) => Promise<T>
  jsonPatch: <T extends KubeObject>(ref: ObjectRef, patch: JsonPatchOperation[], options: PatchOptions) => Promise<T>
  mergePatch: <T extends KubeObject>(ref: ObjectRef, patch: object, options: PatchOptions) => Promise<T>
  delete: (
    ref: ObjectRef,
    options?: { propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'; uid?: string },
  ) => Promise<boolean>
  /** A request to a path of the API server that no other method covers; returns the response's JSON or text. */
  request: <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ) => Promise<T>
  /** The bytes of a streaming response, such as a watch; closed by `signal`. There is no idle time-out. */
  stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
}

/** The part of an object that a cache keeps, chosen by the informer's transform: only what decisions need. */
export interface Cached {
  metadata: Metadata & { name: string }
}

export interface Informer<T extends Cached> {
  /** The cached object, or undefined. */
  get: (namespace: string | undefined, name: string) => T | undefined
  list: () => T[]
  /** Settles after the first full list; never rejects before the abort signal. */
  synced: Promise<void>
  isSynced: () => boolean
  /** Milliseconds since the last byte of the watch, for a gauge. */
  silenceMs: () => number
}

export interface InformerOptions<T extends Cached> extends ListOptions {
  client: KubeClient
  type: ResourceType
  /** Selects what the cache keeps. Default: the whole object. */
  transform?: (object: KubeObject) => T
  /**
   * Called for every added, changed and removed object, after the cache was updated. Must only enqueue. `before` is the
   * previously cached version of a changed object.
   */
  onChange?: (object: T, change: 'added' | 'changed' | 'removed', before?: T) => void
  signal: AbortSignal
  /** Called when a list or watch failed (and is retried), or a transform or callback threw. */
  onError?: (error: unknown) => void
  /** Only for tests; the defaults are in informer.ts. */
  timing?: { backoffMs?: BackoffLimits; silenceLimitMs?: number }
}

/** Minimum and maximum of a delay between retries, in milliseconds. */
export interface BackoffLimits {
  min: number
  max: number
}

/** What a reconcile returns: reconcile again after some milliseconds, or only when something changes. */
export type ReconcileResult = { againMs: number } | undefined

export interface WorkQueue {
  /** De-duplicated; a key that is added while it is processed is processed once more afterwards. */
  add: (key: string, delayMs?: number) => void
}

/** Records an Event on an object; repeats within ten minutes only increase its count. Never throws. */
export type RecordEvent = (
  object: { apiVersion: string; kind: string; metadata: Metadata & { name: string } },
  event: { type: 'Normal' | 'Warning'; reason: Reason; message: string },
) => void
