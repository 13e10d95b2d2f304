/**
 * Writes Destinations and their Secrets. The response to a write can be lost after any step, so each sequence of steps
 * leaves a state that works or reports what is missing, and that the next attempt completes.
 */
import type { Destination, DestinationSpec } from '../../api/kinds/destination.ts'
import type { JsonPatchOperation, KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP_VERSION } from '../../api/names.ts'
import { isConflict, isInvalid } from '../../kube/http/error.ts'
import { catalogue } from '../../destinations/catalogue.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { ObjectRef } from '../../kube/types.ts'
import type { DestinationInput } from '../../view/destination-type.ts'
import { objectName, secretName } from '../../view/destination-type.ts'
import type { CheckedForm } from './destination-form.ts'
import { checkForm } from './destination-form.ts'
import { changedMeanwhile, foreignSecret, gone, taken } from './destination-problems.ts'
import type { DestinationStore } from './destination-secret.ts'
import { addSecret, changeSecret, createSecret, deleteSecret } from './destination-secret.ts'
import type { Problem } from '../problem.ts'
import { isProblem } from '../problem.ts'
import { secretNotes, storedFields, storedNames } from '../../view/objects/stored-secrets.ts'

const refOf = (namespace: string, name: string): ObjectRef => ({
  type: RESOURCES.destinations,
  namespace,
  name,
})

type StoredDestination = KubeObject & { spec: DestinationSpec }

const now = (): string => new Date().toISOString()

/**
 * Creates the Destination first, which then owns its Secret, so that no Secret is left without a Destination. Until the
 * Secret exists, the autoscaler reports MissingSecret, and the form requires the values again.
 */
const createBoth = async (store: DestinationStore, destination: Destination, secrets: Record<string, string>) => {
  const { client, namespace, fieldManager } = store
  const { metadata, spec } = destination
  const { name } = metadata
  const created = await client.create<KubeObject>(
    RESOURCES.destinations,
    {
      ...destination,
      metadata: { ...metadata, annotations: secretNotes([]) },
      spec: { ...spec, secretRef: { name: secretName(name) } },
    },
    { fieldManager },
  )
  try {
    await createSecret(store, created, secrets)
  } catch (error) {
    // It would block the next attempt. A Secret that was created nevertheless is deleted with its owner.
    const { uid } = created.metadata
    await client.delete(refOf(namespace, name), uid === undefined ? {} : { uid }).catch(() => false)
    throw error
  }
  // Without this the Secret is noticed a little later, and the form requires its values again.
  const annotations = secretNotes(Object.keys(secrets), now())
  await client
    .mergePatch(refOf(namespace, name), { metadata: { annotations } }, { fieldManager })
    .catch(() => undefined)
}

/** Creates a Destination, and its Secret if the form has secret values. Returns `{ name }`. */
export const createDestination = async (store: DestinationStore, form: DestinationInput): Promise<object> => {
  const checked = checkForm(form, catalogue.get(form.type))
  if (isProblem(checked)) return checked
  const name = objectName(form.displayName)
  const metadata = { name, namespace: store.namespace }
  const destination: Destination = {
    apiVersion: API_GROUP_VERSION,
    kind: 'Destination',
    metadata,
    spec: checked.spec,
  }
  try {
    if (Object.keys(checked.secrets).length > 0) await createBoth(store, destination, checked.secrets)
    else await store.client.create(RESOURCES.destinations, destination, { fieldManager: store.fieldManager })
  } catch (error) {
    if (isConflict(error)) return taken(name)
    throw error
  }
  return { name }
}

/** Writes the changes of the form to the Secret. Returns a problem if that Secret is not ours. */
const writeSecret = async (
  store: DestinationStore,
  current: StoredDestination,
  checked: CheckedForm,
): Promise<Problem | undefined> => {
  const secret = secretName(current.metadata.name)
  const storedIn = current.spec.secretRef?.name
  if (storedIn !== undefined && storedIn !== secret) return foreignSecret(storedIn, store.namespace)
  try {
    if (storedIn !== undefined) await changeSecret(store, current, checked)
    else await addSecret(store, current, checked.secrets)
  } catch (error) {
    if (isInvalid(error)) return foreignSecret(secret, store.namespace)
    throw error
  }
  return undefined
}

/** Sets annotations; JSON Patch cannot create the map on demand. */
const annotate = (current: KubeObject, notes: Record<string, string>): JsonPatchOperation[] =>
  current.metadata.annotations === undefined
    ? [{ op: 'add', path: '/metadata/annotations', value: notes }]
    : Object.entries(notes).map(([key, value]) => ({
        op: 'add',
        path: `/metadata/annotations/${key.replaceAll('/', '~1')}`,
        value,
      }))

/** The names in the Secret after a change; undefined if unknown. */
const namesAfter = (current: StoredDestination, { secrets, cleared }: CheckedForm): string[] | undefined => {
  const kept = storedNames(current)?.filter((name) => !cleared.includes(name))
  return kept && [...new Set([...kept, ...Object.keys(secrets)])]
}

/** Patches the spec, and the annotations about the Secret if that changed; fails if the generation has changed. */
const patchOf = (current: StoredDestination, checked: CheckedForm, changesSecret: boolean): JsonPatchOperation[] => {
  const { metadata, spec } = current
  const secretRef = changesSecret ? { name: secretName(metadata.name) } : spec.secretRef
  return [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    { op: 'replace', path: '/spec', value: { ...spec, ...checked.spec, ...(secretRef ? { secretRef } : {}) } },
    ...(changesSecret ? annotate(current, secretNotes(namesAfter(current, checked), now())) : []),
  ]
}

/**
 * Updates a Destination. The generation that was edited must still be the current one. Returns `{ name }`. The Secret is
 * written first: the existing spec keeps working, and all references to the new values change in one write.
 */
export const updateDestination = async (
  store: DestinationStore,
  name: string,
  form: DestinationInput,
): Promise<object> => {
  const ref = refOf(store.namespace, name)
  const current = await store.client.get<StoredDestination>(ref)
  if (!current) return gone(name)
  if (form.generation !== undefined && form.generation !== current.metadata.generation) return changedMeanwhile(name)
  const { type } = current.spec
  const entry = catalogue.get(type)
  const checked = checkForm({ ...form, type }, entry, storedFields(current, entry?.fields ?? []))
  if (isProblem(checked)) return checked
  const changesSecret = Object.keys(checked.secrets).length + checked.cleared.length > 0
  const problem = changesSecret ? await writeSecret(store, current, checked) : undefined
  if (problem) return problem
  await store.client.jsonPatch(ref, patchOf(current, checked, changesSecret), { fieldManager: store.fieldManager })
  return { name }
}

/** Deletes a Destination, and its Secret if we created it. */
export const deleteDestination = async (store: DestinationStore, name: string): Promise<object> => {
  const ref = refOf(store.namespace, name)
  const current = await store.client.get<StoredDestination>(ref)
  await store.client.delete(ref)
  if (current?.spec.secretRef?.name === secretName(name)) await deleteSecret(store, name)
  return { name }
}
