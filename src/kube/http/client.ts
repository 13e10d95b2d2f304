import type { KubeConfig } from '@kubernetes/client-node'
import type { KubeObject } from '../../api/kubernetes.ts'
import type { Call } from './connection.ts'
import { createConnection } from './connection.ts'
import type { Credentials } from './credentials.ts'
import { defaultCredentials, kubeConfigCredentials } from './credentials.ts'
import { isConflict, isNotFound } from './error.ts'
import { collectionPath, objectPath, withQuery } from './paths.ts'
import { apiVersionOf } from '../resources.ts'
import type {
  ApplyOptions,
  CreateOptions,
  KubeClient,
  ObjectRef,
  PatchOptions,
  ResourceType,
  WriteOptions,
} from '../types.ts'
import { reportOnce } from './warnings.ts'

const APPLY = 'application/apply-patch+yaml'
const JSON_PATCH = 'application/json-patch+json'
const MERGE_PATCH = 'application/merge-patch+json'

export interface KubeClientOptions {
  /** Default: a kubeconfig found by kubectl's rules, or else the service account of the pod. */
  kubeConfig?: KubeConfig
  credentials?: Credentials
  /** Cancels every call. Not to be aborted at shutdown while a Lease has to be released. */
  signal?: AbortSignal
  /** Called for warnings of the API server about writes, once for each distinct text. */
  onWarning?: (text: string) => void
}

/** Items of a list lack apiVersion and kind, and so may objects created from them; a write requires both. */
const withType = <T extends KubeObject>(type: ResourceType, object: T): T => ({
  ...object,
  apiVersion: apiVersionOf(type),
  kind: type.kind,
})

const writeQuery = ({ fieldManager }: WriteOptions) => ({ fieldManager, fieldValidation: 'Strict' })

const createCall = (type: ResourceType, object: KubeObject, options: CreateOptions): Call => ({
  method: 'POST',
  path: withQuery(collectionPath(type, object.metadata.namespace), {
    ...writeQuery(options),
    dryRun: options.isDryRun ? 'All' : undefined,
  }),
  body: withType(type, object),
  idempotent: false,
})

const applyCall = (type: ResourceType, object: KubeObject, options: ApplyOptions): Call => {
  const { name, namespace } = object.metadata
  const { force = true, subresource } = options
  return {
    method: 'PATCH',
    path: withQuery(objectPath({ type, namespace, name }, subresource), { ...writeQuery(options), force }),
    body: withType(type, object),
    contentType: APPLY,
    idempotent: true,
  }
}

const patchCall = (ref: ObjectRef, body: unknown, options: PatchOptions): Omit<Call, 'idempotent'> => ({
  method: 'PATCH',
  path: withQuery(objectPath(ref, options.subresource), writeQuery(options)),
  body,
})

const undefinedWhereNotFound = async <T>(result: Promise<T>): Promise<T | undefined> => {
  try {
    return await result
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

type Send = <T>(call: Call) => Promise<T>

const deleteObject = async (
  send: Send,
  ref: ObjectRef,
  options: Parameters<KubeClient['delete']>[1] = {},
): Promise<boolean> => {
  const { propagationPolicy = 'Background', uid } = options
  const body = { propagationPolicy, ...(uid ? { preconditions: { uid } } : {}) }
  try {
    await send({ method: 'DELETE', path: objectPath(ref), body, idempotent: true })
    return true
  } catch (error) {
    // With a uid, a conflict means that another object has this name now.
    if (isNotFound(error) || (uid && isConflict(error))) return false
    throw error
  }
}

export const createKubeClient = (options: KubeClientOptions = {}): KubeClient => {
  const credentials =
    options.credentials ?? (options.kubeConfig ? kubeConfigCredentials(options.kubeConfig) : defaultCredentials())
  const connection = createConnection(credentials, {
    signal: options.signal ?? new AbortController().signal,
    onWarning: reportOnce(options.onWarning),
  })
  const send = <T>(call: Call): Promise<T> => connection.send(call) as Promise<T>
  return {
    get: (ref) => undefinedWhereNotFound(send({ method: 'GET', path: objectPath(ref), idempotent: true })),
    create: (type, object, writeOptions) => send(createCall(type, object, writeOptions)),
    apply: (type, object, applyOptions) => send(applyCall(type, object, applyOptions)),
    // Not retried: an `add` to the end of an array would be applied twice.
    jsonPatch: (ref, patch, patchOptions) =>
      send({ ...patchCall(ref, patch, patchOptions), contentType: JSON_PATCH, idempotent: false }),
    mergePatch: (ref, patch, patchOptions) =>
      send({ ...patchCall(ref, patch, patchOptions), contentType: MERGE_PATCH, idempotent: true }),
    delete: (ref, deleteOptions) => deleteObject(send, ref, deleteOptions),
    request: (method, path, body, signal) =>
      send({
        method,
        path,
        body,
        signal,
        idempotent: method === 'GET',
        ...(method === 'PATCH' ? { contentType: MERGE_PATCH } : {}),
      }),
    stream: (path, signal) => connection.stream(path, signal),
  }
}
