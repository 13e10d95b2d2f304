import assert from 'node:assert/strict'
import type { InstrumentationRule } from '../../../../../src/api/kinds/instrumentation-rule.ts'
import type { Subject } from '../../../../../src/controllers/instrumentor/decision/agent-settings.ts'
import { agentSettings } from '../../../../../src/controllers/instrumentor/decision/agent-settings.ts'

const rule = (name: string, spec: object): InstrumentationRule => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationRule',
  metadata: { name, namespace: 'odigos-system' },
  spec: { disabled: false, ...spec },
})
const subject: Subject = {
  namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' },
  workloadLabels: { app: 'cart' },
  language: 'python',
  agent: 'python',
}
const environment = (rules: InstrumentationRule[], over: Partial<Subject> = {}) =>
  Object.fromEntries(agentSettings({ ...subject, ...over }, rules).variables.map(({ name, value }) => [name, value]))

describe('settings of an agent', () => {
  it('leave out a rule for whose variables there is no room, as a whole', () => {
    const many = (from: string): object => ({
      traceRatio: 0.5,
      environment: Array.from({ length: 99 }, (_, index) => ({ name: `OTEL_${from}_${index}`, value: '1' })),
    })
    const rules = ['a', 'b', 'c'].map((name) => rule(name, many(name.toUpperCase())))
    const { variables, leftOut } = agentSettings(subject, [...rules, rule('d', { traceRatio: 0.1 })])
    assert.equal(variables.length, 200)
    assert.deepEqual(leftOut, ['c'])
    assert.equal(environment(rules)['OTEL_TRACES_SAMPLER_ARG'], '0.5')
    const long = { environment: Array.from({ length: 20 }, (_, i) => ({ name: `OTEL_${i}`, value: 'x'.repeat(4096) })) }
    assert.deepEqual(agentSettings(subject, [rule('long', long)]), { variables: [], leftOut: ['long'] })
  })

  it('are empty without rules', () => assert.deepEqual(environment([]), {}))

  it('sample as a rule says', () => {
    assert.deepEqual(environment([rule('a', { traceRatio: 0.5 })]), {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
    })
  })

  it('take the first rule by name, and only rules that select the container', () => {
    const rules = [
      rule('b', { traceRatio: 0.2 }),
      rule('a', { traceRatio: 0.1, languages: ['java'] }),
      rule('c', { traceRatio: 0.3, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }),
    ]
    assert.equal(environment(rules)['OTEL_TRACES_SAMPLER_ARG'], '0.2')
    assert.equal(environment(rules, { language: 'java' })['OTEL_TRACES_SAMPLER_ARG'], '0.1')
  })

  it('take rules that select namespace and workload by their labels', () => {
    const ratio = (spec: object) => environment([rule('a', { traceRatio: 0.1, ...spec })])['OTEL_TRACES_SAMPLER_ARG']
    const shop = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }
    const cart = { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart'] }] }
    assert.equal(ratio({ namespaceSelector: shop, workloadSelector: cart }), '0.1')
    assert.equal(ratio({ namespaceSelector: {}, workloadSelector: {} }), '0.1')
    assert.equal(ratio({ namespaceSelector: { matchLabels: { team: 'a' } } }), undefined)
    assert.equal(ratio({ namespaceSelector: shop, workloadSelector: { matchLabels: { app: 'web' } } }), undefined)
  })

  it('take no disabled rule, and no variable that is not OTEL_*', () => {
    assert.deepEqual(environment([rule('a', { disabled: true, traceRatio: 0.1 })]), {})
    const environmentRule = rule('a', {
      environment: [
        { name: 'OTEL_LOG_LEVEL', value: 'debug' },
        { name: 'LD_PRELOAD', value: '/evil.so' },
      ],
    })
    assert.deepEqual(environment([environmentRule]), { OTEL_LOG_LEVEL: 'debug' })
  })

  it("switch libraries off by each agent's own variable", () => {
    const rules = [rule('a', { disabledLibraries: ['redis', 'flask'] })]
    assert.deepEqual(environment(rules), { OTEL_PYTHON_DISABLED_INSTRUMENTATIONS: 'redis,flask' })
    assert.deepEqual(environment(rules, { agent: 'java' }), {
      OTEL_INSTRUMENTATION_FLASK_ENABLED: 'false',
      OTEL_INSTRUMENTATION_REDIS_ENABLED: 'false',
    })
    assert.deepEqual(environment(rules, { agent: 'go-ebpf' }), {})
  })
})
