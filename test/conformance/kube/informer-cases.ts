/** What every informer promises, over any API server; run with the fake one and with a real one. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { isGone } from '../../../src/kube/http/error.ts'
import { createInformer } from '../../../src/kube/watch/informer.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { InformerOptions, KubeClient } from '../../../src/kube/types.ts'
import type { FaultProxy } from '../../support/api-server/fault-proxy.ts'
import { startFaultProxy } from '../../support/api-server/fault-proxy.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { listObjects } from '../../../src/kube/http/list-objects.ts'

export interface ApiServerUnderTest {
  credentials: Credentials
  /** An empty namespace for the ConfigMaps of the cases. */
  namespace: string
  /** Objects of the case with many; more than two pages. */
  many: number
  /** Makes old versions and continue tokens unusable, where the server can be told. */
  compact?: () => void
}

const type = RESOURCES.configMaps
const TIMING = { backoffMs: { min: 20, max: 200 }, silenceLimitMs: 500 }

type Change = 'added' | 'changed' | 'removed'

interface World {
  client: KubeClient
  proxy: FaultProxy
  changes: string[]
  errors: unknown[]
  start: (options?: Partial<InformerOptions<KubeObject>>) => ReturnType<typeof createInformer<KubeObject>>
  stop: () => void
  put: (name: string, value: string) => Promise<KubeObject>
  remove: (name: string) => Promise<boolean>
  values: () => Record<string, unknown>
}

const lists = ({ proxy }: World): number => proxy.requests.filter(({ isList }) => isList).length
const watches = ({ proxy }: World): number => proxy.requests.filter(({ isWatch }) => isWatch).length
const lastWatch = ({ proxy }: World) => proxy.requests.filter(({ isWatch }) => isWatch).at(-1)?.query

/** Whether the server refuses to watch from its first version, which it can do on connect or in the stream. */
const isVersionGone = async (client: KubeClient, namespace: string): Promise<boolean> => {
  const path = `/api/v1/namespaces/${namespace}/configmaps?watch=true&resourceVersion=1&timeoutSeconds=1`
  try {
    for await (const chunk of await client.stream(path, AbortSignal.timeout(2_000)))
      return Buffer.from(chunk).toString().includes('"code":410')
    return false
  } catch (error) {
    return isGone(error)
  }
}

/** The first `times` requests that `which` chooses get the fault. */
const firstTimes = (times: number, which: 'isList' | 'isWatch', fault: ReturnType<FaultProxy['fault']>) => {
  let left = times
  return (request: Parameters<FaultProxy['fault']>[0]) => (request[which] && left-- > 0 ? fault : undefined)
}

export const informerCases = (name: string, open: () => Promise<ApiServerUnderTest>): void => {
  describe(`informer against ${name}`, () => {
    let server: ApiServerUnderTest
    let world: World
    let caseNumber = 0

    const createWorld = async (): Promise<World> => {
      const label = `case-${(caseNumber += 1)}`
      const client = createKubeClient({ credentials: server.credentials })
      const proxy = await startFaultProxy(server.credentials)
      const ended = new AbortController()
      const changes: string[] = []
      const errors: unknown[] = []
      let informer: ReturnType<typeof createInformer<KubeObject>> | undefined
      return {
        client,
        proxy,
        changes,
        errors,
        start: (options = {}) => {
          informer = createInformer<KubeObject>({
            client: createKubeClient({ credentials: proxy.credentials }),
            type,
            namespace: server.namespace,
            labelSelector: `case=${label}`,
            signal: ended.signal,
            timing: TIMING,
            onChange: (object, change: Change) => changes.push(`${change} ${object.metadata.name}`),
            onError: (error) => errors.push(error),
            ...options,
          })
          return informer
        },
        stop: () => ended.abort(new Error('the case is over')),
        put: (objectName, value) =>
          client.apply<KubeObject>(
            type,
            {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: objectName, namespace: server.namespace, labels: { case: label } },
              data: { value },
            },
            { fieldManager: 'conformance' },
          ),
        remove: (objectName) => client.delete({ type, namespace: server.namespace, name: objectName }),
        values: () =>
          Object.fromEntries(
            (informer?.list() ?? []).map((object) => [
              object.metadata.name,
              (object['data'] as { value: string }).value,
            ]),
          ),
      }
    }

    before(async () => {
      server = await open()
    })
    beforeEach(async () => {
      world = await createWorld()
    })
    afterEach(async () => {
      world.stop()
      const { client } = world
      const left = await listObjects(client, type, {
        namespace: server.namespace,
        labelSelector: `case=case-${caseNumber}`,
      })
      for (const { metadata } of left) await world.remove(metadata.name)
      await world.proxy[Symbol.asyncDispose]()
    })

    it('lists, then tells about every added, changed and removed object', async () => {
      await world.put('a', '1')
      const informer = world.start()
      assert.equal(informer.isSynced(), false)
      await informer.synced
      assert.equal(informer.isSynced(), true)
      assert.equal(informer.get(server.namespace, 'a')?.kind, 'ConfigMap')
      assert.equal(informer.get(server.namespace, 'a')?.apiVersion, 'v1')
      await world.put('b', '1')
      await world.put('b', '2')
      await world.remove('a')
      await eventuallyPasses(() => assert.deepEqual(world.changes, ['added a', 'added b', 'changed b', 'removed a']))
      assert.deepEqual(world.values(), { b: '2' })
      assert.equal(informer.get(server.namespace, 'a'), undefined)
      assert.ok(informer.silenceMs() < 5_000)
      const [first] = world.proxy.requests
      assert.equal(first?.query.get('limit'), '500')
      assert.equal(first?.query.has('resourceVersion'), false)
      assert.equal(lastWatch(world)?.get('allowWatchBookmarks'), 'true')
      const seconds = Number(lastWatch(world)?.get('timeoutSeconds'))
      assert.ok(seconds >= 300 && seconds <= 600)
      assert.deepEqual(world.errors, [])
    })

    it('reads many objects page by page, each handed on before the next page is asked for', async function () {
      this.timeout(120_000)
      const names = Array.from({ length: server.many }, (_value, index) => `many-${index}`)
      const work = names.values()
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          for (const objectName of work) await world.put(objectName, '1')
        }),
      )
      const transformedAtList: number[] = []
      let transformed = 0
      world.proxy.fault = ({ isList }) => {
        if (isList) transformedAtList.push(transformed)
        return undefined
      }
      const informer = world.start({
        transform: (object) => {
          transformed += 1
          return object
        },
      })
      await informer.synced
      assert.equal(informer.list().length, server.many)
      assert.deepEqual(new Set(informer.list().map(({ metadata }) => metadata.name)), new Set(names))
      const pages = Math.ceil(server.many / 500)
      assert.deepEqual(
        transformedAtList,
        Array.from({ length: pages }, (_value, page) => page * 500),
      )
    })

    it('gets over a list that fails with 500, and one that is reset', async () => {
      await world.put('a', '1')
      const faults = [{ answer: 500 } as const, 'reset' as const, { answer: 503 } as const]
      world.proxy.fault = ({ isList }) => (isList ? faults.shift() : undefined)
      await world.start().synced
      assert.deepEqual(world.values(), { a: '1' })
      assert.equal(lists(world), 4)
    })

    it('gets over a watch that is refused with 500, without a new list', async () => {
      world.proxy.fault = firstTimes(3, 'isWatch', { answer: 500 })
      await world.start().synced
      await world.put('a', '1')
      await eventuallyPasses(() => assert.deepEqual(world.changes, ['added a']))
      assert.equal(lists(world), 1)
      assert.equal(world.errors.length, 3)
    })

    it('resumes after a reset from where it was: nothing lost, nothing twice, no new list', async () => {
      await world.put('a', '1')
      await world.start().synced
      await world.put('b', '1')
      await eventuallyPasses(() => assert.deepEqual(world.values(), { a: '1', b: '1' }))
      world.proxy.fault = firstTimes(2, 'isWatch', 'reset')
      world.proxy.resetWatches()
      await world.put('b', '2')
      await world.remove('a')
      await eventuallyPasses(() => assert.deepEqual(world.values(), { b: '2' }))
      assert.deepEqual(world.changes, ['added a', 'added b', 'changed b', 'removed a'])
      assert.equal(lists(world), 1)
    })

    it('takes a clean close as normal: no error, no new list, nothing lost', async () => {
      await world.start().synced
      for (const value of ['1', '2', '3']) {
        await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
        world.proxy.closeWatches()
        await world.put('a', value)
        await eventuallyPasses(() => assert.deepEqual(world.values(), { a: value }))
      }
      assert.equal(lists(world), 1)
      assert.deepEqual(world.errors, [])
    })

    it('waits longer and longer for a server that closes each watch at once', async () => {
      await world.start({ timing: { backoffMs: { min: 100, max: 10_000 } } }).synced
      const timer = setInterval(world.proxy.closeWatches, 5)
      await sleep(1_500)
      clearInterval(timer)
      // 100 + 200 + 400 + 800 ms, less up to half of each
      assert.ok(watches(world) >= 3 && watches(world) <= 7, `${watches(world)} watches`)
    })

    it('waits longer and longer too where each watch brings something before it is closed', async () => {
      await world.start({ timing: { backoffMs: { min: 100, max: 10_000 } } }).synced
      let value = 0
      const timer = setInterval(() => {
        void world.put('a', String((value += 1)))
        world.proxy.closeWatches()
      }, 20)
      await sleep(1_500)
      clearInterval(timer)
      assert.ok(world.changes.length >= 2, 'no watch brought anything')
      assert.ok(watches(world) <= 7, `${watches(world)} watches`)
    })

    it('notices a connection that went silent, and brings what it missed', async () => {
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      world.proxy.silenceWatches()
      await world.put('a', '1')
      await eventuallyPasses(() => assert.deepEqual(world.values(), { a: '1' }))
      assert.equal(lists(world), 1)
      assert.match(String(world.errors[0]), /no data for 500 ms/)
    })

    it('gets over a server that accepts a watch and never answers', async () => {
      world.proxy.fault = firstTimes(1, 'isWatch', 'hang')
      await world.start().synced
      await world.put('a', '1')
      await eventuallyPasses(() => assert.deepEqual(world.values(), { a: '1' }))
      assert.equal(lists(world), 1)
    })

    for (const [how, trigger] of [
      ['on connect', firstTimes(1, 'isWatch', { answer: 410, body: { kind: 'Status', code: 410, reason: 'Expired' } })],
      ['for a version that the server no longer has', firstTimes(1, 'isWatch', { query: { resourceVersion: '1' } })],
    ] as const) {
      it(`lists again after 410 ${how}, and tells only the difference`, async function () {
        for (const objectName of ['kept', 'altered', 'gone']) await world.put(objectName, '1')
        await world.start().synced
        await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
        server.compact?.()
        // A real API server that has just started still has its first version in its watch cache.
        if (how.startsWith('for a version') && !(await isVersionGone(world.client, server.namespace)))
          return this.skip()
        world.changes.length = 0
        let blocked = true
        world.proxy.fault = (request) => (blocked ? 'reset' : trigger(request))
        world.proxy.resetWatches()
        await world.put('altered', '2')
        await world.remove('gone')
        await world.put('new', '1')
        blocked = false
        await eventuallyPasses(() => assert.deepEqual(world.values(), { kept: '1', altered: '2', new: '1' }))
        assert.deepEqual([...world.changes].sort(), ['added new', 'changed altered', 'removed gone'])
        assert.equal(lists(world), 2)
        await world.put('kept', '2')
        await eventuallyPasses(() => assert.equal(world.values()['kept'], '2'))
      })
    }

    it('lists again after a 410 in the stream', async () => {
      await world.put('a', '1')
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      world.proxy.silenceWatches()
      await world.remove('a')
      await world.put('b', '1')
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      world.proxy.inject(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      await eventuallyPasses(() => assert.deepEqual(world.values(), { b: '1' }))
      assert.deepEqual([...world.changes].sort(), ['added a', 'added b', 'removed a'])
      assert.equal(lists(world), 2)
    })

    it('begins a list again whose continue token expired between two pages', async function () {
      if (server.many < 1000) this.skip()
      this.timeout(120_000)
      const names = Array.from({ length: 600 }, (_value, index) => `page-${index}`)
      const work = names.values()
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          for (const objectName of work) await world.put(objectName, '1')
        }),
      )
      const faults = [undefined, { answer: 410, body: { kind: 'Status', code: 410, reason: 'Expired' } }]
      world.proxy.fault = ({ isList }) => (isList ? faults.shift() : undefined)
      const informer = world.start()
      await informer.synced
      assert.equal(informer.list().length, 600)
      assert.equal(new Set(world.changes).size, world.changes.length, 'no object was told twice')
      assert.equal(lists(world), 4)
      assert.deepEqual(world.errors, [])
    })

    it('waits for a slow list', async () => {
      await world.put('a', '1')
      world.proxy.fault = firstTimes(1, 'isList', { delayMs: 1_500 })
      const informer = world.start()
      await sleep(1_000)
      assert.equal(informer.isSynced(), false)
      await informer.synced
      assert.deepEqual(world.values(), { a: '1' })
      assert.equal(lists(world), 1)
    })

    it('continues from a bookmark', async () => {
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      // A later version, which no event of this watch brings.
      const other = await world.client.apply<KubeObject>(
        type,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unwatched', namespace: server.namespace } },
        { fieldManager: 'conformance' },
      )
      const resourceVersion = other.metadata.resourceVersion
      world.proxy.inject(
        `${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { resourceVersion } } })}\n`,
      )
      await sleep(50)
      world.proxy.resetWatches()
      await eventuallyPasses(() => assert.equal(lastWatch(world)?.get('resourceVersion'), resourceVersion))
      assert.deepEqual(world.values(), {})
      await world.remove('unwatched')
    })

    it('reads an event again that was cut off in the middle of its line', async () => {
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      world.proxy.silenceWatches()
      world.proxy.inject('{"type":"ADDED","object":{"metadata":{"name":"half","resour')
      await world.put('a', '1')
      world.proxy.resetWatches()
      await eventuallyPasses(() => assert.deepEqual(world.values(), { a: '1' }))
      assert.deepEqual(world.changes, ['added a'])
    })

    it('starts the watch anew after garbage in the stream, without losing an event', async () => {
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      world.proxy.inject('<html>gateway</html>\n')
      await world.put('a', '1')
      await eventuallyPasses(() => assert.deepEqual(world.values(), { a: '1' }))
      assert.match(String(world.errors[0]), /is not an event/)
      assert.equal(lists(world), 1)
    })

    it('goes on where a transform or callback throws, and tells the error', async () => {
      await world.put('bad', '1')
      await world.put('good', '1')
      const told: string[] = []
      const informer = world.start({
        transform: (object) => {
          if (object.metadata.name === 'bad') throw new Error('transform fails')
          return object
        },
        onChange: (object) => {
          told.push(object.metadata.name)
          throw new Error('callback fails')
        },
      })
      await informer.synced
      await world.put('late', '1')
      await eventuallyPasses(() => assert.deepEqual(told, ['good', 'late']))
      assert.deepEqual(Object.keys(world.values()).sort(), ['good', 'late'])
      const messages = world.errors.map((error) => (error as Error).message)
      assert.deepEqual(messages, ['transform fails', 'callback fails', 'callback fails'])
    })

    it('ends with its signal: the watch is closed and nothing is asked any more', async () => {
      await world.start().synced
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 1))
      world.stop()
      await eventuallyPasses(() => assert.equal(world.proxy.openWatches(), 0))
      const before = world.proxy.requests.length
      await sleep(300)
      assert.equal(world.proxy.requests.length, before)
      assert.deepEqual(world.errors, [])
    })

    it('rejects `synced` where it is ended before the first list', async () => {
      world.proxy.fault = () => 'reset'
      const informer = world.start()
      await eventuallyPasses(() => assert.ok(world.proxy.requests.length > 0))
      world.stop()
      await assert.rejects(informer.synced, /the case is over/)
      assert.equal(informer.isSynced(), false)
    })
  })
}
