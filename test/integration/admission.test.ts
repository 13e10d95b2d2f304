/** Pods created through a real API server that asks the real webhook over HTTPS. */
import assert from 'node:assert/strict'
import type { Container, JsonPatchOperation, Pod } from '../../src/api/kubernetes.ts'
import type { Agent } from '../../src/api/vocabulary.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import type { AgentDefinition } from '../../src/inject/agents/agent.ts'
import { AGENT_DEFINITIONS } from '../../src/inject/agents/index.ts'
import type { AdmissionScene } from '../support/admission/admission-scene.ts'
import { isReviewed, ownedBy, postable, startAdmissionScene } from '../support/admission/admission-scene.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { startOtherWebhook } from '../support/admission/other-webhook.ts'
import type { RawResponse } from '../support/api-server/raw-requests.ts'

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

const podOf = (name: string, more: Partial<Container> = {}): Pod =>
  ownedBy({ spec: { containers: [{ name: 'main', image: 'shop/main:1', ...more }] } }, name)

const namesOf = (list: readonly { name: string }[] | undefined): string[] => (list ?? []).map(({ name }) => name)

describe('admission by a real API server', function () {
  this.timeout(120_000)
  let scene: AdmissionScene

  before(async () => {
    scene = await startAdmissionScene(['shop', 'after', 'before'], ['plain'])
    for (const agent of AGENTS) await scene.instrument('shop', [podOf(agent)], agent)
    for (const namespace of ['after', 'before']) {
      await scene.instrument(namespace, [podOf('nodejs')], 'nodejs')
      await scene.instrument(namespace, [podOf('go-ebpf')], 'go-ebpf')
    }
  })
  after(async () => scene?.[Symbol.asyncDispose]())

  const accepted = (answer: RawResponse): Pod => {
    assert.equal(answer.status, 201, JSON.stringify(answer.body['message']))
    return postable(answer)
  }

  const assertInjected = (pod: Pod, agent: Agent): void => {
    const [main] = pod.spec.containers
    assert.ok(main)
    const definition: AgentDefinition = AGENT_DEFINITIONS[agent]
    if (definition.delivery === 'configuration') {
      assert.deepEqual([pod.spec.initContainers, namesOf(pod.spec.volumes)], [undefined, []])
      assert.ok(namesOf(main.env).includes('OTEL_EXPORTER_OTLP_ENDPOINT'))
      return
    }
    if (definition.delivery === 'sidecar') {
      const [sidecar, ...others] = pod.spec.initContainers ?? []
      assert.deepEqual([sidecar?.name, sidecar?.restartPolicy, others.length], [`odigos-${agent}`, 'Always', 0])
      assert.equal(pod.spec.shareProcessNamespace, true)
      assert.equal(sidecar?.env?.find(({ name }) => name === definition.targetVariable)?.value, '/bin/main')
      return
    }
    assert.deepEqual(namesOf(pod.spec.initContainers), [`odigos-agent-${agent}`])
    assert.deepEqual(namesOf(pod.spec.volumes), [`odigos-agent-${agent}`])
    assert.deepEqual(
      main.volumeMounts?.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
      [{ name: `odigos-agent-${agent}`, mountPath: `/var/odigos/${agent}`, readOnly: true }],
    )
    const hooks = main.env?.filter(({ name }) => name === definition.hook.name) ?? []
    assert.equal(hooks.length, 1)
    assert.match(hooks[0]?.value ?? '', new RegExp(`/var/odigos/${agent}`))
  }

  for (const agent of AGENTS) {
    it(`injects ${agent} into a pod that is created, once`, async () => {
      const pod = podOf(agent)
      const first = { ...pod, metadata: { ...pod.metadata, name: `${agent}-0` } }
      const created = accepted(await scene.post('/api/v1/namespaces/shop/pods', first))
      assertInjected(created, agent)
      const second = { ...created, metadata: { ...created.metadata, name: `${agent}-1` } }
      const again = accepted(await scene.tryPod('shop', second))
      assert.deepEqual(again.spec, created.spec, 'a second admission changes the pod')
      assert.deepEqual(again.metadata?.annotations, created.metadata?.annotations)
    })
  }

  it('leaves pods of other workloads and of other namespaces alone', async () => {
    for (const [namespace, name] of [
      ['shop', 'unknown'],
      ['plain', 'nodejs'],
    ] as const) {
      const pod = accepted(await scene.tryPod(namespace, podOf(name)))
      assert.deepEqual([isReviewed(pod), pod.spec.initContainers, pod.spec.volumes], [false, undefined, undefined])
    }
  })

  const proxy = { name: 'proxy', image: 'mesh/proxy:1' }
  /** What service meshes do: a container, a variable in each of the others, a label. */
  const addProxy = (pod: Pod): JsonPatchOperation[] =>
    pod.spec.containers.some(({ name }) => name === 'proxy')
      ? []
      : [
          { op: 'add', path: '/spec/containers/-', value: proxy },
          {
            op: 'add',
            path: '/spec/containers/0/env',
            value: [...(pod.spec.containers[0]?.env ?? []), { name: 'MESH', value: 'on' }],
          },
          { op: 'add', path: '/metadata/labels', value: { ...pod.metadata?.labels, mesh: 'on' } },
        ]

  for (const [namespace, name] of [
    ['after', 'zz-mesh'],
    ['before', 'a-mesh'],
  ] as const) {
    it(`adds nothing twice when another webhook changes the pod ${namespace} us`, async () => {
      await using other = await startOtherWebhook(addProxy)
      await scene.post(CONFIGURATIONS, other.configuration(name, namespace))
      for (const agent of ['nodejs', 'go-ebpf'] as const) {
        await eventuallyPasses(async () => {
          const pod = accepted(await scene.tryPod(namespace, podOf(agent)))
          assert.deepEqual(namesOf(pod.spec.containers), ['main', 'proxy'])
        })
        const before = await scene.webhook.reviews()
        const pod = accepted(await scene.tryPod(namespace, podOf(agent)))
        const reviews = await scene.webhook.reviews()
        assertInjected(pod, agent)
        assert.equal(pod.spec.containers[0]?.env?.at(namespace === 'after' ? -1 : 0)?.name, 'MESH')
        assert.match(pod.metadata?.annotations?.['odigos.io/injection'] ?? '', /"proxy"/)
        const asked = reviews.patched + reviews.unchanged - before.patched - before.unchanged
        assert.equal(asked, namespace === 'after' ? 2 : 1, 'times that we were asked')
        const again = accepted(await scene.tryPod(namespace, pod))
        assert.deepEqual(again, pod, 'a second admission changes the pod')
      }
    })
  }

  it('treats fields that the API server does not know as they are treated without us', async () => {
    const odd = podOf('nodejs', { shape: 'round', ports: [{ containerPort: 80, colour: 'red' }] })
    const pod = { ...odd, spec: { ...odd.spec, tomorrow: { more: true } } }
    for (const validation of ['Strict', 'Warn', 'Ignore']) {
      const query = `&fieldValidation=${validation}`
      const [plain, ours] = [await scene.tryPod('plain', pod, query), await scene.tryPod('shop', pod, query)]
      assert.equal(plain.status, validation === 'Strict' ? 400 : 201)
      assert.equal(ours.status, plain.status)
      const unknown = ({ warnings }: RawResponse): string[] =>
        warnings.filter((text) => text.startsWith('unknown field'))
      assert.deepEqual(unknown(ours), unknown(plain))
      assert.equal(unknown(ours).length, validation === 'Warn' ? 3 : 0)
      if (validation === 'Strict') assert.equal(ours.body['message'], plain.body['message'])
      else assertInjected(accepted(ours), 'nodejs')
    }
  })

  it('answered every review', async () => {
    assert.equal((await scene.webhook.reviews()).failed, 0, scene.webhook.output())
  })
})
