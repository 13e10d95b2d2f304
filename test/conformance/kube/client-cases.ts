/** What the client promises, over any API server. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { isConflict, KubeError } from '../../../src/kube/http/error.ts'
import { createEventRecorder } from '../../../src/kube/work/events.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import type { Fault, FaultProxy } from '../../support/api-server/fault-proxy.ts'
import { startFaultProxy } from '../../support/api-server/fault-proxy.ts'
import { listObjects } from '../../../src/kube/http/list-objects.ts'

const type = RESOURCES.configMaps
const options = { fieldManager: 'conformance' }

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}

const hasReason =
  (status: number, reason: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof KubeError, String(error))
    assert.deepEqual([error.status, error.reason], [status, reason])
    return true
  }

export const clientCases = (
  name: string,
  open: () => Promise<{ credentials: Credentials; namespace: string }>,
): void => {
  describe(`client against ${name}`, () => {
    let namespace = ''
    let proxy: FaultProxy
    let client: KubeClient
    let counter = 0

    const refTo = (objectName: string) => ({ type, namespace, name: objectName })
    const configMap = (objectName: string, data: Record<string, string> = {}): ConfigMap => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: objectName, namespace },
      data,
    })
    const fresh = (): string => `client-${(counter += 1)}`
    /** The next requests get these faults, one each; later ones none. */
    const inject = (...faults: Fault[]): void => {
      proxy.requests.length = 0
      proxy.fault = () => faults.shift()
    }

    before(async () => {
      const server = await open()
      namespace = server.namespace
      proxy = await startFaultProxy(server.credentials)
      client = createKubeClient({ credentials: proxy.credentials })
    })
    beforeEach(() => inject())
    after(() => proxy[Symbol.asyncDispose]())

    it('answers undefined and false for what is not there', async () => {
      assert.equal(await client.get(refTo('no-such')), undefined)
      assert.equal(await client.delete(refTo('no-such')), false)
    })

    it('creates once; the second time is a conflict that is named AlreadyExists', async () => {
      const objectName = fresh()
      const created = await client.create(type, configMap(objectName, { a: '1' }), options)
      assert.ok(created.metadata.uid)
      const again = client.create(type, configMap(objectName), options)
      await assert.rejects(again, hasReason(409, 'AlreadyExists'))
      await assert.rejects(again, isConflict)
      assert.deepEqual((await client.get<ConfigMap>(refTo(objectName)))?.data, { a: '1' })
    })

    it('creates nothing as a dry run, and answers what it would', async () => {
      const objectName = fresh()
      const dryRun = { ...options, isDryRun: true }
      const answer = await client.create(type, configMap(objectName, { a: '1' }), dryRun)
      assert.deepEqual(answer.data, { a: '1' })
      assert.equal(await client.get(refTo(objectName)), undefined)
      await client.create(type, configMap(objectName), options)
      await assert.rejects(client.create(type, configMap(objectName), dryRun), isConflict)
    })

    it('applies: creates, changes, and makes no new version where nothing changes', async () => {
      const objectName = fresh()
      const first = await client.apply(type, configMap(objectName, { a: '1' }), options)
      const same = await client.apply(type, configMap(objectName, { a: '1' }), options)
      assert.equal(same.metadata.resourceVersion, first.metadata.resourceVersion)
      const other = await client.apply(type, configMap(objectName, { a: '2' }), options)
      assert.deepEqual(other.data, { a: '2' })
      assert.notEqual(other.metadata.resourceVersion, first.metadata.resourceVersion)
      const [request] = proxy.requests
      assert.equal(request?.query.get('fieldManager'), 'conformance')
      assert.equal(request?.query.get('force'), 'true')
    })

    it('patches by JSON Patch and by merge patch', async () => {
      const objectName = fresh()
      await client.create(type, configMap(objectName, { a: '1', b: '1' }), options)
      const patch = [{ op: 'add' as const, path: '/data/c', value: '1' }]
      assert.deepEqual((await client.jsonPatch<ConfigMap>(refTo(objectName), patch, options)).data, {
        a: '1',
        b: '1',
        c: '1',
      })
      const merged = await client.mergePatch<ConfigMap>(refTo(objectName), { data: { a: '2', b: null } }, options)
      assert.deepEqual(merged.data, { a: '2', c: '1' })
    })

    it('writes a status apart from the rest', async () => {
      const pod: KubeObject = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: fresh(), namespace },
        // A scheduler that does not exist: on a real node the kubelet would write the status too.
        spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'none.invalid/none' }] },
      }
      await client.create(RESOURCES.pods, pod, options)
      const ref = { type: RESOURCES.pods, namespace, name: pod.metadata.name }
      await client.mergePatch(ref, { status: { message: 'seen' } }, { ...options, subresource: 'status' })
      await client.mergePatch(ref, { status: { message: 'not seen' } }, options)
      const read = await client.get<KubeObject & { status: { message?: string } }>(ref)
      assert.equal(read?.status.message, 'seen')
      await client.delete(ref)
    })

    it('deletes only the object with the uid that is meant', async () => {
      const objectName = fresh()
      const created = await client.create(type, configMap(objectName), options)
      assert.equal(await client.delete(refTo(objectName), { uid: '00000000-0000-0000-0000-000000000000' }), false)
      assert.equal(await client.delete(refTo(objectName), { uid: created.metadata.uid! }), true)
      assert.equal(await client.get(refTo(objectName)), undefined)
    })

    it('lists with selectors, each item with its apiVersion and kind', async () => {
      const objectName = fresh()
      const object = configMap(objectName)
      object.metadata.labels = { find: 'me' }
      await client.create(type, object, options)
      const found = await listObjects(client, type, { namespace, labelSelector: 'find=me' })
      assert.deepEqual(
        found.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name]),
        [['v1', 'ConfigMap', objectName]],
      )
      const byName = await listObjects(client, type, { namespace, fieldSelector: `metadata.name=${objectName}` })
      assert.equal(byName.length, 1)
      assert.ok((await listObjects(client, type)).length >= 1, 'in all namespaces')
    })

    it('has every write validated strictly', async () => {
      const ref = refTo(fresh())
      await client.create(type, configMap(ref.name), options)
      await client.apply(type, configMap(ref.name), options)
      await client.jsonPatch(ref, [{ op: 'add', path: '/data', value: {} }], options)
      await client.mergePatch(ref, { data: {} }, options)
      assert.deepEqual(
        proxy.requests.map(({ query }) => [query.get('fieldManager'), query.get('fieldValidation')]),
        Array(4).fill(['conformance', 'Strict']),
      )
    })

    it('reports each distinct warning about a write once, and none about a read', async () => {
      const warnings: string[] = []
      const warned = createKubeClient({ credentials: proxy.credentials, onWarning: (text) => warnings.push(text) })
      const answer: Fault = {
        answer: 200,
        text: '{}',
        headers: { 'content-type': 'application/json', warning: '299 - "spec.a is \\"old\\"", 299 - "spec.b is old"' },
      }
      inject(answer, answer, answer)
      await warned.get(refTo('any'))
      assert.deepEqual(warnings, [])
      for (let write = 0; write < 2; write += 1) await warned.mergePatch(refTo('any'), {}, options)
      assert.deepEqual(warnings, ['spec.a is "old"', 'spec.b is old'])
    })

    it('keeps connections: fifty calls one after another use one', async () => {
      const before = proxy.connections()
      for (let call = 0; call < 50; call += 1) await client.get(refTo('no-such'))
      assert.ok(proxy.connections() - before <= 1, `${proxy.connections() - before} connections`)
    })

    it('tries an idempotent call again after 500, 503 and a reset', async () => {
      const objectName = fresh()
      inject({ answer: 500 }, 'reset', { answer: 503 })
      await client.apply(type, configMap(objectName, { a: '1' }), options)
      assert.equal(proxy.requests.length, 4)
    })

    it('gives up after five tries, and tells the last answer', async () => {
      inject(...Array.from({ length: 9 }, () => ({ answer: 503, body: { reason: 'ServiceUnavailable' } })))
      await assert.rejects(client.get(refTo('any')), hasReason(503, 'ServiceUnavailable'))
      assert.equal(proxy.requests.length, 5)
    }).timeout(20_000)

    it('never sends a call twice that is not idempotent and may have been worked on', async () => {
      const objectName = fresh()
      await client.create(type, configMap(objectName), options)
      for (const fault of ['reset', { answer: 500 }] as const) {
        inject(fault)
        await assert.rejects(client.create(type, configMap(fresh()), options), KubeError)
        assert.equal(proxy.requests.length, 1)
        inject(fault)
        const patch = [{ op: 'add' as const, path: '/data', value: {} }]
        await assert.rejects(client.jsonPatch(refTo(objectName), patch, options), KubeError)
        assert.equal(proxy.requests.length, 1)
      }
    })

    it('waits as long as a server asks that is overloaded, also with a call that is not idempotent', async () => {
      inject({ answer: 429, headers: { 'retry-after': '1' }, body: { reason: 'TooManyRequests' } })
      const startedAt = Date.now()
      await client.create(type, configMap(fresh()), options)
      assert.ok(Date.now() - startedAt >= 1_000)
      assert.equal(proxy.requests.length, 2)
    })

    it('ends a call by its signal, with no further try', async () => {
      inject('hang')
      const ended = AbortSignal.timeout(50)
      await assert.rejects(client.request('GET', '/version', undefined, ended), hasReason(0, 'Aborted'))
      assert.equal(proxy.requests.length, 1)
      const whole = createKubeClient({ credentials: proxy.credentials, signal: AbortSignal.timeout(50) })
      inject('hang')
      await assert.rejects(whole.get(refTo('any')), hasReason(0, 'Aborted'))
    })

    it('reports a response that is not JSON, and a missing server', async () => {
      inject({ answer: 200, text: '<html>' })
      await assert.rejects(client.get(refTo('any')), hasReason(0, 'MalformedResponse'))
      inject({ answer: 403, text: 'not allowed here' })
      await assert.rejects(client.get(refTo('any')), /403 not allowed here/)
      const nowhere = createKubeClient({
        credentials: () => Promise.resolve({ server: 'http://127.0.0.1:1', headers: {}, tls: {} }),
      })
      await assert.rejects(nowhere.create(type, configMap('a'), options), hasReason(0, 'Unreachable'))
    })

    it('records Events, with a counter for repeats', async () => {
      const object = await client.create(type, configMap(fresh()), options)
      const record = createEventRecorder({ client, component: 'odigos-test' })
      const event = { type: 'Warning', reason: 'MissingField', message: 'endpoint is empty' } as const
      for (let repeat = 0; repeat < 3; repeat += 1) record(object, event)
      record(object, { ...event, message: 'x'.repeat(5_000) })
      const fieldSelector = `involvedObject.name=${object.metadata.name}`
      await eventuallyPasses(async () => {
        const events = await listObjects<KubeObject>(client, RESOURCES.events, { namespace, fieldSelector })
        const counts = events.map(({ count, reason }) => `${String(reason)} ${String(count)}`).sort()
        assert.deepEqual(counts, ['MissingField 1', 'MissingField 3'])
        const long = events.find(({ count }) => count === 1)
        assert.ok(String(long?.['message']).length <= 1_024)
        assert.deepEqual(long?.['source'], { component: 'odigos-test' })
      })
    })
  })
}
