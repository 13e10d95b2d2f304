/** CustomResourceDefinitions come with the release, on a real API server: brought, replaced, awaited, never taken over. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { crdName, customResourceDefinition } from '../../src/api/crd.ts'
import { KINDS } from '../../src/api/kinds/index.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { bringCrds } from '../../src/controllers/instrumentor/bring-crds.ts'
import type { CrdsWait } from '../../src/kube/crds/await-crds.ts'
import { awaitCrds } from '../../src/kube/crds/await-crds.ts'
import { isNotFound } from '../../src/kube/http/error.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { clientFrom } from '../support/api-server/kubeconfig-client.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { foreignCrds } from '../support/api-server/foreign-crds.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'

const TYPE = RESOURCES.customResourceDefinitions
const NAMES = KINDS.map(crdName).toSorted()
const OLD = join(import.meta.dirname, '../fixtures/crds-0.1.0')
const oldCrds = readdirSync(OLD).map((file) => parse(readFileSync(join(OLD, file), 'utf8')) as KubeObject)
const log = { info: () => undefined, warn: () => undefined }

const destination: KubeObject = {
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name: 'backend', namespace: 'default' },
  spec: { type: 'otlp', signals: ['traces'], fields: { endpoint: 'backend:4317' } },
}

describe('CustomResourceDefinitions of a release', function () {
  this.timeout(120_000)
  let server: BareApiServer
  let client: KubeClient
  let ended: AbortController

  const started = (start: (options: Parameters<typeof awaitCrds>[0]) => CrdsWait, rest = {}): CrdsWait =>
    start({ client, log, signal: ended.signal, backoffMs: { min: 50, max: 200 }, ...rest })
  const ours = async (): Promise<KubeObject[]> =>
    (await listObjects<KubeObject>(client, TYPE))
      .filter(({ metadata }) => NAMES.includes(metadata.name))
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  /** Again where a process that was told to end was in the middle of a write. */
  const removeAll = (): Promise<void> =>
    eventuallyPasses(async () => {
      const found = await listObjects<KubeObject>(client, TYPE)
      for (const { metadata } of found) await client.delete({ type: TYPE, name: metadata.name })
      assert.deepEqual(found, [])
      // Discovery forgets them a moment later.
      await assert.rejects(client.request('GET', '/apis/odigos.io/v1alpha1'), isNotFound)
    }, 20_000)
  /** As `kubectl apply --server-side --force-conflicts`, which installed them then. */
  const applyOld = async (): Promise<void> => {
    for (const crd of oldCrds) await client.apply(TYPE, crd, { fieldManager: 'kubectl' })
    await eventuallyPasses(
      async () => void (await client.create(RESOURCES.destinations, destination, { fieldManager: 'user' })),
      20_000,
    )
  }

  before(async () => {
    server = await startBareApiServer()
    client = await clientFrom(server.kubeconfig())
  })
  after(() => server?.stop())
  beforeEach(() => void (ended = new AbortController()))
  afterEach(async () => {
    ended.abort()
    await removeAll()
  })

  it('are brought to a cluster that has none, by two instrumentors at once too', async () => {
    const both = [started(bringCrds), started(bringCrds)]
    assert.deepEqual(await Promise.all(both.map(({ inPlace }) => inPlace)), [true, true])
    assert.deepEqual(
      both.map(({ problem }) => problem()),
      [undefined, undefined],
    )
    assert.deepEqual(
      (await ours()).map(({ metadata }) => metadata.name),
      NAMES,
    )
  })

  it('of the release before are replaced, and what is stored under them stays', async () => {
    await bringCrds({ client, log, signal: ended.signal }).inPlace
    const fresh = (await ours()).map(({ spec }) => spec)
    await removeAll()
    await applyOld()
    const ref = { type: RESOURCES.destinations, namespace: 'default', name: 'backend' }
    const before = await client.get<KubeObject>(ref)

    assert.equal(await started(bringCrds).inPlace, true)
    assert.deepEqual(
      (await ours()).map(({ spec }) => spec),
      fresh,
      'nothing of the old schema is left',
    )
    const after = await client.get<KubeObject>(ref)
    assert.equal(after?.metadata.uid, before?.metadata.uid)
    assert.deepEqual(after?.['spec'], before?.['spec'])
  })

  it('of the release before keep the others waiting, until the instrumentor has replaced them', async () => {
    await applyOld()
    const lines: string[] = []
    const process = started(awaitCrds, { log: { ...log, warn: (line: string) => void lines.push(line) } })
    await eventuallyPasses(() => assert.match(process.problem() ?? '', /are of release 0\.1\.0/))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.equal(lines.length, 1, 'said once')
    started(bringCrds)
    assert.equal(await process.inPlace, true)
    assert.equal(process.problem(), undefined)
  })

  it('of this release are not written again, those of another build of it are, and those of a newer one stay', async () => {
    await started(bringCrds).inPlace
    const versions = async () => (await ours()).map(({ metadata }) => metadata.resourceVersion)
    const first = await versions()
    await started(bringCrds).inPlace
    assert.deepEqual(await versions(), first)

    const annotate = (annotations: object) =>
      client.mergePatch({ type: TYPE, name: NAMES[0]! }, { metadata: { annotations } }, { fieldManager: 'test' })
    await annotate({ 'odigos.io/content-hash': 'another' })
    await started(bringCrds).inPlace
    const [repaired] = await ours()
    const wanted = KINDS.map(customResourceDefinition).find(({ metadata }) => metadata.name === NAMES[0])
    assert.deepEqual(repaired?.metadata.annotations, wanted?.metadata.annotations)

    await annotate({ 'odigos.io/version': '9.0.0', 'odigos.io/content-hash': 'another' })
    const newer = await versions()
    assert.equal(await started(bringCrds).inPlace, true)
    assert.equal(await started(awaitCrds).inPlace, true)
    assert.deepEqual(await versions(), newer)
  })

  it('of another product are recognised and stay as they are, until they are gone', async () => {
    for (const crd of foreignCrds) await client.create(TYPE, crd, { fieldManager: 'another-product' })
    const established = async (): Promise<KubeObject[]> => {
      const found = await listObjects<KubeObject>(client, TYPE)
      for (const { status } of found) assert.match(JSON.stringify(status), /"Established"/)
      return found
    }
    await eventuallyPasses(async () => void (await established()), 20_000)
    // Discovery follows a moment later; until then only the names that are ours too can be known.
    await eventuallyPasses(async () =>
      assert.match(JSON.stringify(await client.request('GET', '/apis/odigos.io/v1alpha1')), /"sources"/),
    )
    const before = await established()
    const events: string[] = []
    const processes = [
      started(bringCrds, { onForeign: (message: string) => void events.push(message) }),
      started(awaitCrds),
    ]
    for (const { problem } of processes)
      await eventuallyPasses(() =>
        assert.match(problem() ?? '', /destinations\.odigos\.io, sources\.odigos\.io .* belong to another product/),
      )
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.equal(events.length, 1)
    assert.deepEqual(await listObjects(client, TYPE), before, 'byte for byte')

    await removeAll()
    assert.deepEqual(await Promise.all(processes.map(({ inPlace }) => inPlace)), [true, true])
    assert.equal((await ours()).length, NAMES.length)
  })

  it('that another product creates at the same moment are not overwritten', async () => {
    const [foreign] = foreignCrds
    let isFirst = true
    const faster = async (): Promise<void> => {
      if (isFirst) await client.create(TYPE, foreign!, { fieldManager: 'another-product' })
      isFirst = false
    }
    const overtaken: KubeClient = {
      ...client,
      create: (type, object, manager) => faster().then(() => client.create(type, object, manager)),
      apply: (type, object, options) => faster().then(() => client.apply(type, object, options)),
    }
    // It reaches our name first.
    const process = started(bringCrds, { client: overtaken })
    await eventuallyPasses(
      () => assert.match(process.problem() ?? '', /destinations\.odigos\.io .* another product/),
      20_000,
    )
    const kept = await client.get<KubeObject>({ type: TYPE, name: foreign!.metadata.name })
    assert.deepEqual(kept?.metadata.labels, foreign?.metadata.labels)
    assert.equal(JSON.stringify(kept?.['spec']).includes('"other"'), true)
  })

  it('that only another product has, are seen too', async () => {
    await started(bringCrds).inPlace
    await client.create(
      TYPE,
      foreignCrds.find(({ metadata }) => metadata.name.startsWith('sources'))!,
      { fieldManager: 'another-product' },
    )
    await eventuallyPasses(async () =>
      assert.match(JSON.stringify(await client.request('GET', '/apis/odigos.io/v1alpha1')), /"sources"/),
    )
    const process = started(awaitCrds)
    await eventuallyPasses(() =>
      assert.match(process.problem() ?? '', /CustomResourceDefinition sources\.odigos\.io .* belongs/),
    )
  })
})
