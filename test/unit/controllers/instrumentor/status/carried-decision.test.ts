/** Pods as the webhook of another release made them, by each way of delivery: known as of the same decision. */
import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import type { OdigosConfigSpec } from '../../../../../src/api/kinds/odigos-config.ts'
import type { Agent } from '../../../../../src/api/vocabulary.ts'
import { hasOtherAgents, isAsDecided } from '../../../../../src/controllers/instrumentor/status/carried-decision.ts'
import { injectedHash, podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { decide } from '../../../../../src/inject/decide.ts'
import { carriedImages, injectionHash } from '../../../../../src/inject/hash.ts'
import { podOf } from '../../../../support/admission/admission-review.ts'
import { configFor, contextFor, IMAGES } from '../../../../support/injection/injection-context.ts'
import { applyPatch } from '../../../../support/injection/pod-laws.ts'

const delivered = (agentDelivery: OdigosConfigSpec['agentDelivery']) =>
  effectiveConfig({ agentDelivery, ignoredContainers: [] })
const ways: [agent: Agent, settings: OdigosConfigSpec][] = [
  ['nodejs', delivered('InitContainer')],
  ['java', delivered('ImageVolume')],
  ['go-ebpf', delivered('InitContainer')],
]
/** The release that runs now, and pulls from another registry. */
const current = { agent: (agent: Agent) => `mirror.test:5000/odigos/agent-${agent}:2.0` }

for (const [agent, settings] of ways) {
  describe(`a pod with ${agent} by ${settings.agentDelivery}, of another release`, () => {
    const pod = podOf('cart')
    const spec = configFor(pod, agent)
    const { patch } = decide(pod, contextFor(pod, agent, { settings }))
    const carried = podView({
      kind: 'Pod',
      apiVersion: 'v1',
      ...applyPatch(pod, patch),
    } as unknown as KubeObject)
    const decisionWith = (now: OdigosConfigSpec, images = current) => ({
      currentHash: injectionHash(spec, now, images),
      hashWith: (references: readonly string[]) => injectionHash(spec, now, carriedImages(references, images)),
    })

    it('is as decided, with other agents', () => {
      assert.notEqual(injectedHash(carried), decisionWith(settings).currentHash)
      assert.ok(hasOtherAgents(carried, decisionWith(settings)))
      assert.ok(isAsDecided(carried, decisionWith(settings)))
    })

    it('is not, once the decision is another', () => {
      const changed = decisionWith({ ...settings, sampling: { traceRatio: 0.5 } })
      assert.ok(!hasOtherAgents(carried, changed))
      assert.ok(!isAsDecided(carried, changed))
    })

    it('has the current agents where they are those', () => {
      const same = decisionWith(settings, IMAGES)
      assert.ok(!hasOtherAgents(carried, same))
      assert.ok(isAsDecided(carried, same))
    })
  })
}

describe('the hash of an injection by release 0.1.0', () => {
  it('is known again, so that no pod looks outdated after the upgrade', () => {
    const images = { agent: (agent: Agent) => `localhost/odigos/agent-${agent}:0.1.0` }
    const hash = injectionHash(configFor(podOf('cart'), 'nodejs'), delivered('InitContainer'), images)
    assert.equal(hash, '417218b189b95196')
  })
})
