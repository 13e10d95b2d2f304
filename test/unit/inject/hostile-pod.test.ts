/** Pods that somebody made to take time or memory. */
import assert from 'node:assert/strict'
import type { Pod } from '../../../src/api/kubernetes.ts'
import { AGENTS } from '../../../src/api/vocabulary.ts'
import { decide } from '../../../src/inject/decide.ts'
import { contextFor } from '../../support/injection/injection-context.ts'
import { assertLaws } from '../../support/injection/pod-laws.ts'

const numbered = <Item>(count: number, make: (suffix: string, index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index === 0 ? '' : String(index + 1), index))

const millisecondsFor = (work: () => void): number => {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

describe('a hostile pod', () => {
  it('that has taken our names costs about as much as one with others', () => {
    const podWith = (prefix: string): Pod => {
      const name = (base: string, separator: string, suffix: string): string =>
        `${prefix}${base}${suffix ? `${separator}${suffix}` : ''}`
      return {
        spec: {
          containers: [
            {
              name: 'app',
              env: ['ODIGOS_POD_NAME', 'ORIGINAL_NODE_OPTIONS'].flatMap((base) =>
                numbered(5_000, (suffix) => ({ name: name(base, '_', suffix), value: 'x' })),
              ),
            },
          ],
          initContainers: numbered(400, (suffix) => ({ name: name('odigos-go-ebpf', '-', suffix) })),
          volumes: numbered(5_000, (suffix) => ({ name: name('odigos-agent-nodejs', '-', suffix), emptyDir: {} })),
        },
      }
    }
    const cost = (prefix: string): number => {
      const pod = podWith(prefix)
      return millisecondsFor(() => {
        for (const agent of AGENTS) assert.equal(decide(pod, contextFor(pod, agent)).outcome, 'Injected')
      })
    }
    cost('x')
    assert.ok(cost('') < 20 * cost('x'), 'looking for a free name took more than reading the pod')
  })

  it('with more parts than any pod has is left alone', () => {
    const many = { spec: { containers: numbered(501, (suffix) => ({ name: `app${suffix}` })) } }
    const env = numbered(20_001, (suffix) => ({ name: `A${suffix}` }))
    for (const pod of [many, { spec: { containers: [{ name: 'app', env }] } }]) {
      const { patch, outcome } = decide(pod, contextFor(pod, 'nodejs'))
      assert.deepEqual([patch, outcome], [[], 'MalformedRequest'])
    }
  })

  it('with large annotations gets a patch that is not', () => {
    const annotations = Object.fromEntries(
      numbered(60, (suffix) => [`resource.opentelemetry.io/a${suffix}`, 'ä'.repeat(1_000)]),
    )
    annotations['resource.opentelemetry.io/service.name'] = 'x'.repeat(10_000)
    const pod: Pod = {
      metadata: { annotations },
      spec: { containers: [{ name: 'app', image: `app:${'x'.repeat(10_000)}` }] },
    }
    const text = JSON.stringify(decide(pod, contextFor(pod, 'nodejs')).patch)
    assert.match(text, /ODIGOS_OTEL_SERVICE_NAME","value":"shop"/)
    assert.match(text, /,a=%C3%A4/)
    assert.ok(text.length < 40_000)
  })

  it('with annotations for which ours leave no room is left alone, because the API server would refuse it', () => {
    const podWith = (length: number): Pod => ({
      metadata: { annotations: { note: 'x'.repeat(length) } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    })
    const outcomeOf = (pod: Pod): string => decide(pod, contextFor(pod, 'nodejs')).outcome
    assert.equal(outcomeOf(podWith(256 * 1024 - 200)), 'Injected')
    assert.equal(outcomeOf(podWith(256 * 1024 - 20)), 'TooLarge')
  })

  it('that claims to be injected, with a mount but no volume of ours, is not believed', () => {
    const pod: Pod = {
      metadata: { annotations: { 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}' } },
      spec: {
        containers: [
          { name: 'web', image: 'app' },
          {
            name: 'app',
            image: 'app',
            volumeMounts: [{ name: 'odigos-agent-nodejs', mountPath: '/var/odigos/nodejs' }],
          },
        ],
      },
    }
    const { containers } = assertLaws(pod, contextFor(pod, 'nodejs')).decision
    assert.equal(containers['app']?.reason, 'MountConflict')
  })
})
