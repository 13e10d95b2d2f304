import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import { KubeError } from '../../../../src/kube/http/error.ts'
import { createEventRecorder } from '../../../../src/kube/work/events.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'

const flush = (): Promise<void> => sleep(5)
const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop', uid: 'u' } }
const event = { type: 'Normal', reason: 'Detected', message: 'python 3.12' } as const

const createWorld = (fail?: Error, failPatch?: Error) => {
  const created: KubeObject[] = []
  const patched: unknown[] = []
  let time = Date.parse('2026-11-23T10:00:00Z')
  const client = {
    create: (_type: unknown, body: KubeObject) => {
      created.push(body)
      return fail ? Promise.reject(fail) : Promise.resolve(body)
    },
    mergePatch: (_ref: unknown, patch: unknown) => {
      patched.push(patch)
      return failPatch ? Promise.reject(failPatch) : Promise.resolve({})
    },
  } as unknown as KubeClient
  const record = createEventRecorder({ client, component: 'test', now: () => time })
  return { created, patched, record, pass: (ms: number) => (time += ms) }
}

describe('event recorder', () => {
  it('writes one Event, and raises its counter for ten minutes', async () => {
    const { created, patched, record, pass } = createWorld()
    record(object, event)
    pass(60_000)
    record(object, event)
    await flush()
    assert.equal(created.length, 1)
    assert.deepEqual(patched, [{ count: 2, lastTimestamp: '2026-11-23T10:01:00Z' }])
    pass(10 * 60_000)
    record(object, event)
    await flush()
    assert.equal(created.length, 2)
    assert.notEqual(created[0]?.metadata.name, created[1]?.metadata.name)
    assert.equal(created[1]?.['count'], 1)
  })

  it('keeps Events of other objects, reasons and messages apart', async () => {
    const { created, record } = createWorld()
    record(object, event)
    record(object, { ...event, message: 'java 21' })
    record(object, { ...event, reason: 'Ambiguous' })
    record({ ...object, metadata: { ...object.metadata, name: 'other' } }, event)
    await flush()
    assert.equal(created.length, 4)
    assert.equal(new Set(created.map(({ metadata }) => metadata.name)).size, 4)
  })

  it('puts Events of objects without a namespace into default', async () => {
    const { created, record } = createWorld()
    record({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, event)
    await flush()
    assert.equal(created[0]?.metadata.namespace, 'default')
  })

  it('has names that are allowed, also for the longest object name', async () => {
    const { created, record } = createWorld()
    record({ ...object, metadata: { ...object.metadata, name: 'n'.repeat(253) } }, event)
    await flush()
    assert.ok(created[0]!.metadata.name.length <= 253)
    assert.match(created[0]!.metadata.name, /^[a-z0-9.-]+$/)
  })

  it('never throws, and goes on after a failure', async () => {
    const { created, record } = createWorld(new KubeError('no', { status: 403, reason: 'Forbidden' }))
    record(object, event)
    record(object, { ...event, message: 'other' })
    await flush()
    assert.equal(created.length, 2)
  })

  it('writes the Event anew, with its counter, where the one to count up is not there', async () => {
    const { created, record } = createWorld(undefined, new KubeError('no', { status: 404, reason: 'NotFound' }))
    record(object, event)
    record(object, event)
    await flush()
    assert.deepEqual(
      created.map(({ count }) => count),
      [1, 2],
    )
  })

  it('does not remember more and more', async () => {
    const { created, record } = createWorld()
    for (let index = 0; index < 1_500; index += 1) record(object, { ...event, message: String(index) })
    await flush()
    record(object, { ...event, message: '0' })
    record(object, { ...event, message: '1499' })
    await flush()
    assert.equal(created.length, 1_501, 'the oldest was forgotten, the newest was not')
  })
})
