import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { createDetectionQueue } from '../../../../../src/controllers/instrumentor/detection/queue.ts'
import { createKubeClient } from '../../../../../src/kube/http/client.ts'
import { RESOURCES } from '../../../../../src/kube/resources.ts'
import { createLog } from '../../../../../src/process/log.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startFakeApiServer } from '../../../../support/fake-api-server.ts'

const NAMESPACE = 'odigos-system'
const pod = { image: 'control-plane:1', namespace: NAMESPACE, pullPolicy: 'IfNotPresent' }
const target = (podUid: string) => ({
  key: 'shop/Deployment/web',
  node: 'node-1',
  podUid,
  containers: [{ name: 'app', containerId: '0'.repeat(64) }],
})

describe('the queue of what is to be looked at', () => {
  it('takes no answer of a detector pod that it does not wait for any more', async () => {
    await using server = await startFakeApiServer()
    const ended = new AbortController()
    // Before the server ends, which waits for the watches, also where the test fails.
    using _watches = { [Symbol.dispose]: () => ended.abort() }
    const client = createKubeClient({ credentials: server.credentials, signal: ended.signal })
    const answered: string[] = []
    const queue = createDetectionQueue({
      client,
      pod,
      log: createLog('test', 'fatal'),
      signal: ended.signal,
      onAnswer: (key) => answered.push(key),
    })
    const onlyPod = async (): Promise<KubeObject> => {
      const [found] = await client.list<KubeObject>(RESOURCES.pods, { namespace: NAMESPACE })
      assert.ok(found)
      return found
    }
    const finish = ({ metadata: { name } }: KubeObject): Promise<unknown> =>
      client.mergePatch(
        { type: RESOURCES.pods, namespace: NAMESPACE, name },
        { status: { phase: 'Failed' } },
        { fieldManager: 'kubelet', subresource: 'status' },
      )
    await queue.synced
    queue.request(target('pod-1'))
    let first: KubeObject | undefined
    await eventually(async () => void (first = await onlyPod()))
    assert.ok(first)
    await finish(first)
    await eventually(async () => {
      assert.equal(answered.length, 1)
      await assert.rejects(onlyPod)
    })

    queue.request(target('pod-2'))
    await eventually(async () => void (await onlyPod()))
    const { resourceVersion: _version, ...metadata } = first.metadata
    const late = await client.create<KubeObject>(RESOURCES.pods, { ...first, metadata }, 'late')
    await finish(late)
    await eventually(async () => assert.notEqual((await onlyPod()).metadata.name, late.metadata.name))
    assert.equal(answered.length, 1)
    await finish(await onlyPod())
    await eventually(() => assert.equal(answered.length, 2))
  })
})
