import assert from 'node:assert/strict'
import type { ContainerDecision } from '../../../../src/api/kinds/instrumentation-config.ts'
import type { Pod } from '../../../../src/api/kubernetes.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

const seen = 'registry.test:5000/cart:1.0'
const nodeOptions = { runtimeEnv: [{ name: 'NODE_OPTIONS', value: '--x' }] }
const digest = `sha256:${'a'.repeat(64)}`

describe('an agent that was chosen for one image', () => {
  const cases: [string, string, string | undefined, Partial<ContainerDecision>, boolean][] = [
    ['is put into the same', seen, seen, nodeOptions, true],
    ['is put into the same, written in full', 'cart', 'docker.io/library/cart:latest', nodeOptions, true],
    ['is put into another version', 'registry.test:5000/cart:2.0', seen, {}, true],
    ['is put into another digest', `registry.test:5000/cart@${digest}`, seen, {}, true],
    [
      'is put into another version with variables of other agents',
      'registry.test:5000/cart:2',
      seen,
      {
        runtimeEnv: [{ name: 'PYTHONPATH', value: '/x' }],
      },
      true,
    ],
    [
      'is not put into another version where a value of the old one is known',
      'registry.test:5000/cart:2',
      seen,
      nodeOptions,
      false,
    ],
    ['is not put into another digest there', `${seen}@${digest}`, seen, nodeOptions, false],
    ['is not put into another image', 'registry.test:5000/shop:1.0', seen, {}, false],
    ['is not put into the image of another registry', 'registry.test/cart:1.0', seen, {}, false],
    ['is put into another image where the user chose it', 'shop', seen, { reason: 'OverriddenByUser' }, true],
    ['is put into any where it is not known which was looked at', 'shop', undefined, nodeOptions, true],
  ]
  for (const [name, image, inspected, change, isInjected] of cases) {
    it(name, () => {
      const pod: Pod = { spec: { containers: [{ name: 'app', image }] } }
      const decision = { ...change, ...(inspected ? { image: inspected } : {}) }
      const { outcome } = decide(pod, contextFor(pod, 'nodejs', { configFor: configFor(pod, 'nodejs', decision) }))
      assert.equal(outcome, isInjected ? 'Injected' : 'NotDetectedYet')
    })
  }
})
