import assert from 'node:assert/strict'
import { createWrites } from '../../../../src/controllers/actions/writes.ts'
import type { KubeClient } from '../../../../src/kube/types.ts'
import { createLog } from '../../../../src/process/log.ts'

describe('an Event that is recorded again', () => {
  it('is recorded once for each object, also for those without a uid', () => {
    const recorded: string[] = []
    const writes = createWrites({
      client: {} as KubeClient,
      log: createLog('test', 'silent'),
      record: ({ metadata }) => void recorded.push(metadata.name),
      fieldManager: 'test',
    })
    for (const name of ['a', 'b', 'a', 'b']) {
      const about = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }
      writes.event({ do: 'event', about, type: 'Normal', reason: 'Valid', message: 'same' })
    }
    assert.deepEqual(recorded, ['a', 'b'])
  })
})
