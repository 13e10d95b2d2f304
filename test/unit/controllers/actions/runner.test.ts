import assert from 'node:assert/strict'
import { createActionRunner } from '../../../../src/controllers/actions/runner.ts'
import { KubeError } from '../../../../src/kube/http/error.ts'
import type { RecordEvent } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'
import { createMetrics } from '../../../../src/process/metrics.ts'

interface Write {
  id: string
  do: string
  requires?: string
  fingerprint?: string
  value?: number
}

const about = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } }
const forbidden = (words: string): KubeError =>
  new KubeError(`PATCH /api: 403 ${words}`, { status: 403, reason: 'Forbidden', detail: words })
const away = (): KubeError => new KubeError('GET /api: Unreachable', { status: 0, reason: 'Unreachable' })
const write = (id: string, rest: Partial<Write> = {}): Write => ({ id, do: 'apply', ...rest })

describe('runner of actions', () => {
  let nowMs: number
  let errors: Record<string, unknown>
  let againMs: Record<string, number>
  let done: string[]
  let events: string[]
  let metrics: ReturnType<typeof createMetrics>

  const create = () => {
    nowMs = 0
    errors = {}
    againMs = {}
    done = []
    events = []
    metrics = createMetrics()
    const record: RecordEvent = (_object, { reason, message }) => void events.push(`${reason} ${message}`)
    return createActionRunner<Write>({
      controller: 'test',
      log: createLog('test', 'silent'),
      metrics,
      record,
      nowMs: () => nowMs,
      random: () => 0,
      retryMs: { min: 100, max: 400 },
      stepOf: ({ id, do: verb, requires, fingerprint }) => ({
        title: id,
        about,
        id,
        do: verb,
        requires,
        ...(fingerprint === undefined ? {} : { fingerprint }),
      }),
      act: async ({ id }) => {
        if (errors[id]) throw errors[id]
        if (againMs[id]) return { againMs: againMs[id] }
        done.push(id)
      },
    })
  }

  it('does the others where one is refused, and has its key reconciled at once for the conditions', async () => {
    const runner = create()
    errors['b'] = forbidden('exceeded quota')
    assert.deepEqual(await runner.run('key', [write('a'), write('b'), write('c')]), { againMs: 0 })
    assert.deepEqual(done, ['a', 'c'])
    assert.deepEqual([...runner.failures('key')], [['b', 'b: exceeded quota']])
    assert.deepEqual(runner.failures('other').size, 0)
    assert.deepEqual(events, ['ApplyFailed b: exceeded quota'])
    const text = await metrics.metrics()
    assert.match(text, /odigos_act_total\{controller="test",do="apply",result="done"\} 2/)
    assert.match(text, /odigos_act_total\{controller="test",do="apply",result="refused"\} 1/)
  })

  it('retries what is refused with growing waits, and records one Event', async () => {
    const runner = create()
    errors['b'] = forbidden('no')
    const waits: unknown[] = []
    for (const atMs of [0, 0, 50, 100, 100, 300, 700, 1_100]) {
      nowMs = atMs
      waits.push((await runner.run('key', [write('b')]))?.againMs)
    }
    assert.deepEqual(waits, [0, 100, 50, 200, 200, 400, 400, 400])
    assert.equal(events.length, 1)
  })

  it('does not hold back an action that has changed', async () => {
    const runner = create()
    errors['b'] = forbidden('no')
    await runner.run('key', [write('b', { value: 1 })])
    delete errors['b']
    await runner.run('key', [write('b', { value: 1 })])
    assert.deepEqual(done, [])
    await runner.run('key', [write('b', { value: 2 })])
    assert.deepEqual(done, ['b'])
  })

  it('takes back what it said when the cause is gone, and when the action is not wanted any more', async () => {
    const runner = create()
    errors['b'] = forbidden('no')
    await runner.run('key', [write('b')])
    delete errors['b']
    nowMs = 100
    assert.deepEqual(await runner.run('key', [write('b')]), { againMs: 0 })
    assert.equal(runner.failures('key').size, 0)
    assert.equal(await runner.run('key', [write('b')]), undefined)
    errors['b'] = forbidden('no')
    await runner.run('key', [write('b')])
    assert.deepEqual(await runner.run('key', []), { againMs: 0 })
    assert.equal(runner.failures('key').size, 0)
  })

  it('leaves out what requires a refused action, and says nothing about it', async () => {
    const runner = create()
    errors['config'] = forbidden('too large')
    await runner.run('key', [write('config'), write('workload', { requires: 'config' }), write('service')])
    assert.deepEqual(done, ['service'])
    assert.equal(events.length, 1)
  })

  it('leaves out the whole chain that follows from what is not done', async () => {
    const runner = create()
    errors['a'] = forbidden('no')
    await runner.run('key', [write('a'), write('b', { requires: 'a' }), write('c', { requires: 'b' })])
    assert.deepEqual(done, [])
  })

  it('what is not possible yet is no failure: it is tried again, and what requires it waits', async () => {
    const runner = create()
    againMs['a'] = 15
    const actions = [write('a'), write('b', { requires: 'a' }), write('c')]
    assert.deepEqual(await runner.run('key', actions), { againMs: 15 })
    assert.deepEqual([done, events, runner.failures('key').size], [['c'], [], 0])
    assert.match(await metrics.metrics(), /do="apply",result="again"\} 1/)
    againMs = {}
    assert.equal(await runner.run('key', actions), undefined)
    assert.deepEqual(done, ['c', 'a', 'b', 'c'])
  })

  it('keeps what was refused and is then not possible yet, without being busy', async () => {
    const runner = create()
    errors['a'] = forbidden('no')
    await runner.run('key', [write('a')])
    errors = {}
    againMs['a'] = 5_000
    nowMs = 1_000
    assert.deepEqual(await runner.run('key', [write('a')]), { againMs: 5_000 })
    assert.equal(runner.failures('key').size, 1)
  })

  it('holds an action back whose fingerprint is the same, whatever else it holds', async () => {
    const runner = create()
    errors['a'] = forbidden('no')
    await runner.run('key', [write('a', { value: 1, fingerprint: 'first' })])
    errors = {}
    await runner.run('key', [write('a', { value: 2, fingerprint: 'first' })])
    assert.deepEqual(done, [])
    await runner.run('key', [write('a', { value: 2, fingerprint: 'second' })])
    assert.deepEqual(done, ['a'])
  })

  it('writes no status that was decided before the news', async () => {
    const runner = create()
    errors['a'] = forbidden('no')
    const actions = [write('a'), write('status', { do: 'status' })]
    await runner.run('key', actions)
    assert.deepEqual(done, [])
    await runner.run('key', actions)
    assert.deepEqual(done, ['status'])
  })

  it('an error of ours fails alone, too', async () => {
    const runner = create()
    errors['a'] = new TypeError('undefined is not a function')
    await runner.run('key', [write('a'), write('b')])
    assert.deepEqual(done, ['b'])
  })

  it('throws where the API server is away: after a second call, and without a word about objects', async () => {
    const runner = create()
    errors['a'] = away()
    errors['b'] = away()
    await assert.rejects(runner.run('key', [write('a'), write('b'), write('c')]), /Unreachable/)
    assert.deepEqual(done, [])
    delete errors['b']
    await assert.rejects(runner.run('key', [write('a'), write('b'), write('c')]), /Unreachable/)
    assert.deepEqual(done, ['b', 'c'])
    assert.deepEqual(events, [])
    assert.equal(runner.failures('key').size, 0)
    assert.match(await metrics.metrics(), /result="error"\} 3/)
  })

  it('leaves out what requires an action for which the API server was away', async () => {
    const runner = create()
    errors['config'] = away()
    const actions = [write('config'), write('workload', { requires: 'config' }), write('service')]
    await assert.rejects(runner.run('key', actions), /Unreachable/)
    assert.deepEqual(done, ['service'])
  })

  it('remembers what was refused while the API server is away', async () => {
    const runner = create()
    errors['a'] = forbidden('no')
    await runner.run('key', [write('a')])
    nowMs = 100
    errors['a'] = away()
    await assert.rejects(runner.run('key', [write('a')]), /Unreachable/)
    assert.equal(runner.failures('key').size, 1)
  })
})
