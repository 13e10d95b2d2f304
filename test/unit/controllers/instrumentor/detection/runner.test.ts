/** Detector pods on an API server in memory; the test plays the kubelet. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { detectorPods } from '../../../../../src/controllers/instrumentor/detection/manifest.ts'
import { createDetection } from '../../../../../src/controllers/instrumentor/detection/runner.ts'
import { createKubeClient } from '../../../../../src/kube/http/client.ts'
import { KubeError } from '../../../../../src/kube/http/error.ts'
import { RESOURCES } from '../../../../../src/kube/resources.ts'
import { createLog } from '../../../../../src/process/log.ts'
import { eventuallyPasses } from '../../../../../tools/eventually.ts'
import { startFakeApiServer } from '../../../../support/api-server/fake-api-server.ts'
import { listObjects } from '../../../../../src/kube/http/list-objects.ts'

const NAMESPACE = 'odigos-system'
const settings = { image: 'control-plane:1', namespace: NAMESPACE, pullPolicy: 'IfNotPresent' }
const target = (podUid: string, name = 'web', node = 'node-1') => ({
  key: `shop/Deployment/${name}`,
  node,
  podUid,
  containers: [{ name: 'app', containerId: '0'.repeat(64) }],
})

const startScene = async (refusal?: KubeError) => {
  const server = await startFakeApiServer()
  const ended = new AbortController()
  const client = createKubeClient({ credentials: server.credentials, signal: ended.signal })
  const answered: string[] = []
  const detection = createDetection({
    client: refusal ? { ...client, create: () => Promise.reject(refusal) } : client,
    pod: settings,
    log: createLog('test', 'fatal'),
    signal: ended.signal,
    nowMs: Date.now,
    onFindings: (key) => answered.push(key),
  })
  const running = detection.run()
  return {
    client,
    detection,
    answered,
    pods: () => listObjects<KubeObject>(client, RESOURCES.pods, { namespace: NAMESPACE }),
    finish: ({ metadata: { name } }: KubeObject, status: object = { phase: 'Failed' }): Promise<unknown> =>
      client.mergePatch(
        { type: RESOURCES.pods, namespace: NAMESPACE, name },
        { status },
        { fieldManager: 'kubelet', subresource: 'status' },
      ),
    // Before the server ends, which waits for the watches.
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await running
      await server[Symbol.asyncDispose]()
    },
  }
}
type Scene = Awaited<ReturnType<typeof startScene>>

const onlyPod = async ({ pods }: Scene): Promise<KubeObject> => {
  let found: KubeObject[] = []
  await eventuallyPasses(async () => {
    found = await pods()
    assert.equal(found.length, 1)
  })
  return found[0]!
}

describe('detector pods', () => {
  it('findings of a pod that is not running here is dropped', async () => {
    await using scene = await startScene()
    const { client, detection, answered, finish } = scene
    await detection.synced
    detection.request(target('pod-1'))
    const first = await onlyPod(scene)
    await finish(first)
    await eventuallyPasses(async () => {
      assert.equal(answered.length, 1)
      assert.deepEqual(await scene.pods(), [])
    })

    detection.request(target('pod-2', 'web', 'node-2'))
    const second = await onlyPod(scene)
    const { resourceVersion: _version, uid: _uid, ...metadata } = first.metadata
    await client.create<KubeObject>(
      RESOURCES.pods,
      { ...first, metadata, status: { phase: 'Failed' } },
      { fieldManager: 'late' },
    )
    await eventuallyPasses(async () => assert.equal((await scene.pods()).length, 1))
    assert.equal((await onlyPod(scene)).metadata.name, second.metadata.name)
    assert.equal(answered.length, 1)
    await finish(second)
    await eventuallyPasses(() => assert.equal(answered.length, 2))
  })

  it('one that a former process left is deleted, although it still runs; one of somebody else is not', async () => {
    await using scene = await startScene()
    const [left] = detectorPods([target('pod-1')], settings, { suffix: () => 'left' })
    const labels = { 'odigos.io/component': 'detector' }
    const others = { ...left!.object, metadata: { name: 'others', namespace: NAMESPACE, labels } }
    await scene.client.create(RESOURCES.pods, others, { fieldManager: 'user' })
    await scene.client.create(RESOURCES.pods, left!.object, { fieldManager: 'former' })
    await eventuallyPasses(async () => assert.equal((await onlyPod(scene)).metadata.name, 'others'))
  })

  const ENDS: [title: string, status: object, problem: RegExp][] = [
    [
      'a full node',
      { phase: 'Failed', reason: 'OutOfpods', message: 'used: 110' },
      /node-1 failed: OutOfpods: used: 110$/,
    ],
    [
      'an image that cannot be pulled',
      {
        phase: 'Pending',
        containerStatuses: [
          { name: 'detector-0', state: { waiting: { reason: 'ImagePullBackOff', message: 'denied' } } },
        ],
      },
      /node-1 failed: ImagePullBackOff: denied$/,
    ],
  ]
  for (const [title, status, problem] of ENDS) {
    it(`${title} is told, and a pod on another node is inspected at once`, async () => {
      await using scene = await startScene()
      const { detection, finish, pods } = scene
      await detection.synced
      detection.request(target('pod-1'))
      await finish(await onlyPod(scene), status)
      await eventuallyPasses(async () => {
        assert.match(detection.findings('shop/Deployment/web')?.problem ?? '', problem)
        assert.deepEqual(await pods(), [], 'it is deleted')
      })
      assert.ok((detection.request(target('pod-1')) ?? 0) > 4000, 'the same node later')
      assert.equal(detection.request(target('pod-2', 'web', 'node-2')), undefined)
      assert.equal(((await onlyPod(scene))['spec'] as { nodeName?: string }).nodeName, 'node-2')
    })
  }

  it('one that the API server refuses is told with the words of the refusal', async () => {
    const detail = 'pods "x" is forbidden: exceeded quota: compute'
    await using scene = await startScene(new KubeError('refused', { status: 403, reason: 'Forbidden', detail }))
    const { detection, answered } = scene
    await detection.synced
    detection.request(target('pod-1'))
    await eventuallyPasses(() => assert.equal(answered.length, 1))
    const { problem } = detection.findings('shop/Deployment/web') ?? {}
    assert.equal(problem, `the detector pod on node node-1 failed: Forbidden: ${detail}`)
  })

  it('at most 20 exist at the same time; the other nodes wait for their turn', async () => {
    await using scene = await startScene()
    const { detection, answered, pods, finish } = scene
    await detection.synced
    for (let node = 0; node < 50; node += 1) detection.request(target(`pod-${node}`, `web-${node}`, `node-${node}`))
    await eventuallyPasses(async () => assert.equal((await pods()).length, 20))
    let maximum = 0
    await eventuallyPasses(async () => {
      const running = await pods()
      maximum = Math.max(maximum, running.length)
      await Promise.all(running.map((pod) => finish(pod).catch(() => undefined)))
      assert.equal(answered.length, 50)
    }, 10_000)
    assert.equal(maximum, 20)
    assert.deepEqual(
      answered.slice(0, 20).toSorted(),
      Array.from({ length: 20 }, (_, node) => `shop/Deployment/web-${node}`).toSorted(),
    )
  })
})
