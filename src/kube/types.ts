import type { JsonPatchOperation, KubeObject, Metadata } from '../api/kubernetes.ts'
import type { Reason } from '../api/reasons.ts'

/** A type of resource as the API server's paths name it. */
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
  /** Owner of the fields, one for each controller. */
  fieldManager: string
}

export interface PatchOptions extends WriteOptions {
  subresource?: 'status'
}

export interface ApplyOptions extends PatchOptions {
  /** Take fields over from another manager; the default, as for controllers that own what they write. */
  force?: boolean
}

/**
 * The API server, with objects as raw JSON. Every call throws KubeError for an answer that is not expected; `get` of
 * an object that is not there is `undefined`, `delete` of it is `false`. Every write is validated strictly: a field that
 * the server does not know is refused (400) instead of dropped in silence.
 */
export interface KubeClient {
  get: <T extends KubeObject>(ref: ObjectRef) => Promise<T | undefined>
  /** All items, read in pages of 500. */
  list: <T extends KubeObject>(type: ResourceType, options?: ListOptions) => Promise<T[]>
  create: <T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions) => Promise<T>
  /** Server-side apply: creates or changes the fields that `object` names. */
  apply: <T extends KubeObject>(type: ResourceType, object: T, options: ApplyOptions) => Promise<T>
  jsonPatch: <T extends KubeObject>(ref: ObjectRef, patch: JsonPatchOperation[], options: PatchOptions) => Promise<T>
  mergePatch: <T extends KubeObject>(ref: ObjectRef, patch: object, options: PatchOptions) => Promise<T>
  delete: (
    ref: ObjectRef,
    options?: { propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'; uid?: string },
  ) => Promise<boolean>
  /** A request to a path of the API server that no other method covers; the answer's JSON, or its text. */
  request: <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ) => Promise<T>
  /** The bytes of an answer that does not end, such as a watch; closed by `signal`. There is no time-out for silence. */
  stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
}

/** What a cache keeps of an object; the transform of an informer chooses it, to hold no more than decisions need. */
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
  /** What the cache keeps; the whole object where absent. */
  transform?: (object: KubeObject) => T
  /**
   * Called for every added, changed and removed object, after the cache has changed. Must only enqueue. `before` is what
   * the cache held of a changed object.
   */
  onChange?: (object: T, change: 'added' | 'changed' | 'removed', before?: T) => void
  signal: AbortSignal
  /** Told when a list or watch failed (and is tried again), or a transform or callback threw. */
  onError?: (error: unknown) => void
  /** Only for tests; the defaults are in informer.ts. */
  timing?: { backoffMs?: { min: number; max: number }; silenceLimitMs?: number }
}

/** What a reconcile returns: reconcile again after some milliseconds, or only when something changes. */
export type ReconcileResult = { againMs: number } | undefined

export interface WorkQueue {
  /** De-duplicated; a key that is being worked on is worked on once more afterwards. */
  add: (key: string, delayMs?: number) => void
}

/** Records an Event on an object; repeats within ten minutes only raise a counter. Never throws. */
export type RecordEvent = (
  object: { apiVersion: string; kind: string; metadata: Metadata & { name: string } },
  event: { type: 'Normal' | 'Warning'; reason: Reason; message: string },
) => void
