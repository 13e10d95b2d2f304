import assert from 'node:assert/strict'
import { AGENTS } from '../../src/api/vocabulary.ts'
import { effectiveConfig } from '../../src/api/kinds/odigos-config.ts'
import { contextFor } from '../support/injection/injection-context.ts'
import { assertLaws } from '../support/injection/pod-laws.ts'
import { realPods } from '../support/injection/real-pods.ts'

const { source, pods } = realPods()

describe(`the laws of mutation over ${source} (${pods.length})`, function () {
  this.timeout(120_000)

  for (const agent of AGENTS) {
    for (const agentDelivery of ['InitContainer', 'ImageVolume'] as const) {
      it(`${agent}, ${agentDelivery}`, () => {
        const outcomes = new Map<string, number>()
        for (const { id, pod } of pods) {
          const settings = effectiveConfig({ ignoredContainers: [], agentDelivery })
          try {
            const { decision } = assertLaws(pod, contextFor(pod, agent, { settings }))
            outcomes.set(decision.outcome, (outcomes.get(decision.outcome) ?? 0) + 1)
          } catch (error) {
            throw new Error(`${id}: ${(error as Error).message}`, { cause: error })
          }
        }
        assert.ok((outcomes.get('Injected') ?? 0) > 0, 'no pod was injected')
        if (process.env['VERBOSE']) console.log(agent, agentDelivery, Object.fromEntries(outcomes))
      })
    }
  }
})
