/** What is written, in which order, and what is left and reported where a write fails. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import { createActionRunner } from '../../../../src/controllers/actions/runner.ts'
import { createAct } from '../../../../src/controllers/instrumentor/act.ts'
import type { InstrumentorAction } from '../../../../src/controllers/instrumentor/reconcile.ts'
import { stepOf } from '../../../../src/controllers/instrumentor/reconcile.ts'
import { createRestartSlots } from '../../../../src/controllers/instrumentor/restart/slots.ts'
import { createOwnWrites } from '../../../../src/controllers/instrumentor/watch/own-writes.ts'
import { KubeError } from '../../../../src/kube/http/error.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'

const about = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } }
const attempt = { decision: 'd1', count: 1, at: '1970-01-01T00:00:00.000Z' }
const metadata = { name: 'deployment-web', namespace: 'shop' }
const config: KubeObject = { apiVersion: 'odigos.io/v1alpha1', kind: 'InstrumentationConfig', metadata }
const withStatus: KubeObject = { ...config, status: { state: 'RestartRequired', conditions: [] } }

const CONFIG = 'InstrumentationConfig/shop/deployment-web'
const apply: InstrumentorAction = { do: 'apply', object: config, about }
const writeStatus: InstrumentorAction = { do: 'status', object: withStatus, about, requires: `apply ${CONFIG}` }
const event: InstrumentorAction = {
  do: 'event',
  about,
  type: 'Normal',
  reason: 'RestartedByUs',
  message: 'done',
  requires: 'restart Deployment/shop/web',
}
const restart: InstrumentorAction = {
  do: 'restart',
  about,
  reason: 'RestartedByUs',
  message: '',
  object: withStatus,
  attempt,
  limit: 1,
  requires: `status ${CONFIG}`,
}
const remove: InstrumentorAction = { do: 'delete', object: config, about }
const optedOut: InstrumentorAction = { ...event, reason: 'OptedOut', requires: `delete ${CONFIG}` }
const all = [apply, writeStatus, restart, event]

type Write = 'apply' | 'status' | 'restart' | 'delete'
const refusal = new KubeError('PATCH /apis: 422', {
  status: 422,
  reason: 'Invalid',
  detail: 'spec.containers: Too many',
})
const failed = (status: number): KubeError => new KubeError('failed', { status, reason: 'Failed' })

const scene = (failing?: Write, error: Error = refusal, isThere = true) => {
  const writes: string[] = []
  const events: string[] = []
  const fault = { failing, error }
  const write = <T>(name: Write, note: string, result: T): Promise<T> => {
    writes.push(note)
    return name === fault.failing ? Promise.reject(fault.error) : Promise.resolve(result)
  }
  const client = {
    apply: (_type: unknown, object: KubeObject, { subresource }: { subresource?: string }) => {
      if (!subresource) return write('apply', 'apply', object)
      const { restarts } = object['status'] as { restarts?: { count: number } }
      return write('status', `status ${restarts?.count ?? '-'}`, object)
    },
    mergePatch: () => write('restart', 'restart', {}),
    delete: () => write('delete', 'delete', isThere),
  } as unknown as KubeClient
  const log = createLog('test', 'silent')
  const record = (_object: unknown, { type, reason, message }: { type: string; reason: string; message: string }) =>
    void events.push(`${type} ${reason} ${message}`)
  const slots = createRestartSlots(
    () => false,
    () => 0,
  )
  const metrics = { restarted: () => undefined, rolledBack: () => undefined }
  const act = createAct({ client, record, log, slots, ownWrites: createOwnWrites(() => 0), metrics })
  const runner = createActionRunner({ controller: 'test', log, record, act, stepOf, nowMs: () => 0 })
  return {
    run: (actions: InstrumentorAction[], key = 'web') => runner.run(key, actions),
    writes,
    events,
    runner,
    fault,
  }
}

describe('instrumentor act', () => {
  it('counts a restart before it makes it, and waits for a slot before it counts', async () => {
    const { run, writes, events } = scene()
    assert.equal(await run(all), undefined)
    assert.deepEqual(await run([restart, event]), { againMs: 15_000 })
    assert.deepEqual(writes, ['apply', 'status -', 'status 1', 'restart'])
    assert.deepEqual(events, ['Normal RestartedByUs done'], 'a restart that waits is not reported')
  })

  it('does not count a restart that was refused, gives the slot back, and retries later', async () => {
    const { run, writes, fault } = scene('restart')
    await run([restart, event])
    assert.deepEqual(writes, ['status 1', 'restart', 'status -'])
    const later = { ...restart, attempt: { ...attempt, at: '1970-01-01T00:01:00.000Z' } }
    await run([later, event])
    assert.deepEqual(writes.length, 3, 'a later attempt is the same restart')
    fault.failing = undefined
    await run([restart], 'another key')
    assert.equal(writes.at(-1), 'restart', 'the slot is free')
  })

  const refused: [failing: Write, actions: InstrumentorAction[], writes: string[], title: string][] = [
    ['apply', all, ['apply'], 'InstrumentationConfig deployment-web'],
    ['status', all, ['apply', 'status -'], 'status of InstrumentationConfig deployment-web'],
    ['restart', all, ['apply', 'status -', 'status 1', 'restart', 'status -'], 'restart of Deployment web'],
    ['delete', [remove, optedOut], ['delete'], 'deletion of InstrumentationConfig deployment-web'],
  ]
  for (const [failing, actions, expected, title] of refused) {
    it(`where the API server refuses to ${failing}, it is reported, and nothing that follows from it is done`, async () => {
      const { run, writes, events, runner } = scene(failing)
      assert.deepEqual(await run(actions), { againMs: 0 }, 'its condition is written at once')
      assert.deepEqual(writes, expected)
      assert.deepEqual(events, [`Warning ApplyFailed ${title}: spec.containers: Too many`])
      assert.equal(runner.failures('web').size, 1)
    })
  }

  for (const status of [404, 409]) {
    it(`decides anew after ${status}, without a report, and does nothing that follows`, async () => {
      for (const failing of ['apply', 'status', 'restart'] as const) {
        const { run, events, writes } = scene(failing, failed(status))
        assert.deepEqual(await run(all), { againMs: 1_000 })
        assert.deepEqual([events, writes.at(-1)], [[], failing === 'apply' ? 'apply' : 'status -'])
      }
    })
  }

  it('does nothing that follows while the API server is unavailable', async () => {
    const { run, events, writes } = scene('apply', failed(503))
    await assert.rejects(run(all), /failed/)
    assert.deepEqual([events, writes], [[], ['apply']])
  })

  it('does not report a deletion twice where the cache is behind', async () => {
    const { run, events } = scene(undefined, refusal, false)
    assert.deepEqual(await run([remove, optedOut]), { againMs: 1_000 })
    assert.deepEqual(events, [])
  })
})
