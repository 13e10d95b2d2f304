/** Pods that somebody made to take time or memory. */
import assert from 'node:assert/strict'
import type { Pod } from '../../../src/api/kubernetes.ts'
import { AGENTS } from '../../../src/api/vocabulary.ts'
import { decide } from '../../../src/inject/decide.ts'
import { contextFor } from '../../support/injection-context.ts'

const numbered = <Item>(count: number, make: (suffix: string, index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index === 0 ? '' : String(index + 1), index))

const millisecondsFor = (work: () => void): number => {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

describe('a hostile pod', () => {
  it('that has taken our names costs no more than one with others', () => {
    const name = (suffix: string): string => (suffix ? `-${suffix}` : '')
    const pod: Pod = {
      spec: {
        containers: [
          {
            name: 'app',
            env: ['ODIGOS_POD_NAME', 'ORIGINAL_NODE_OPTIONS'].flatMap((base) =>
              numbered(5_000, (suffix) => ({ name: suffix ? `${base}_${suffix}` : base, value: 'x' })),
            ),
          },
        ],
        initContainers: numbered(400, (suffix) => ({ name: `odigos-go-ebpf${name(suffix)}` })),
        volumes: numbered(5_000, (suffix) => ({ name: `odigos-agent-nodejs${name(suffix)}`, emptyDir: {} })),
      },
    }
    for (const agent of AGENTS) {
      assert.ok(millisecondsFor(() => assert.equal(decide(pod, contextFor(pod, agent)).outcome, 'Injected')) < 1_000)
    }
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
      numbered(200, (suffix) => [`resource.opentelemetry.io/a${suffix}`, 'ä'.repeat(1_000)]),
    )
    annotations['resource.opentelemetry.io/service.name'] = 'x'.repeat(10_000)
    const pod: Pod = {
      metadata: { annotations },
      spec: { containers: [{ name: 'app', image: `app:${'x'.repeat(10_000)}` }] },
    }
    const text = JSON.stringify(decide(pod, contextFor(pod, 'nodejs')).patch)
    assert.match(text, /OTEL_SERVICE_NAME","value":"shop"/)
    assert.match(text, /,a=%C3%A4/)
    assert.ok(text.length < 40_000)
  })
})
