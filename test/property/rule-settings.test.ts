/** No valid InstrumentationRule may lead to an InstrumentationConfig that the API server rejects. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { InstrumentationRule } from '../../src/api/kinds/instrumentation-rule.ts'
import { instrumentationRuleSpec } from '../../src/api/kinds/instrumentation-rule.ts'
import { containerDecisionSchema } from '../../src/api/types/container.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import { agentSettings } from '../../src/controllers/instrumentor/decision/agent-settings.ts'

/** Mostly the longest: bounds are violated there. */
const sizes = (max: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(max) }, fc.integer({ min: 0, max }))

interface Sizes {
  libraries: [count: number, length: number]
  variables: [count: number, length: number]
  valueLength: number
}

const agents = fc.constantFrom(...AGENTS)
const rules = fc.record<Sizes>({
  libraries: fc.tuple(sizes(100), sizes(100)),
  variables: fc.tuple(sizes(100), sizes(128)),
  valueLength: sizes(4096),
})

/** Distinct names: a number, padded to the length. */
const namesOf = (prefix: string, [count, length]: [number, number]): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`.padEnd(length, 'x'))

const ruleOf = ({ libraries, variables, valueLength }: Sizes, index: number): InstrumentationRule => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationRule',
  metadata: { name: `rule-${index}`, namespace: 'odigos-system' },
  spec: instrumentationRuleSpec.parse({
    disabledLibraries: namesOf('library', libraries),
    environment: namesOf(`OTEL_${index}_`, variables).map((name) => ({ name, value: 'v'.repeat(valueLength) })),
    traceRatio: 0.123456789,
  }),
})

const settingsOf = (agent: (typeof AGENTS)[number], rules: InstrumentationRule[]) =>
  agentSettings({ namespaceLabels: {}, workloadLabels: {}, agent }, rules).variables

const assertValid = (settings: { name: string; value: string }[]): void => {
  const { error } = containerDecisionSchema.safeParse({ name: 'cart', reason: 'AgentSelected', settings })
  assert.equal(error, undefined)
}

describe('the settings of a container', function () {
  this.timeout(60_000)

  it('are valid for any InstrumentationRule', () =>
    fc.assert(
      fc.property(agents, rules, (agent, rule) => assertValid(settingsOf(agent, [ruleOf(rule, 0)]))),
      { numRuns: 200 },
    ))

  it('are valid together, for any InstrumentationRules', () =>
    fc.assert(
      fc.property(agents, fc.array(rules, { maxLength: 4 }), (agent, several) =>
        assertValid(settingsOf(agent, several.map(ruleOf))),
      ),
      { numRuns: 50 },
    ))
})
