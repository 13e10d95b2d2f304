import assert from 'node:assert/strict'
import { mock } from 'node:test'
import fc from 'fast-check'
import type { KeyQueue } from '../../../../src/kube/work/queue.ts'
import { createKeyQueue } from '../../../../src/kube/work/queue.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A few workers at a queue, whose work ends when the test says so; events are numbered in their order. */
const createWorld = (queue: KeyQueue, workers: number) => {
  let clock = 0
  const finishers: { key: string; end: () => void }[] = []
  const world = {
    working: [] as string[],
    lastAdded: new Map<string, number>(),
    lastStarted: new Map<string, number>(),
    adds: 0,
    starts: 0,
    add: (key: string, delayMs: number) => {
      world.lastAdded.set(key, (clock += 1))
      world.adds += 1
      queue.add(key, delayMs)
    },
    finish: (index: number) => finishers.splice(index % Math.max(finishers.length, 1), 1)[0]?.end(),
    drain: async () => {
      for (let round = 0; round < 200; round += 1) {
        mock.timers.tick(5)
        world.finish(0)
        await settle()
      }
    },
  }
  const work = async (): Promise<void> => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      world.lastStarted.set(key, (clock += 1))
      world.starts += 1
      world.working.push(key)
      const { promise, resolve } = Promise.withResolvers<void>()
      finishers.push({ key, end: resolve })
      await promise
      world.working.splice(world.working.indexOf(key), 1)
      queue.done(key)
    }
  }
  for (let index = 0; index < workers; index += 1) void work()
  return world
}

describe('key queue', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 }))
  afterEach(() => mock.timers.reset())

  it('hands a key out once, however often it was added', async () => {
    const queue = createKeyQueue()
    queue.add('a')
    queue.add('a')
    queue.add('b')
    assert.equal(queue.depth(), 2)
    assert.equal(await queue.take(), 'a')
    assert.equal(await queue.take(), 'b')
    assert.equal(queue.depth(), 0)
  })

  it('hands a key out again that was added while it was worked on, but only when that is done', async () => {
    const queue = createKeyQueue()
    queue.add('a')
    await queue.take()
    queue.add('a')
    queue.add('a')
    const next = queue.take()
    assert.equal(await Promise.race([next, settle()]), undefined)
    queue.done('a')
    assert.equal(await next, 'a')
    queue.done('a')
    assert.equal(queue.depth(), 0)
  })

  it('keeps the earlier of two delays', async () => {
    const queue = createKeyQueue()
    queue.add('a', 100)
    queue.add('a', 1_000)
    queue.add('b', 1_000)
    queue.add('b', 100)
    mock.timers.tick(99)
    assert.equal(queue.depth(), 0)
    mock.timers.tick(1)
    assert.equal(queue.depth(), 2)
    queue.done((await queue.take()) ?? '')
    queue.done((await queue.take()) ?? '')
    mock.timers.tick(10_000)
    assert.equal(queue.depth(), 0)
  })

  it('does not run a key at once whose delay is longer than a timer can be', () => {
    const queue = createKeyQueue()
    queue.add('a', 2 ** 40)
    mock.timers.tick(1_000_000)
    assert.equal(queue.depth(), 0)
  })

  it('ends every wait when it is closed, and takes nothing more', async () => {
    const queue = createKeyQueue()
    const waiting = queue.take()
    queue.add('later', 100)
    queue.close()
    assert.equal(await waiting, undefined)
    queue.add('a')
    mock.timers.tick(100)
    assert.equal(await queue.take(), undefined)
    assert.equal(queue.depth(), 0)
  })

  it('never works on a key twice at once, and loses nothing', async () => {
    const key = fc.constantFrom('a', 'b', 'c')
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key, delayMs: fc.constantFrom(0, 0, 1, 5, 20) }),
      fc.record({ do: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ do: fc.constant('finish' as const), index: fc.nat({ max: 4 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (steps, workers) => {
        const world = createWorld(createKeyQueue(), workers)
        for (const next of steps) {
          if (next.do === 'add') world.add(next.key, next.delayMs)
          else if (next.do === 'tick') mock.timers.tick(next.ms)
          else world.finish(next.index)
          await settle()
          assert.equal(new Set(world.working).size, world.working.length, 'a key was worked on twice at once')
        }
        await world.drain()
        for (const [added, at] of world.lastAdded) {
          const started = world.lastStarted.get(added)
          assert.ok(started !== undefined && started > at, `${added} was added at ${at}, last started at ${started}`)
        }
        assert.ok(world.starts <= world.adds, 'there was more work than was asked for')
      }),
      { numRuns: 500 },
    )
  })
})
