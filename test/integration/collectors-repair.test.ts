/** Scheduler and autoscaler against a real API server that refuses things, and users that change and delete them. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { ResourceType } from '../../src/kube/types.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import { CREATED, NAMESPACE, startCollectorsScene, workloadConfig } from '../support/collectors/collectors-scene.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'

const GATEWAY = 'odigos-gateway'
/** Changed or deleted objects are mended within this time. */
const MENDED_MS = 20_000
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'

describe('scheduler and autoscaler where objects are refused, changed and deleted', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>

  const owned = (type: ResourceType): Promise<KubeObject[]> =>
    listObjects<KubeObject>(scene.client, type, {
      namespace: NAMESPACE,
      labelSelector: 'app.kubernetes.io/managed-by=odigos',
    })

  before(async () => {
    scene = await startCollectorsScene()
    for (const name of ['a', 'poison', 'z']) await scene.create(RESOURCES.instrumentationConfigs, workloadConfig(name))
    stop = scene.startControllers()
    await scene.addDestination('backend')
    await eventuallyPasses(async () => {
      for (const type of CREATED) assert.ok((await owned(RESOURCES[type])).length > 0, type)
    }, MENDED_MS)
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  const ready = (): Promise<string> => scene.condition(RESOURCES.collectorsGroups, GATEWAY, 'Ready')

  /** Refuses what `expression` is false for, as a cluster's own policy would; returns what removes the policy. */
  const refuse = async (
    name: string,
    rule: { apiGroups: string[]; resources: string[]; expression: string },
    isActive: () => Promise<unknown>,
  ): Promise<() => Promise<void>> => {
    const { expression, ...resources } = rule
    const policy = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ ...resources, apiVersions: ['*'], operations: ['CREATE', 'UPDATE'] }],
        },
        validations: [{ expression, message: 'not on this cluster' }],
      },
    }
    const binding = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    }
    await scene.client.request('POST', POLICIES, policy)
    await scene.client.request('POST', BINDINGS, binding)
    await eventuallyPasses(() => assert.rejects(isActive(), /not on this cluster/), 20_000)
    return async () => {
      await scene.client.request('DELETE', `${BINDINGS}/${name}`)
      await scene.client.request('DELETE', `${POLICIES}/${name}`)
    }
  }

  it('creates again what is deleted', async () => {
    for (const type of CREATED)
      for (const { metadata } of await owned(RESOURCES[type])) {
        const ref = { type: RESOURCES[type], namespace: NAMESPACE, name: metadata.name }
        await scene.client.delete(ref)
        await eventuallyPasses(async () => {
          const found = await scene.client.get<KubeObject>(ref)
          assert.ok(found && found.metadata.uid !== metadata.uid, `${type} ${metadata.name}`)
        }, MENDED_MS)
      }
  })

  it('puts right what is edited', async () => {
    const edits: [ResourceType, object, (spec: Record<string, unknown>) => unknown, unknown][] = [
      [RESOURCES.services, { selector: { 'odigos.io/component': 'other' } }, ({ selector }) => selector, undefined],
      [RESOURCES.horizontalPodAutoscalers, { maxReplicas: 77 }, ({ maxReplicas }) => maxReplicas, 3],
      [RESOURCES.podDisruptionBudgets, { maxUnavailable: 0 }, ({ maxUnavailable }) => maxUnavailable, 1],
      [
        RESOURCES.statefulSets,
        { template: { spec: { terminationGracePeriodSeconds: 1 } } },
        ({ template }) => (template as { spec: Record<string, unknown> }).spec['terminationGracePeriodSeconds'],
        30,
      ],
    ]
    for (const [type, change, valueOf, expected] of edits) {
      const specOf = async () => (await scene.read(type, GATEWAY))['spec'] as Record<string, unknown>
      const wanted = expected ?? valueOf(await specOf())
      // What the edit answers, because a read after it may find it mended already.
      const edited = await scene.patch(type, GATEWAY, { spec: change })
      assert.notDeepEqual(valueOf(edited['spec'] as Record<string, unknown>), wanted, 'a test that edits nothing')
      await eventuallyPasses(async () => assert.deepEqual(valueOf(await specOf()), wanted, type.kind), MENDED_MS)
    }
    await scene.patch(RESOURCES.services, GATEWAY, { metadata: { ownerReferences: null } })
    await eventuallyPasses(async () => {
      assert.equal((await scene.read(RESOURCES.services, GATEWAY)).metadata.ownerReferences?.length, 1)
    }, MENDED_MS)
  })

  it('applies nothing when only a status changes, or what is not ours to decide', async () => {
    await scene.settled()
    const from = scene.writes.length
    const ref = { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }
    for (const readyReplicas of [0, 1]) {
      const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas }
      await scene.client.mergePatch(ref, { status }, { fieldManager: 'kube', subresource: 'status' })
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    }
    const applied = scene.writes.slice(from).filter((write) => write.startsWith('apply'))
    assert.deepEqual(applied, [])
  })

  it('goes on where one object is refused, says so on the group, and mends it when the cause is gone', async () => {
    const hpa = { type: RESOURCES.horizontalPodAutoscalers, namespace: NAMESPACE, name: GATEWAY }
    const rule = { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], expression: 'false' }
    const allow = await refuse('no-autoscalers', rule, () =>
      scene.patch(RESOURCES.horizontalPodAutoscalers, GATEWAY, { metadata: { labels: { try: String(Date.now()) } } }),
    )
    await scene.client.delete(hpa)
    await eventuallyPasses(
      async () =>
        assert.match(
          await ready(),
          /^False ApplyFailed: HorizontalPodAutoscaler odigos-gateway: .*not on this cluster/,
        ),
      MENDED_MS,
    )
    await eventuallyPasses(
      async () => assert.ok((await scene.events(GATEWAY)).includes('Warning ApplyFailed')),
      MENDED_MS,
    )
    // All else goes on: what is deleted comes back, and a Destination is taken.
    await scene.client.delete({ type: RESOURCES.podDisruptionBudgets, namespace: NAMESPACE, name: GATEWAY })
    await scene.addDestination('second')
    await eventuallyPasses(async () => {
      await scene.read(RESOURCES.podDisruptionBudgets, GATEWAY)
      assert.match(JSON.stringify(await owned(RESOURCES.configMaps)), /otlp_grpc\/second/)
      assert.match(await scene.condition(RESOURCES.collectorsGroups, GATEWAY, 'Configured'), /^True Valid: 2 of 2/)
    }, MENDED_MS)
    await allow()
    await eventuallyPasses(async () => {
      await scene.read(RESOURCES.horizontalPodAutoscalers, GATEWAY)
      assert.doesNotMatch(await ready(), /ApplyFailed/)
    }, MENDED_MS)
  })

  it('assigns the others where one InstrumentationConfig is refused, and that one when it is not any more', async () => {
    const pipelineOf = async (name: string): Promise<string | undefined> => {
      const { spec } = (await scene.read(
        RESOURCES.instrumentationConfigs,
        `deployment-${name}`,
        'shop',
      )) as unknown as {
        spec: { pipeline?: { collectorsGroup: string; signals: string[] } }
      }
      return spec.pipeline?.signals.join()
    }
    const assigned = (): Promise<string> =>
      scene.condition(RESOURCES.instrumentationConfigs, 'deployment-poison', 'PipelineAssigned', 'shop')
    const setSignals = (signals: string[]): Promise<unknown> =>
      scene.patch(RESOURCES.destinations, 'second', { spec: { signals } })
    const rule = {
      apiGroups: ['odigos.io'],
      resources: ['instrumentationconfigs'],
      expression: "object.metadata.name != 'deployment-poison'",
    }
    const allow = await refuse('no-poison', rule, () =>
      scene.patch(
        RESOURCES.instrumentationConfigs,
        'deployment-poison',
        { metadata: { labels: { try: String(Date.now()) } } },
        'shop',
      ),
    )
    await setSignals(['traces', 'metrics'])
    await eventuallyPasses(async () => {
      assert.deepEqual([await pipelineOf('a'), await pipelineOf('z')], ['traces,metrics', 'traces,metrics'])
      assert.match(await assigned(), /^False ApplyFailed: .*not on this cluster/)
    }, MENDED_MS)
    assert.equal(await pipelineOf('poison'), 'traces')
    await eventuallyPasses(
      async () => assert.deepEqual(await scene.events('deployment-poison', 'shop'), ['Warning ApplyFailed']),
      MENDED_MS,
    )
    await allow()
    await eventuallyPasses(async () => {
      assert.equal(await pipelineOf('poison'), 'traces,metrics')
      assert.match(await assigned(), /^True SharedGateway/)
    }, MENDED_MS)
  })

  it('takes over nothing of that name that belongs to somebody else', async () => {
    await stop()
    const ref = { type: RESOURCES.podDisruptionBudgets, namespace: NAMESPACE, name: GATEWAY }
    await scene.client.delete(ref)
    const foreign: KubeObject = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: GATEWAY, namespace: NAMESPACE, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'theirs' } } },
    }
    const made = await scene.create(RESOURCES.podDisruptionBudgets, foreign)
    stop = scene.startControllers()
    await eventuallyPasses(
      async () => assert.match(await ready(), /ApplyFailed: PodDisruptionBudget .* is managed by Helm/),
      MENDED_MS,
    )
    assert.equal((await scene.read(ref.type, GATEWAY)).metadata.resourceVersion, made.metadata.resourceVersion)
    await scene.client.delete(ref)
    await eventuallyPasses(async () => {
      assert.equal((await owned(ref.type)).length, 1)
      assert.doesNotMatch(await ready(), /ApplyFailed/)
    }, MENDED_MS)
  })

  it('replaces a StatefulSet of which an immutable field changes; pods and their number stay', async () => {
    await stop()
    const ref = { type: RESOURCES.statefulSets, namespace: NAMESPACE, name: GATEWAY }
    await scene.client.mergePatch(ref, { spec: { replicas: 3 } }, { fieldManager: 'kube-controller-manager' })
    const before = await scene.read(ref.type, GATEWAY)
    stop = scene.startControllers({ storageClass: 'fast' })
    // The garbage collector's part: it lets go of the pods, and then of the object.
    const policies: unknown[] = []
    await eventuallyPasses(async () => {
      const old = await scene.client.get<KubeObject>(ref)
      if (old?.metadata.deletionTimestamp !== undefined) {
        policies.push(old.metadata['finalizers'])
        await scene.client.mergePatch(ref, { metadata: { finalizers: null } }, { fieldManager: 'gc' })
      }
      assert.ok(old && old.metadata.uid !== before.metadata.uid)
    }, 20_000)
    assert.deepEqual(policies, [['orphan']])
    const specOf = async () => (await scene.read(ref.type, GATEWAY))['spec'] as Record<string, unknown>
    await eventuallyPasses(async () => {
      const [claim] = ((await specOf())['volumeClaimTemplates'] ?? []) as { spec: { storageClassName: string } }[]
      assert.equal(claim?.spec.storageClassName, 'fast')
      assert.doesNotMatch(await ready(), /ApplyFailed/)
    }, MENDED_MS)
    // Also when it is applied again, which says nothing about replicas.
    await scene.patch(ref.type, GATEWAY, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } })
    await eventuallyPasses(async () => {
      const { replicas, template } = (await specOf()) as {
        replicas: number
        template: { spec: Record<string, unknown> }
      }
      assert.deepEqual([replicas, template.spec['terminationGracePeriodSeconds']], [3, 30])
    }, MENDED_MS)
  })
})
