/** Writes the Secret of a Destination. Its values go into the cluster; what the API server returns is dropped here. */
import type { JsonPatchOperation, KubeObject } from '../../src/api/kubernetes.ts'
import { API_GROUP_VERSION, MANAGED_BY, MANAGED_BY_LABEL, UI_NAME } from '../../src/api/names.ts'
import { isConflict, isInvalid, isNotFound, KubeError } from '../../src/kube/http/error.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../src/kube/types.ts'
import { secretName } from '../model/destination-type.ts'

/** Where Destinations and their Secrets are kept. */
export interface DestinationStore {
  client: KubeClient
  /** Namespace of Odigos itself. */
  namespace: string
}

/** Values to put into a Secret, and keys to take out of it. */
export interface SecretChange {
  secrets: Record<string, string>
  cleared: readonly string[]
}

const refOf = (namespace: string, owner: string): ObjectRef => ({
  type: RESOURCES.secrets,
  namespace,
  name: secretName(owner),
})

const encoded = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]))

/** The API server repeats parts of a refused object in its message; those of a Secret must not leave this process. */
const withoutValues = async (write: Promise<KubeObject>): Promise<{ uid?: string | undefined }> => {
  try {
    const { metadata } = await write
    return { uid: metadata.uid }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    throw new KubeError(`the Secret could not be written: ${error.reason}`, error)
  }
}

const IS_OURS: JsonPatchOperation = {
  op: 'test',
  path: `/metadata/labels/${MANAGED_BY_LABEL.replaceAll('/', '~1')}`,
  value: MANAGED_BY,
}

/**
 * The uid of the Secret that we created for a Destination; undefined where there is none. One of that name that someone
 * else created is refused by the API server (422): the UI may not read Secrets, so the API server tests the label.
 */
const findSecret = async ({ client, namespace }: DestinationStore, owner: string): Promise<string | undefined> => {
  try {
    return (await withoutValues(client.jsonPatch(refOf(namespace, owner), [IS_OURS], { fieldManager: UI_NAME }))).uid
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** It goes when the Destination goes, also with kubectl. */
export const createSecret = async (
  { client, namespace }: DestinationStore,
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
  await withoutValues(client.create(RESOURCES.secrets, secret, { fieldManager: UI_NAME }))
}

/**
 * Puts the typed values into the Secret that the Destination names; those that were not typed stay as they are. Throws
 * isInvalid where someone else created it.
 */
export const changeSecret = async (store: DestinationStore, owner: KubeObject, change: SecretChange): Promise<void> => {
  const { name } = owner.metadata
  const uid = await findSecret(store, name)
  if (uid === undefined) return createSecret(store, owner, change.secrets)
  const removed = Object.fromEntries(change.cleared.map((key) => [key, null]))
  const patch = { metadata: { uid }, data: { ...removed, ...encoded(change.secrets) } }
  await withoutValues(store.client.mergePatch(refOf(store.namespace, name), patch, { fieldManager: UI_NAME }))
}

/** The first Secret of a Destination that had none. One that is there already is only ours if we are its owner. */
export const addSecret = async (
  store: DestinationStore,
  owner: KubeObject,
  values: Record<string, string>,
): Promise<void> => {
  try {
    await createSecret(store, owner, values)
  } catch (error) {
    if (!isConflict(error)) throw error
    // Left by an attempt whose answer was lost, or someone else's: then the test refuses the patch.
    const patch = [
      { op: 'test' as const, path: '/metadata/ownerReferences/0/uid', value: owner.metadata.uid },
      { op: 'add' as const, path: '/data', value: encoded(values) },
    ]
    await withoutValues(
      store.client.jsonPatch(refOf(store.namespace, owner.metadata.name), patch, { fieldManager: UI_NAME }),
    )
  }
}

/** Removes the Secret that we created for a Destination; one that someone else created stays. */
export const deleteSecret = async (store: DestinationStore, owner: string): Promise<boolean> => {
  try {
    const uid = await findSecret(store, owner)
    return uid !== undefined && (await store.client.delete(refOf(store.namespace, owner), { uid }))
  } catch (error) {
    if (isInvalid(error)) return false
    throw error
  }
}
