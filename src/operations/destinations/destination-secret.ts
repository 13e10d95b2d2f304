/** Writes the Secret of a Destination. The responses of the API server are dropped here, because they contain its values. */
import type { JsonPatchOperation, KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP_VERSION, MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { isConflict, isInvalid, isNotFound, KubeError } from '../../kube/http/error.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { ObjectRef } from '../../kube/types.ts'
import type { Writer } from '../instrument.ts'
import { secretName } from '../../view/destination-type.ts'

/** Where Destinations and their Secrets are kept. */
export interface DestinationStore extends Writer {
  /** Namespace of Odigos itself. */
  namespace: string
}

/** Values to set in a Secret, and keys to remove from it. */
export interface SecretChange {
  secrets: Record<string, string>
  cleared: readonly string[]
}

const refOf = (namespace: string, owner: string): ObjectRef => ({
  type: RESOURCES.secrets,
  namespace,
  name: secretName(owner),
})

export const encoded = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]))

/** The API server quotes parts of a rejected object in its message; those of a Secret must not leave this process. */
export const withoutValues = async (write: Promise<KubeObject>): Promise<{ uid?: string | undefined }> => {
  try {
    const { metadata } = await write
    return { uid: metadata.uid }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    const { status, reason } = error
    throw new KubeError(`the Secret could not be written: ${reason}`, { status, reason })
  }
}

const IS_OURS: JsonPatchOperation = {
  op: 'test',
  path: `/metadata/labels/${MANAGED_BY_LABEL.replaceAll('/', '~1')}`,
  value: MANAGED_BY,
}

/**
 * Returns the UID of the Secret that we created for a Destination, or undefined if there is none. For a Secret of that
 * name that someone else created, the API server returns 422: the UI may not read Secrets, so a JSON Patch tests the label.
 */
const findSecret = async (
  { client, namespace, fieldManager }: DestinationStore,
  owner: string,
): Promise<string | undefined> => {
  try {
    return (await withoutValues(client.jsonPatch(refOf(namespace, owner), [IS_OURS], { fieldManager }))).uid
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Creates the Secret with an owner reference, so that it is deleted with the Destination, also by kubectl. */
export const createSecret = async (
  { client, namespace, fieldManager }: DestinationStore,
  owner: KubeObject,
  values: Record<string, string>,
): Promise<void> => {
  const { uid = '', name } = owner.metadata
  const metadata = {
    name: secretName(name),
    namespace,
    labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
    ownerReferences: [{ apiVersion: API_GROUP_VERSION, kind: 'Destination', name, uid }],
  }
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: encoded(values) }
  await withoutValues(client.create(RESOURCES.secrets, secret, { fieldManager }))
}

/**
 * Sets the entered values in the Secret that the Destination names, and keeps the others. Throws an `isInvalid` error if
 * someone else created the Secret.
 */
export const changeSecret = async (store: DestinationStore, owner: KubeObject, change: SecretChange): Promise<void> => {
  const { name } = owner.metadata
  const uid = await findSecret(store, name)
  if (uid === undefined) return createSecret(store, owner, change.secrets)
  const removed = Object.fromEntries(change.cleared.map((key) => [key, null]))
  const patch = { metadata: { uid }, data: { ...removed, ...encoded(change.secrets) } }
  await withoutValues(
    store.client.mergePatch(refOf(store.namespace, name), patch, { fieldManager: store.fieldManager }),
  )
}

/** Creates the first Secret of a Destination. An existing one is only ours if the Destination owns it. */
export const addSecret = async (
  store: DestinationStore,
  owner: KubeObject,
  values: Record<string, string>,
): Promise<void> => {
  try {
    await createSecret(store, owner, values)
  } catch (error) {
    if (!isConflict(error)) throw error
    // Left by an attempt whose response was lost, or someone else's: then the test operation fails the patch.
    const patch = [
      { op: 'test' as const, path: '/metadata/ownerReferences/0/uid', value: owner.metadata.uid },
      { op: 'add' as const, path: '/data', value: encoded(values) },
    ]
    await withoutValues(
      store.client.jsonPatch(refOf(store.namespace, owner.metadata.name), patch, { fieldManager: store.fieldManager }),
    )
  }
}

/** Deletes the Secret that we created for a Destination; keeps one that someone else created. */
export const deleteSecret = async (store: DestinationStore, owner: string): Promise<boolean> => {
  try {
    const uid = await findSecret(store, owner)
    return uid !== undefined && (await store.client.delete(refOf(store.namespace, owner), { uid }))
  } catch (error) {
    if (isInvalid(error)) return false
    throw error
  }
}
