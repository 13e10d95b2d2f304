import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { createController } from '../../../../src/kube/work/controller.ts'
import type { Log } from '../../../../src/process/log.ts'
import { eventuallyPasses } from '../../../../tools/eventually.ts'

const createFakeLog = () => {
  const errors: { key: string; failures: number; retryMs: number }[] = []
  const log = { child: () => log, error: (fields: (typeof errors)[number]) => errors.push(fields) }
  return { log: log as unknown as Log, errors }
}

const retryMs = { min: 10, max: 40 }

describe('controller', () => {
  let stop: AbortController
  beforeEach(() => {
    stop = new AbortController()
  })
  afterEach(() => stop.abort())

  it('reconciles each added key, and again after the time that it asked for', async () => {
    const runs: string[] = []
    const { log } = createFakeLog()
    const controller = createController({
      name: 'test',
      log,
      concurrency: 2,
      signal: stop.signal,
      reconcile: (key) => {
        runs.push(key)
        return Promise.resolve(runs.length < 3 ? { againMs: 5 } : undefined)
      },
    })
    const running = controller.run()
    controller.add('a')
    await eventuallyPasses(() => assert.deepEqual(runs, ['a', 'a', 'a']))
    await sleep(30)
    assert.equal(runs.length, 3)
    stop.abort()
    await running
  })

  it('tries a key that fails again and again, waiting longer, and logs each failure once', async () => {
    const { log, errors } = createFakeLog()
    let runs = 0
    const controller = createController({
      name: 'test',
      log,
      concurrency: 1,
      signal: stop.signal,
      retryMs,
      random: () => 0,
      reconcile: () => {
        runs += 1
        // The fifth works; the sixth, much later, fails as if it were the first.
        return runs === 5 ? Promise.resolve(undefined) : Promise.reject(new Error('no'))
      },
    })
    void controller.run()
    controller.add('a')
    await eventuallyPasses(() => assert.equal(runs, 5))
    assert.deepEqual(
      errors.map((error) => error.retryMs),
      [10, 20, 40, 40],
    )
    assert.deepEqual(
      errors.map(({ failures }) => failures),
      [1, 2, 3, 4],
    )
    controller.add('a')
    await eventuallyPasses(() => assert.equal(errors[4]?.retryMs, 10))
  })

  it('spreads the retries of keys that failed together', async () => {
    const { log, errors } = createFakeLog()
    const randoms = [0, 0.5, 1]
    const controller = createController({
      name: 'test',
      log,
      concurrency: 3,
      signal: stop.signal,
      retryMs: { min: 100, max: 400 },
      random: () => randoms.shift() ?? 0,
      reconcile: () => Promise.reject(new Error('no')),
    })
    void controller.run()
    for (const key of ['a', 'b', 'c']) controller.add(key)
    await eventuallyPasses(() => assert.equal(errors.length, 3))
    assert.deepEqual(
      errors.map((error) => error.retryMs),
      [100, 75, 50],
    )
  })

  it('works on as many keys at once as it may, and not on more', async () => {
    let now = 0
    let most = 0
    let done = 0
    const controller = createController({
      name: 'test',
      log: createFakeLog().log,
      concurrency: 3,
      signal: stop.signal,
      reconcile: async () => {
        most = Math.max(most, (now += 1))
        await sleep(5)
        now -= 1
        done += 1
        return undefined
      },
    })
    void controller.run()
    for (let key = 0; key < 20; key += 1) controller.add(String(key))
    await eventuallyPasses(() => assert.equal(done, 20))
    assert.equal(most, 3)
  })

  it('ends after the work in hand, and begins no other', async () => {
    const runs: string[] = []
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const controller = createController({
      name: 'test',
      log: createFakeLog().log,
      concurrency: 1,
      signal: stop.signal,
      reconcile: (key) => {
        runs.push(key)
        return promise
      },
    })
    const running = controller.run()
    controller.add('a')
    controller.add('b')
    await eventuallyPasses(() => assert.deepEqual(runs, ['a']))
    stop.abort()
    let ended = false
    void running.then(() => (ended = true))
    await sleep(20)
    assert.equal(ended, false)
    resolve(undefined)
    await running
    assert.deepEqual(runs, ['a'])
  })

  it('reports how long the longest reconcile has been running', async () => {
    const metrics = new Registry()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const controller = createController({
      name: 'slow',
      log: createFakeLog().log,
      metrics,
      concurrency: 1,
      signal: stop.signal,
      reconcile: () => promise,
    })
    void controller.run()
    controller.add('a')
    const seconds = async (): Promise<number> =>
      Number(/longest_running_seconds\{controller="slow"\} (\S+)/.exec(await metrics.metrics())?.[1])
    await eventuallyPasses(async () => assert.ok((await seconds()) > 0.02))
    resolve(undefined)
    await eventuallyPasses(async () => assert.equal(await seconds(), 0))
  })

  it('counts by result', async () => {
    const metrics = new Registry()
    let runs = 0
    const controller = createController({
      name: 'counted',
      log: createFakeLog().log,
      metrics,
      concurrency: 1,
      signal: stop.signal,
      retryMs,
      reconcile: () => {
        runs += 1
        if (runs === 1) return Promise.reject(new Error('no'))
        return Promise.resolve(runs === 2 ? { againMs: 1 } : undefined)
      },
    })
    void controller.run()
    controller.add('a')
    await eventuallyPasses(async () => {
      const text = await metrics.metrics()
      assert.match(text, /odigos_reconcile_total\{controller="counted",result="error"\} 1/)
      assert.match(text, /odigos_reconcile_total\{controller="counted",result="again"\} 1/)
      assert.match(text, /odigos_reconcile_total\{controller="counted",result="done"\} 1/)
      assert.match(text, /odigos_reconcile_duration_seconds_count\{controller="counted"\} 3/)
    })
  })
})
