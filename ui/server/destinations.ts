/**
 * Writes Destinations and their Secrets. The answer to a write can be lost after any step, so each order of steps
 * leaves something that works or says what it lacks, and that the next attempt completes.
 */
import type { Destination, DestinationSpec } from '../../src/api/kinds/destination.ts'
import type { JsonPatchOperation, KubeObject } from '../../src/api/kubernetes.ts'
import { API_GROUP_VERSION, UI_NAME } from '../../src/api/names.ts'
import { isConflict, isInvalid } from '../../src/kube/http/error.ts'
import { catalogue } from '../../src/destinations/catalogue.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../src/kube/types.ts'
import type { DestinationInput } from '../model/destination-type.ts'
import { objectName, secretName } from '../model/destination-type.ts'
import { serverConfig } from './config.ts'
import type { CheckedForm } from './destination-form.ts'
import { checkForm } from './destination-form.ts'
import { addSecret, changeSecret, createSecret, deleteSecret } from './destination-secret.ts'
import { isProblem } from './handle.ts'
import type { Problem } from './problem.ts'
import { secretNotes, storedFields, storedNames } from './stored-secrets.ts'

const { namespace: systemNamespace } = serverConfig

const destinationRef = (name: string): ObjectRef => ({
  type: RESOURCES.destinations,
  namespace: systemNamespace,
  name,
})

type StoredDestination = KubeObject & { spec: DestinationSpec }

const taken = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `There is a destination or a Secret for the name ${name} already.`,
  remedy: 'Choose another name.',
  fields: { displayName: 'this name is taken' },
})

const now = (): string => new Date().toISOString()

const asObject = (destination: Destination): KubeObject => destination as unknown as KubeObject

/**
 * The Destination first, which then owns its Secret: no Secret stays without one. In the moment between, and where the
 * rest is lost, the autoscaler leaves the Destination out and says MissingSecret; the form asks for the values again.
 */
const createBoth = async (client: KubeClient, destination: Destination, secrets: Record<string, string>) => {
  const { metadata, spec } = destination
  const { name } = metadata
  const created = await client.create<KubeObject>(
    RESOURCES.destinations,
    asObject({
      ...destination,
      metadata: { ...metadata, annotations: secretNotes([]) },
      spec: { ...spec, secretRef: { name: secretName(name) } },
    }),
    UI_NAME,
  )
  try {
    await createSecret(client, created, secrets)
  } catch (error) {
    // It would only be in the way of the next attempt; a Secret that came about all the same goes with its owner.
    const { uid } = created.metadata
    await client.delete(destinationRef(name), uid === undefined ? {} : { uid }).catch(() => false)
    throw error
  }
  // Without this the Secret is only seen a little later, and the form asks for its values again.
  const annotations = secretNotes(Object.keys(secrets), now())
  await client
    .mergePatch(destinationRef(name), { metadata: { annotations } }, { fieldManager: UI_NAME })
    .catch(() => undefined)
}

/** Creates a Destination, and its Secret where the form has secret values. Answers `{ name }`. */
export const createDestination = async (client: KubeClient, form: DestinationInput): Promise<object> => {
  const checked = checkForm(form, catalogue.get(form.type))
  if (isProblem(checked)) return checked
  const name = objectName(form.displayName)
  const metadata = { name, namespace: systemNamespace }
  const destination: Destination = {
    apiVersion: API_GROUP_VERSION,
    kind: 'Destination',
    metadata,
    spec: checked.spec,
  }
  try {
    if (Object.keys(checked.secrets).length > 0) await createBoth(client, destination, checked.secrets)
    else await client.create(RESOURCES.destinations, asObject(destination), UI_NAME)
  } catch (error) {
    if (isConflict(error)) return taken(name)
    throw error
  }
  return { name }
}

const foreignSecret = (name: string): Problem => ({
  status: 400,
  code: 'ForeignSecret',
  message: `The secret values are in the Secret ${name}, which the UI did not make.`,
  remedy: `Change it with kubectl edit secret ${name} -n ${systemNamespace}.`,
})

const gone = (name: string): Problem => ({
  status: 404,
  code: 'NotFound',
  message: `The destination ${name} is not there any more.`,
})

const changedMeanwhile = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `Someone else changed ${name} while you were editing.`,
  remedy: 'Reload the page to see the change, then edit again.',
})

/** Writes what the form changes of the Secret; a problem where that Secret is not ours. */
const writeSecret = async (
  client: KubeClient,
  current: StoredDestination,
  checked: CheckedForm,
): Promise<Problem | undefined> => {
  const secret = secretName(current.metadata.name)
  const storedIn = current.spec.secretRef?.name
  if (storedIn !== undefined && storedIn !== secret) return foreignSecret(storedIn)
  if (storedIn !== undefined) await changeSecret(client, current, checked)
  else {
    try {
      await addSecret(client, current, checked.secrets)
    } catch (error) {
      if (isInvalid(error)) return foreignSecret(secret)
      throw error
    }
  }
  return undefined
}

/** Sets annotations; JSON Patch has no way to say "and the map, where there is none". */
const annotate = (current: KubeObject, notes: Record<string, string>): JsonPatchOperation[] =>
  current.metadata.annotations === undefined
    ? [{ op: 'add', path: '/metadata/annotations', value: notes }]
    : Object.entries(notes).map(([key, value]) => ({
        op: 'add',
        path: `/metadata/annotations/${key.replaceAll('/', '~1')}`,
        value,
      }))

/** The names that are in the Secret after a change, as far as anybody knows. */
const namesAfter = (current: StoredDestination, { secrets, cleared }: CheckedForm): string[] | undefined => {
  const kept = storedNames(current)?.filter((name) => !cleared.includes(name))
  return kept && [...new Set([...kept, ...Object.keys(secrets)])]
}

/**
 * Changes a Destination. The generation that was edited must still be the current one. Answers `{ name }`. The Secret
 * comes first here: what is there goes on working, and all that refers to the new values changes in one write.
 */
export const updateDestination = async (client: KubeClient, name: string, form: DestinationInput): Promise<object> => {
  const current = await client.get<StoredDestination>(destinationRef(name))
  if (!current) return gone(name)
  const { generation } = current.metadata
  if (form.generation !== undefined && form.generation !== generation) return changedMeanwhile(name)
  const { type } = current.spec
  const entry = catalogue.get(type)
  const checked = checkForm({ ...form, type }, entry, storedFields(current, entry?.fields ?? []))
  if (isProblem(checked)) return checked
  const changesSecret = Object.keys(checked.secrets).length + checked.cleared.length > 0
  const problem = changesSecret ? await writeSecret(client, current, checked) : undefined
  if (problem) return problem

  const secretRef = changesSecret ? { name: secretName(name) } : current.spec.secretRef
  const patch: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/generation', value: generation },
    { op: 'replace', path: '/spec', value: { ...current.spec, ...checked.spec, ...(secretRef ? { secretRef } : {}) } },
    ...(changesSecret ? annotate(current, secretNotes(namesAfter(current, checked), now())) : []),
  ]
  await client.jsonPatch(destinationRef(name), patch, UI_NAME)
  return { name }
}

/** Removes a Destination, and its Secret where that is the one which we make. */
export const deleteDestination = async (client: KubeClient, name: string): Promise<object> => {
  const current = await client.get<StoredDestination>(destinationRef(name))
  await client.delete(destinationRef(name))
  if (current?.spec.secretRef?.name === secretName(name)) await deleteSecret(client, name)
  return { name }
}
