/** What a restart writes, in which order, and what is left where a write fails. */
import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import { createAct } from '../../../../src/controllers/instrumentor/act.ts'
import { createOwnWrites } from '../../../../src/controllers/instrumentor/watch/own-writes.ts'
import type { Action } from '../../../../src/controllers/instrumentor/reconcile.ts'
import type { Observed } from '../../../../src/controllers/instrumentor/observed.ts'
import { createRestartSlots } from '../../../../src/controllers/instrumentor/restart/slots.ts'
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
const restart: Action = { do: 'restart', reason: 'RestartedByUs', message: '', status, attempt }

const scene = (isRefused = false) => {
  const writes: string[] = []
  const events: string[] = []
  const client = {
    apply: (_type: unknown, object: KubeObject) => {
      const { restarts } = object['status'] as { restarts?: { count: number } }
      writes.push(`status ${restarts?.count ?? '-'}`)
      return Promise.resolve(object)
    },
    mergePatch: () => {
      writes.push('restart')
      return isRefused ? Promise.reject(new Error('refused')) : Promise.resolve({})
    },
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
    metrics: { restarted: () => undefined, rolledBack: () => undefined },
  })
  return { act, writes, events }
}

describe('instrumentor act', () => {
  it('counts a restart before it makes it, and waits for a slot before it counts', async () => {
    const { act, writes } = scene()
    await act(observed, restart)
    await act(observed, restart)
    assert.deepEqual(writes, ['status 1', 'restart'])
  })

  it('does not count a restart that was refused, and gives the slot back', async () => {
    const { act, writes } = scene(true)
    for (let tries = 0; tries < 2; tries += 1) await assert.rejects(act(observed, restart), /refused/)
    assert.deepEqual(writes, ['status 1', 'restart', 'status -', 'status 1', 'restart', 'status -'])
  })

  it('tells once, as a warning, that restarts did not help', async () => {
    const { act, events } = scene()
    const condition = { type: 'RestartRequired', status: 'True' as const, lastTransitionTime: '1970-01-01T00:00:00Z' }
    const given = { ...condition, reason: 'RestartIneffective' as const, message: '3 restarts did not help' }
    const next = { ...status, conditions: [given] }
    await act(observed, { do: 'apply-status', status: next })
    const config = { status: next } as unknown as NonNullable<Observed['config']>
    await act({ ...observed, config }, { do: 'apply-status', status: next })
    assert.deepEqual(events, ['Warning RestartIneffective RestartRequired: 3 restarts did not help'])
  })
})
