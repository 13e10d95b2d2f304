import assert from 'node:assert/strict'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { KubeError } from '../../../src/kube/http/error.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import type { DestinationInput } from '../../../src/view/destination-type.ts'
import {
  createDestination,
  deleteDestination,
  updateDestination,
} from '../../../src/operations/destinations/destinations.ts'
import type { FakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'

const form = (changes: Partial<DestinationInput> = {}): DestinationInput => ({
  displayName: 'Bus',
  type: 'otlp',
  signals: ['traces'],
  disabled: false,
  fields: { endpoint: 'a:4317' },
  secrets: { secretHeaderValue: 'planted' },
  cleared: [],
  ...changes,
})

const namespace = 'odigos-system'
const lost = (): never => {
  throw new KubeError('POST /x: lost', { status: 0, reason: 'Timeout' })
}
const codeOf = (result: object): unknown => ('code' in result ? result.code : undefined)

describe('writing a Destination and its Secret', () => {
  let server: FakeApiServer
  let client: KubeClient
  beforeEach(async () => {
    server = await startFakeApiServer()
    client = createKubeClient({ credentials: server.credentials })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  const store = (changes: Partial<KubeClient> = {}) => ({
    client: { ...client, ...changes },
    namespace,
    fieldManager: 'odigos-ui',
  })

  const destination = () => client.get<KubeObject>({ type: RESOURCES.destinations, namespace, name: 'bus' })
  const secret = () => client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name: 'bus-secret' })
  const stored = async () => (await destination())?.metadata.annotations?.['odigos.io/stored-secrets']
  const putSecret = () =>
    client.create(
      RESOURCES.secrets,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bus-secret', namespace } },
      { fieldManager: 'someone' },
    )

  it('makes both, the Secret owned by the Destination, which names its keys and no value', async () => {
    assert.deepEqual(await createDestination(store(), form()), { name: 'bus' })
    const [made, kept] = [await destination(), await secret()]
    assert.equal(kept?.metadata.ownerReferences?.[0]?.uid, made?.metadata.uid)
    assert.deepEqual(kept?.['data'], { secretHeaderValue: Buffer.from('planted').toString('base64') })
    assert.equal(await stored(), 'secretHeaderValue')
    assert.doesNotMatch(JSON.stringify(made), /planted/)
  })
  it('leaves neither where the Secret cannot be made', async () => {
    await putSecret()
    assert.equal(codeOf(await createDestination(store(), form())), 'Conflict')
    assert.equal(await destination(), undefined)
  })
  it('leaves an owned Secret, for the garbage collector, where the answer of its creation was lost', async () => {
    const create: KubeClient['create'] = async (type, object, manager) => {
      const made = await client.create(type, object, manager)
      return type === RESOURCES.secrets ? lost() : made
    }
    await assert.rejects(createDestination(store({ create }), form()), KubeError)
    assert.equal(await destination(), undefined)
    assert.equal((await secret())?.metadata.ownerReferences?.length, 1)
  })
  it('says that nothing is stored where the answer of its own creation was lost', async () => {
    const create: KubeClient['create'] = async (type, object, manager) => {
      await client.create(type, object, manager)
      return lost()
    }
    await assert.rejects(createDestination(store({ create }), form()), KubeError)
    assert.equal(await secret(), undefined)
    assert.equal(await stored(), '')
    // So the form asks again, and completes it.
    assert.deepEqual(await updateDestination(store(), 'bus', form()), { name: 'bus' })
    assert.equal((await secret())?.metadata.ownerReferences?.length, 1)
    assert.equal(await stored(), 'secretHeaderValue')
  })
  it('completes an edit whose second half was lost, with the same form', async () => {
    await createDestination(store(), form({ secrets: {} }))
    const edited = form({ fields: { endpoint: 'b:4317' }, generation: (await destination())?.metadata.generation })
    await assert.rejects(updateDestination(store({ jsonPatch: lost }), 'bus', edited), KubeError)
    assert.equal(await stored(), undefined)
    assert.deepEqual(await updateDestination(store(), 'bus', edited), { name: 'bus' })
    assert.equal(await stored(), 'secretHeaderValue')
    const { spec } = (await destination()) as unknown as { spec: { secretRef: object; fields: object } }
    assert.deepEqual([spec.secretRef, spec.fields], [{ name: 'bus-secret' }, { endpoint: 'b:4317' }])
  })
  it('takes over no Secret that someone else made', async () => {
    await createDestination(store(), form({ secrets: {} }))
    await putSecret()
    assert.equal(codeOf(await updateDestination(store(), 'bus', form())), 'ForeignSecret')
    assert.equal((await secret())?.['data'], undefined)
  })
  it('neither changes nor removes the Secret of someone else that the Destination names', async () => {
    const { metadata, spec } = { metadata: { name: 'bus', namespace }, spec: { type: 'otlp', signals: ['traces'] } }
    const kubectls = { ...spec, fields: { endpoint: 'a:4317' }, secretRef: { name: 'bus-secret' } }
    const made = { apiVersion: 'odigos.io/v1alpha1', kind: 'Destination', metadata, spec: kubectls }
    await client.create<KubeObject>(RESOURCES.destinations, made, { fieldManager: 'someone' })
    await putSecret()
    const before = await secret()
    assert.equal(codeOf(await updateDestination(store(), 'bus', form())), 'ForeignSecret')
    await deleteDestination(store(), 'bus')
    assert.deepEqual([await destination(), await secret()], [undefined, before])
  })
  it('takes away a stored value that nothing needs', async () => {
    await createDestination(store(), form())
    await updateDestination(store(), 'bus', form({ secrets: {}, cleared: ['secretHeaderValue'] }))
    assert.deepEqual((await secret())?.['data'], {})
    assert.equal(await stored(), '')
  })
  it('keeps what the form does not know', async () => {
    const unknown = {
      queue: { whenFull: 'Wait' },
      sources: { namespaces: ['shop'] },
      retry: { maxElapsedSeconds: 60 },
      compression: 'Zstd',
      ofANewerVersion: true,
    }
    const spec = { type: 'otlp', signals: ['traces'], fields: { endpoint: 'a:4317' }, ...unknown }
    const made = { apiVersion: 'odigos.io/v1alpha1', kind: 'Destination', metadata: { name: 'bus', namespace }, spec }
    await client.create<KubeObject>(RESOURCES.destinations, made, { fieldManager: 'someone' })
    const edited = form({ secrets: {}, fields: { endpoint: 'b:4317' } })
    assert.deepEqual(await updateDestination(store(), 'bus', edited), { name: 'bus' })
    const after = (await destination()) as unknown as { spec: Record<string, unknown> }
    assert.deepEqual(after.spec['fields'], { endpoint: 'b:4317' })
    for (const [field, value] of Object.entries(unknown)) assert.deepEqual(after.spec[field], value, field)
  })
  it('refuses an edit of an older generation, and of what is gone', async () => {
    await createDestination(store(), form())
    assert.equal(codeOf(await updateDestination(store(), 'bus', form({ generation: 7 }))), 'Conflict')
    assert.equal(codeOf(await updateDestination(store(), 'nowhere', form())), 'NotFound')
  })
  it('refuses a name that is taken', async () => {
    await createDestination(store(), form())
    assert.equal(codeOf(await createDestination(store(), form())), 'Conflict')
    assert.equal(await stored(), 'secretHeaderValue')
  })
  it('removes both', async () => {
    await createDestination(store(), form())
    await deleteDestination(store(), 'bus')
    assert.deepEqual([await destination(), await secret()], [undefined, undefined])
  })
  it('repeats no value in an error', async () => {
    const failure = { status: 422, reason: 'Invalid', detail: 'Secret "planted" is invalid' }
    const create: KubeClient['create'] = (type, object, manager) =>
      type === RESOURCES.secrets
        ? Promise.reject(new KubeError(`POST /x: 422 ${failure.detail}`, failure, { cause: failure.detail }))
        : client.create(type, object, manager)
    await assert.rejects(createDestination(store({ create }), form()), (error: KubeError) => {
      assert.deepEqual([error.status, error.reason], [422, 'Invalid'])
      assert.doesNotMatch([error.message, error.detail, error.cause, JSON.stringify(error)].join(), /planted/)
      return true
    })
  })
})
