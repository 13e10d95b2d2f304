/** Real pods through a real API server, in namespaces with the webhook and in one without. */
import assert from 'node:assert/strict'
import type { Pod } from '../../src/api/kubernetes.ts'
import type { Agent } from '../../src/api/vocabulary.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import type { AdmissionScene } from '../support/admission/admission-scene.ts'
import { inParallel, isReviewed, ownedBy, postable, startAdmissionScene } from '../support/admission/admission-scene.ts'
import { assertNothingLost } from '../support/injection/pod-laws.ts'
import type { RawResponse } from '../support/api-server/raw-requests.ts'
import { realPods } from '../support/injection/real-pods.ts'

const PLAIN = 'plain'
const { source, pods: found } = realPods()
const pods = found.map(({ id, pod }, index) => ({ id, pod: ownedBy(pod, `pod-${index}`) }))

/** Checks of Pod Security that a pod fails, by the API server's warnings. */
const failedChecks = (warnings: readonly string[]): string[] =>
  warnings
    .filter((text) => text.startsWith('would violate PodSecurity'))
    .flatMap((text) => [...text.replace(/^[^:]*:[^:]*: /, '').matchAll(/(?:^|\), )([^()]+) \(/g)])
    .map(([, check = '']) => check)

/** Other warnings; a place in a list is not part of what is said. */
const otherWarnings = (warnings: readonly string[]): string[] =>
  warnings
    .filter((text) => !text.startsWith('would violate PodSecurity'))
    .map((text) => text.replaceAll(/\[\d+\]/g, '[]'))
    .toSorted()

const qosOf = ({ body }: RawResponse): unknown => (body['status'] as { qosClass?: string }).qosClass
const isOptedOut = ({ metadata }: Pod): boolean => metadata?.labels?.['odigos-instrumentation'] === 'disabled'
const namesOf = ({ spec }: Pod): string[] => (spec.initContainers ?? []).map(({ name }) => name)
const addedNames = (before: Pod, after: Pod): string[] =>
  namesOf(after).filter((name) => !namesOf(before).includes(name))
const hasSidecar = ({ spec }: Pod): boolean =>
  (spec.initContainers ?? []).some(({ name }) => name.startsWith('odigos-go-ebpf'))

describe(`real admission of ${source}`, function () {
  this.timeout(180_000)
  let scene: AdmissionScene
  const plain = new Map<string, RawResponse>()

  before(async () => {
    scene = await startAdmissionScene([...AGENTS], [PLAIN])
    await inParallel([...new Set(pods.map(({ pod }) => pod.spec['priorityClassName']))], async (name) => {
      // Those of Kubernetes itself are there already.
      if (name) await scene.post('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name }, value: 1 })
    })
    await inParallel(pods, async ({ id, pod }) => void plain.set(id, await scene.tryPod(PLAIN, pod)))
  })
  after(async () => scene?.[Symbol.asyncDispose]())

  const assertSame = async (id: string, pod: Pod, agent: Agent): Promise<'injected' | 'left alone' | 'refused'> => {
    const without = plain.get(id)
    assert.ok(without)
    const answer = await scene.tryPod(agent, pod)
    assert.equal(answer.status, without.status, JSON.stringify(answer.body['message']))
    if (answer.status !== 201) return 'refused'
    const [before, after] = [postable(without), postable(answer)]
    assert.ok(isReviewed(after) || isOptedOut(pod), 'the webhook was not asked')
    assertNothingLost(before, after)
    assert.equal(qosOf(answer), qosOf(without), 'QoS class')
    assert.deepEqual(otherWarnings(answer.warnings), otherWarnings(without.warnings))
    if (!hasSidecar(after)) {
      const known = failedChecks(without.warnings)
      assert.deepEqual(
        failedChecks(answer.warnings).filter((check) => !known.includes(check)),
        [],
        'Pod Security',
      )
      for (const name of addedNames(before, after))
        assert.ok(!answer.warnings.some((text) => text.includes(`"${name}"`)), `Pod Security names ${name}`)
    }
    const again = await scene.tryPod(agent, after)
    assert.equal(again.status, 201, 'a second admission is refused')
    assert.deepEqual(postable(again), after, 'a second admission changes the pod')
    return after.metadata?.annotations?.['odigos.io/injection']?.includes('"Injected"') ? 'injected' : 'left alone'
  }

  for (const agent of AGENTS) {
    it(`treats pods with ${agent} as it treats them without`, async () => {
      await scene.instrument(
        agent,
        pods.map(({ pod }) => pod),
        agent,
      )
      const counts = { injected: 0, 'left alone': 0, refused: 0 }
      const wrong: string[] = []
      await inParallel(pods, async ({ id, pod }) => {
        try {
          counts[await assertSame(id, pod, agent)] += 1
        } catch (error) {
          wrong.push(`${id}: ${(error as Error).message}`)
        }
      })
      console.log(`      ${agent}: ${pods.length} pods: ${JSON.stringify(counts)}`)
      assert.deepEqual(wrong, [])
      assert.ok(counts.injected > pods.length / 3, 'too few pods were injected')
    })
  }

  it('never failed to answer', async () => {
    assert.equal((await scene.webhook.reviews()).failed, 0, scene.webhook.output())
  })
})
