import assert from 'node:assert/strict'
import type { ActionSpec } from '../../../src/api/kinds/action.ts'
import { actionProblem } from '../../../src/collector/action-problem.ts'
import { actionProcessors } from '../../../src/collector/actions.ts'

const action = (name: string, spec: Partial<ActionSpec>) => ({
  metadata: { name, namespace: 'odigos-system' },
  spec: { signals: ['traces' as const], disabled: false, ...spec },
})
const masking = (pattern: string): ActionSpec => ({
  signals: ['traces'],
  disabled: false,
  maskAttributes: { attributes: ['a'], pattern },
})

describe('actionProcessors', () => {
  it('samples first, and orders the rest by name', () => {
    const ids = actionProcessors([
      action('z', { deleteAttributes: ['x'] }),
      action('b', { sampleTraces: { ratio: 0.5 } }),
      action('a', { addAttributes: { x: 'y' } }),
      action('c', { sampleTraces: { ratio: 0.5 }, selector: { namespaces: ['shop'] } }),
      action('off', { disabled: true, deleteAttributes: ['x'] }),
    ]).map(({ id }) => id)
    assert.deepEqual(ids, ['filter/c', 'probabilistic_sampler/b', 'transform/a', 'transform/z'])
  })

  const thresholds: [number, string][] = [
    [1, '"00000000000000"'],
    [0.5, '"80000000000000"'],
    [0.25, '"c0000000000000"'],
    [0.0000000001, '"ffffffff000000"'],
  ]
  for (const [ratio, expected] of thresholds)
    it(`keeps ${ratio} of the selected traces, by their random digits`, () => {
      const [processor] = actionProcessors([
        action('a', { sampleTraces: { ratio }, selector: { namespaces: ['shop'] } }),
      ])
      assert.ok(JSON.stringify(processor?.config).includes(`< ${JSON.stringify(expected).slice(1, -1)}`))
    })

  it('drops every selected trace at 0', () => {
    const [processor] = actionProcessors([
      action('a', { sampleTraces: { ratio: 0 }, selector: { languages: ['java'] } }),
    ])
    assert.deepEqual(processor?.config['traces'], { span: ['resource.attributes["telemetry.sdk.language"] == "java"'] })
  })

  it('writes values as literals that end nowhere else', () => {
    const [processor] = actionProcessors([action('a', { addAttributes: { 'k"': 'v" or "1" == "1\n${env:HOME}' } })])
    assert.deepEqual(processor?.config['trace_statements'], [
      'set(resource.attributes["k\\""], "v\\" or \\"1\\" == \\"1\\n$${env:HOME}") where resource.attributes["k\\""] == nil',
    ])
  })
})

describe('actionProblem', () => {
  for (const pattern of [
    '\\d{12,19}$',
    '(a{10}){100}',
    'a{600}b{600}',
    '(a{999})\\{2}',
    '(?i)secret',
    '(?P<year>\\d+)',
    '[[:alpha:]]+',
    'a|b',
    '\\$5',
    '\\pL',
    '\\.',
  ])
    it(`accepts ${pattern}`, () => assert.equal(actionProblem(masking(pattern)), undefined))
  for (const pattern of [
    '(',
    '(?=a)',
    'a(?!b)',
    '(?<!a)b',
    '(a)\\1',
    'a{1001}',
    'a{1,2000}',
    '((a{10}){20}){30}',
    '(?:(a{500})*b){3,}',
    '\\u0041',
    '*',
    '[z-a]',
  ])
    it(`refuses ${pattern}`, () => assert.equal(actionProblem(masking(pattern))?.reason, 'InvalidField'))
  it('tells of one that is switched off', () => {
    assert.equal(actionProblem({ ...masking('('), disabled: true })?.reason, 'Disabled')
  })
})
