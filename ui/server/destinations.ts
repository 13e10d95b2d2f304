/**
 * Writes Destinations and their Secrets. The UI may create, patch and delete Secrets but never read them: what was
 * typed goes into the cluster and does not come back.
 */
import type { Destination, DestinationSpec } from '../../src/api/kinds/destination.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { API_GROUP_VERSION, MANAGED_BY, MANAGED_BY_LABEL, UI_NAME } from '../../src/api/names.ts'
import { isConflict, isNotFound, KubeError } from '../../src/kube/error.ts'
import { catalogue } from '../../src/destinations/catalogue.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../src/kube/types.ts'
import type { DestinationForm } from '../model/destination-type.ts'
import { objectName, secretName } from '../model/destination-type.ts'
import { serverConfig } from './config.ts'
import { checkForm } from './destination-form.ts'
import { isProblem } from './handle.ts'
import type { Problem } from './problem.ts'

const { namespace: systemNamespace } = serverConfig

/** Tells the autoscaler that the Secret changed, which it may not see otherwise; an RFC 3339 time. */
const SECRET_CHANGED_ANNOTATION = 'odigos.io/secret-changed-at'

const destinationRef = (name: string): ObjectRef => ({
  type: RESOURCES.destinations,
  namespace: systemNamespace,
  name,
})
const secretRef = (name: string): ObjectRef => ({ type: RESOURCES.secrets, namespace: systemNamespace, name })

const encoded = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]))

/** The API server repeats parts of a refused object in its message; those of a Secret must not leave this process. */
const withoutValues = async <T>(write: Promise<T>): Promise<T> => {
  try {
    return await write
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    throw new KubeError(`the Secret could not be written: ${error.reason}`, error)
  }
}

const createSecret = (client: KubeClient, name: string, values: Record<string, string>): Promise<KubeObject> =>
  withoutValues(
    client.create<KubeObject>(
      RESOURCES.secrets,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: systemNamespace, labels: { [MANAGED_BY_LABEL]: MANAGED_BY } },
        type: 'Opaque',
        data: encoded(values),
      },
      UI_NAME,
    ),
  )

/** The Secret goes when the Destination goes, also with kubectl. */
const ownSecret = (client: KubeClient, owner: KubeObject, name: string): Promise<KubeObject> => {
  const { uid, name: ownerName } = owner.metadata
  const ownerReferences = [{ apiVersion: API_GROUP_VERSION, kind: 'Destination', name: ownerName, uid }]
  return withoutValues(client.mergePatch(secretRef(name), { metadata: { ownerReferences } }, { fieldManager: UI_NAME }))
}

const taken = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `There is a destination or a Secret for the name ${name} already.`,
  remedy: 'Choose another name.',
  fields: { displayName: 'this name is taken' },
})

const destinationObject = (name: string, spec: DestinationSpec): Destination => ({
  apiVersion: API_GROUP_VERSION,
  kind: 'Destination',
  metadata: { name, namespace: systemNamespace },
  spec,
})

/** Secret first, so that the Destination is complete from its first moment; taken back where the rest fails. */
const createBoth = async (client: KubeClient, destination: Destination, secrets: Record<string, string>) => {
  const secret = secretName(destination.metadata.name)
  await createSecret(client, secret, secrets)
  const withSecret = { ...destination, spec: { ...destination.spec, secretRef: { name: secret } } }
  const created = await client
    .create<KubeObject>(RESOURCES.destinations, asObject(withSecret), UI_NAME)
    .catch(async (error: unknown) => {
      await client.delete(secretRef(secret)).catch(() => false)
      throw error
    })
  // Without its owner the Secret still works, and goes when the Destination is removed here.
  await ownSecret(client, created, secret).catch(() => undefined)
}

const asObject = (destination: Destination): KubeObject => destination as unknown as KubeObject

/** Creates a Destination, and its Secret where the form has secret values. Answers `{ name }`. */
export const createDestination = async (client: KubeClient, form: DestinationForm): Promise<object> => {
  const checked = checkForm(form, catalogue.get(form.type), false)
  if (isProblem(checked)) return checked
  const name = objectName(form.displayName)
  const destination = destinationObject(name, checked.spec)
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

/** Puts the typed values into the Secret; those that were not typed stay as they are. */
const updateSecret = async (client: KubeClient, owner: KubeObject, values: Record<string, string>): Promise<void> => {
  const name = secretName(owner.metadata.name)
  try {
    await withoutValues(client.mergePatch(secretRef(name), { data: encoded(values) }, { fieldManager: UI_NAME }))
  } catch (error) {
    if (!isNotFound(error)) throw error
    await createSecret(client, name, values)
    await ownSecret(client, owner, name)
  }
}

const nextSpec = (current: DestinationSpec, spec: Omit<DestinationSpec, 'secretRef'>, secret: string | undefined) => ({
  ...current,
  ...spec,
  ...(secret === undefined ? {} : { secretRef: { name: secret } }),
})

/** Changes a Destination. The generation that was edited must still be the current one. Answers `{ name }`. */
export const updateDestination = async (client: KubeClient, name: string, form: DestinationForm): Promise<object> => {
  const current = await client.get<KubeObject & { spec: DestinationSpec }>(destinationRef(name))
  if (!current) return gone(name)
  if (form.generation !== undefined && form.generation !== current.metadata.generation) return changedMeanwhile(name)
  const storedIn = current.spec.secretRef?.name
  const { type } = current.spec
  const checked = checkForm({ ...form, type }, catalogue.get(type), storedIn !== undefined)
  if (isProblem(checked)) return checked
  const hasNewSecrets = Object.keys(checked.secrets).length > 0
  if (hasNewSecrets && storedIn !== undefined && storedIn !== secretName(name)) return foreignSecret(storedIn)

  if (hasNewSecrets) await updateSecret(client, current, checked.secrets)
  const spec = nextSpec(current.spec, checked.spec, hasNewSecrets ? secretName(name) : storedIn)
  await client.jsonPatch(
    destinationRef(name),
    [
      { op: 'test', path: '/metadata/generation', value: current.metadata.generation },
      { op: 'replace', path: '/spec', value: spec },
    ],
    UI_NAME,
  )
  if (hasNewSecrets) await noteSecretChange(client, name, new Date().toISOString())
  return { name }
}

const noteSecretChange = (client: KubeClient, name: string, now: string): Promise<KubeObject> =>
  client.mergePatch(
    destinationRef(name),
    { metadata: { annotations: { [SECRET_CHANGED_ANNOTATION]: now } } },
    { fieldManager: UI_NAME },
  )

/** Removes a Destination, and its Secret where that is the one which we make. */
export const deleteDestination = async (client: KubeClient, name: string): Promise<object> => {
  const current = await client.get<KubeObject & { spec: DestinationSpec }>(destinationRef(name))
  await client.delete(destinationRef(name))
  if (current?.spec.secretRef?.name === secretName(name)) await client.delete(secretRef(secretName(name)))
  return { name }
}
