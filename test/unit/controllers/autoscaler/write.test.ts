/** What becomes of an object of a group while a former one of its name is being deleted. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../src/api/kubernetes.ts'
import { writeOwned } from '../../../../src/controllers/autoscaler/owned/write.ts'
import { KubeError } from '../../../../src/kube/http/error.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'

const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'gateway', namespace: 'odigos-system' },
}
const labels = { 'app.kubernetes.io/managed-by': 'odigos' }
const found = { ...object, metadata: { ...object.metadata, uid: 'u1', labels } }
const immutable = new KubeError('spec: field is immutable', { status: 422, reason: 'Invalid' })

const scene = (nowMs: number, error?: Error) => {
  const calls: unknown[] = []
  const client = {
    apply: (_type: unknown, applied: KubeObject) => {
      calls.push('apply')
      return error ? Promise.reject(error) : Promise.resolve(applied)
    },
    delete: (_ref: unknown, options: object) => {
      calls.push(options)
      return Promise.resolve(true)
    },
  } as unknown as KubeClient
  const context = { client, log: createLog('test', 'silent'), nowMs: () => nowMs }
  return { calls, write: (before: KubeObject) => writeOwned(context, object, { found: before, replicas: undefined }) }
}
const deletedAt = (deletionTimestamp: string): KubeObject => ({
  ...found,
  metadata: { ...found.metadata, deletionTimestamp },
})

describe('an object of a CollectorsGroup whose former version is deleted', () => {
  it('is written later, without waiting for the deletion', async () => {
    const { calls, write } = scene(5_000)
    assert.equal(await write(deletedAt('1970-01-01T00:00:00Z')), undefined)
    assert.deepEqual(calls, [])
  })

  it('is reported where the deletion does not end', () =>
    assert.rejects(scene(10_000).write(deletedAt('1970-01-01T00:00:00Z')), /Service.*is still being deleted/))

  it('is deleted without its dependents, where an immutable field has changed', async () => {
    const { calls, write } = scene(0, immutable)
    assert.equal(await write(found), undefined)
    assert.deepEqual(calls, ['apply', { propagationPolicy: 'Orphan', uid: 'u1' }])
  })
})
