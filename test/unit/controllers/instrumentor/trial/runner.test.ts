/** Trials against a scripted API server: what is asked, how often, and what is told. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject, Pod } from '../../../../../src/api/kubernetes.ts'
import { KubeError } from '../../../../../src/kube/http/error.ts'
import type { KubeClient } from '../../../../../src/kube/types.ts'
import { createLog } from '../../../../../src/process/log.ts'
import { createTrials } from '../../../../../src/controllers/instrumentor/trial/runner.ts'
import { eventuallyPasses } from '../../../../../tools/eventually.ts'

const KEY = 'shop/Deployment/web'
const DUE = { decision: 'd1', hash: 'h' }

type Answer = 'marked' | 'unmarked' | KubeError
const refused = (detail: string, status = 403): KubeError => new KubeError(detail, { status, reason: 'x', detail })
const QUOTA = refused('exceeded quota: q, requested: pods=2, used: pods=1, limited: pods=2')

const deployment = (name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop', uid: 'u' },
  spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app' }] } } },
})

const isBare = (pod: Pod): boolean => pod.metadata?.labels?.['odigos-instrumentation'] === 'disabled'

/** `answerTo` gives the answer to the nth pod with an agent, or to the one without. */
const scene = (answerTo: (count: number, isBarePod: boolean) => Answer, get?: KubeClient['get']) => {
  const ended = new AbortController()
  const told: string[] = []
  const results: string[] = []
  const world = { asked: 0, bare: 0, atOnce: 0, most: 0, options: [] as unknown[] }
  const client: Pick<KubeClient, 'get' | 'create'> = {
    get: get ?? (({ name }) => Promise.resolve(deployment(name) as never)),
    create: async (_type, object, options) => {
      const pod = object as unknown as Pod
      world.options.push(options)
      world.most = Math.max(world.most, (world.atOnce += 1))
      await sleep(1)
      world.atOnce -= 1
      const bare = isBare(pod)
      if (bare) world.bare += 1
      else world.asked += 1
      const answer = answerTo(world.asked, bare)
      if (answer instanceof KubeError) throw answer
      const annotations = { 'odigos.io/injection-hash': 'h', 'odigos.io/injection': '{"app":{"agent":"nodejs"}}' }
      return { ...pod, metadata: { ...pod.metadata, annotations: answer === 'marked' ? annotations : {} } } as never
    },
  }
  const trials = createTrials({
    client,
    log: createLog('test', 'fatal'),
    signal: ended.signal,
    metrics: { tried: (result) => void results.push(result) },
    onVerdict: (key) => void told.push(key),
    haste: 1_000,
  })
  const running = trials.run()
  const stop = async (): Promise<void> => {
    ended.abort()
    await running
  }
  return { trials, told, results, world, stop }
}

describe('trials', () => {
  let stop = (): Promise<void> => Promise.resolve()
  afterEach(() => stop())

  const tried = async (...parameters: Parameters<typeof scene>) => {
    const created = scene(...parameters)
    stop = created.stop
    created.trials.request(KEY, 'apps/v1', DUE)
    await eventuallyPasses(async () => assert.ok(created.trials.verdict(KEY, DUE)))
    return { ...created, verdict: created.trials.verdict(KEY, DUE) }
  }

  it('ask once for a decision that is admitted, by nothing but dry runs', async () => {
    const { trials, told, world, verdict } = await tried(() => 'marked')
    trials.request(KEY, 'apps/v1', DUE)
    await sleep(20)
    assert.deepEqual([verdict, told, world.asked], [{ is: 'admitted' }, [KEY], 1])
    assert.deepEqual(world.options, [{ fieldManager: 'odigos-instrumentor', isDryRun: true }])
  })

  it('ask again for another decision, and when they were forgotten', async () => {
    const { trials, world } = await tried(() => 'marked')
    const other = { decision: 'd2', hash: 'h' }
    trials.request(KEY, 'apps/v1', other)
    assert.equal(trials.verdict(KEY, DUE), undefined)
    await eventuallyPasses(async () => assert.ok(trials.verdict(KEY, other)))
    trials.forget(KEY)
    trials.request(KEY, 'apps/v1', other)
    await eventuallyPasses(async () => assert.ok(trials.verdict(KEY, other)))
    assert.equal(world.asked, 3)
  })

  it('blame the agent where the pod is refused twice with it, and admitted without', async () => {
    const { verdict, world } = await tried((_count, bare) => (bare ? 'unmarked' : refused('no')))
    assert.deepEqual(verdict, { is: 'refused', message: 'no' })
    assert.deepEqual([world.asked, world.bare], [2, 1])
  })

  it('do not blame the agent for what refuses the pod without it', async () => {
    const any = await tried(() => refused('no'))
    assert.deepEqual(any.verdict, { is: 'refusedAnyway', message: 'no', isQuota: false })
    await stop()
    const full = await tried(() => QUOTA)
    assert.deepEqual(full.verdict, { is: 'refusedAnyway', message: QUOTA.detail, isQuota: true })
  })

  it('do not blame the agent for a refusal that has passed, and ask until an answer tells', async () => {
    const { trials, results, world } = await tried((count, bare) => (bare || count > 1 ? 'marked' : refused('full')))
    await eventuallyPasses(async () => assert.deepEqual(trials.verdict(KEY, DUE), { is: 'admitted' }))
    assert.deepEqual([results, world.asked, world.bare], [['unsure', 'admitted'], 3, 1])
  })

  it('ask again where the API server, or what it asks, does not answer', async () => {
    for (const error of [refused('', 503), refused('failed calling webhook', 500), refused('', 429)]) {
      const { trials } = await tried((count) => (count < 7 ? error : 'marked'))
      await eventuallyPasses(async () => assert.deepEqual(trials.verdict(KEY, DUE), { is: 'admitted' }))
      await stop()
    }
  })

  it('believe a missing mark only after some attempts', async () => {
    const late = await tried((count) => (count < 5 ? 'unmarked' : 'marked'))
    assert.deepEqual([late.verdict, late.told], [{ is: 'admitted' }, [KEY]])
    await stop()
    const never = await tried(() => 'unmarked')
    assert.deepEqual([never.verdict, never.world.asked], [{ is: 'unmarked' }, 6])
  })

  it('do not tell that nobody answers before it lasts', async () => {
    const { told, trials } = await tried((count) => (count < 4 ? refused('', 503) : 'marked'))
    assert.deepEqual([told, trials.verdict(KEY, DUE)], [[KEY], { is: 'admitted' }])
  })

  it('blame nobody where the workload itself cannot be read', async () => {
    const { verdict } = await tried(
      () => 'marked',
      () => Promise.reject(refused('deployments is forbidden')),
    )
    assert.deepEqual(verdict, { is: 'unsure', message: 'deployments is forbidden' })
  })

  it('ask for a few workloads at a time', async () => {
    const created = scene(() => 'marked')
    stop = created.stop
    for (let i = 0; i < 50; i += 1) created.trials.request(`shop/Deployment/w${i}`, 'apps/v1', DUE)
    await eventuallyPasses(async () => assert.equal(created.told.length, 50))
    assert.equal(created.world.most, 2)
  })
})
