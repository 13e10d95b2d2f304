/** What is written, in which order, and what is left and reported where a write fails. */
import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import { createAct } from '../../../../src/controllers/instrumentor/act.ts'
import type { Observed } from '../../../../src/controllers/instrumentor/observed.ts'
import type { Action } from '../../../../src/controllers/instrumentor/reconcile.ts'
import { createRestartSlots } from '../../../../src/controllers/instrumentor/restart/slots.ts'
import { createOwnWrites } from '../../../../src/controllers/instrumentor/watch/own-writes.ts'
import { KubeError } from '../../../../src/kube/http/error.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'

const observed = {
  workload: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    containers: [],
    paused: false,
  },
  settings: effectiveConfig({ rollout: { maxConcurrent: 1 } }),
  pods: [],
  nowMs: 0,
} as unknown as Observed
const attempt = { decision: 'd1', count: 1, at: '1970-01-01T00:00:00.000Z' }
const status = { state: 'RestartRequired' as const, conditions: [] }
const spec = { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, containers: [] }
const metadata = { name: 'deployment-web', namespace: 'shop' }
const config = { apiVersion: 'odigos.io/v1alpha1', kind: 'InstrumentationConfig', metadata, spec }

const apply: Action = { do: 'apply', object: config }
const writeStatus: Action = { do: 'status', status }
const event: Action = { do: 'event', type: 'Normal', reason: 'Injected', message: 'done' }
const restart: Action = { do: 'restart', reason: 'RestartedByUs', message: '', status, attempt }

type Write = 'apply' | 'status' | 'restart' | 'delete'
const refusal = new KubeError('spec.containers: Too many', { status: 422, reason: 'Invalid' })

const scene = (failing?: Write, error: Error = refusal) => {
  const writes: string[] = []
  const events: string[] = []
  const failed: string[] = []
  const write = <T>(name: Write, note: string, result: T): Promise<T> => {
    writes.push(note)
    return name === failing ? Promise.reject(error) : Promise.resolve(result)
  }
  const client = {
    apply: (_type: unknown, object: KubeObject, { subresource }: { subresource?: string }) => {
      if (!subresource) return write('apply', 'apply', object)
      const { restarts, conditions } = object['status'] as { restarts?: { count: number }; conditions: object[] }
      const reasons = (conditions as { reason: string }[]).map(({ reason }) => reason)
      return write('status', ['status', restarts?.count ?? '-', ...reasons].join(' '), object)
    },
    mergePatch: () => write('restart', 'restart', {}),
    delete: () => write('delete', 'delete', true),
  } as unknown as KubeClient
  const act = createAct({
    client,
    record: (_object, { type, reason, message }) => void events.push(`${type} ${reason} ${message}`),
    log: createLog('test', 'fatal'),
    slots: createRestartSlots(
      () => false,
      () => 0,
    ),
    ownWrites: createOwnWrites(() => 0),
    metrics: {
      restarted: () => undefined,
      rolledBack: () => undefined,
      acted: (action, result) => void (result === 'done' || failed.push(`${action} ${result}`)),
    },
  })
  return { act, writes, events, failed }
}
const known = { ...observed, config: { ...config, status: { ...status, restarts: attempt } } } as Observed

describe('instrumentor act', () => {
  it('counts a restart before it makes it, and waits for a slot before it counts', async () => {
    const { act, writes, events } = scene()
    await act(observed, [restart, event])
    await act(observed, [restart, event])
    assert.deepEqual(writes, ['status 1', 'restart'])
    assert.deepEqual(events, ['Normal Injected done'], 'a restart that waits is not reported')
  })

  it('does not count a restart that was refused, and gives the slot back', async () => {
    const { act, writes } = scene('restart', new Error('refused'))
    for (let tries = 0; tries < 2; tries += 1) await assert.rejects(act(observed, [restart]), /refused/)
    assert.deepEqual(writes, ['status 1', 'restart', 'status -', 'status 1', 'restart', 'status -'])
  })

  const refused: [failing: Write, actions: Action[], seen: Observed, writes: string[]][] = [
    ['apply', [apply, writeStatus, event, restart], known, ['apply', 'status 1 ApplyFailed']],
    ['apply', [apply, writeStatus, event, restart], observed, ['apply']],
    ['status', [apply, writeStatus, event, restart], known, ['apply', 'status -']],
    ['restart', [restart, event], known, ['status 1', 'restart', 'status -', 'status - ApplyFailed']],
    ['delete', [{ do: 'delete' }, event], known, ['delete', 'status 1 ApplyFailed']],
  ]
  for (const [failing, actions, seen, expected] of refused) {
    it(`where the API server refuses to ${failing}, it is reported, and nothing that follows from it is done${seen.config ? '' : ' (no object yet)'}`, async () => {
      const { act, writes, events, failed } = scene(failing)
      await assert.rejects(act(seen, actions), refusal)
      assert.deepEqual(writes, expected)
      assert.deepEqual(events, ['Warning ApplyFailed spec.containers: Too many'])
      assert.deepEqual(failed, [`${failing} refused`])
    })
  }

  it('does not write what is reported already, nor report what a retry may mend', async () => {
    const first = scene('apply')
    const condition = { type: 'Applied', status: 'False', reason: 'ApplyFailed', message: refusal.message } as const
    const conditions = [{ ...condition, lastTransitionTime: '1970-01-01T00:00:00Z' }]
    const reported = { ...known, config: { ...config, status: { ...status, conditions } } } as Observed
    await assert.rejects(first.act({ ...reported, nowMs: 60_000 }, [apply]), refusal)
    assert.deepEqual(first.writes, ['apply'])

    const busy = scene('apply', new KubeError('try again', { status: 503, reason: 'ServiceUnavailable' }))
    await assert.rejects(busy.act(known, [apply]), /try again/)
    assert.deepEqual([busy.writes, busy.events, busy.failed], [['apply'], [], ['apply error']])
  })
})
