import assert from 'node:assert/strict'
import type { ActionSpec, ActionType } from '../../../src/api/kinds/action.ts'
import { ACTION_BODIES, actionSpec } from '../../../src/api/kinds/action.ts'
import { actionProblem } from '../../../src/collector/actions/action-problem.ts'
import type { ActionInput } from '../../../src/collector/actions/actions.ts'
import { actionProcessors } from '../../../src/collector/actions/actions.ts'
import type { Selected } from '../../../src/collector/ottl.ts'

const typeOf = (spec: Partial<ActionSpec>): ActionType =>
  (Object.keys(ACTION_BODIES) as ActionType[]).find((type) => ACTION_BODIES[type] in spec) ?? 'SampleTraces'

const action = (name: string, spec: Partial<ActionSpec>, selected?: Selected): ActionInput => ({
  metadata: { name, namespace: 'odigos-system' },
  spec: { type: typeOf(spec), signals: ['traces'], disabled: false, ...spec },
  selected,
})
const masking = (pattern: string): ActionSpec => ({
  type: 'MaskAttributes',
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
      action('c', { sampleTraces: { ratio: 0.5 } }, { namespaces: ['shop'] }),
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
      const [processor] = actionProcessors([action('a', { sampleTraces: { ratio } }, { namespaces: ['shop'] })])
      assert.ok(JSON.stringify(processor?.config).includes(`< ${JSON.stringify(expected).slice(1, -1)}`))
    })

  it('drops every selected trace at 0', () => {
    const [processor] = actionProcessors([action('a', { sampleTraces: { ratio: 0 } }, { languages: ['java'] })])
    assert.deepEqual(processor?.config['traces'], { span: ['resource.attributes["telemetry.sdk.language"] == "java"'] })
  })

  it('does nothing where nothing is selected', () => {
    const [processor] = actionProcessors([action('a', { deleteAttributes: ['x'] }, { namespaces: [] })])
    assert.match(JSON.stringify(processor?.config), /where false"/)
  })

  it('writes values as literals that end nowhere else', () => {
    const [processor] = actionProcessors([action('a', { addAttributes: { 'k"': 'v" or "1" == "1\n${env:HOME}' } })])
    const statement =
      'set(resource.attributes["k\\""], "v\\" or \\"1\\" == \\"1\\n$${env:HOME}") where resource.attributes["k\\""] == nil'
    assert.deepEqual(processor?.config['trace_statements'], [{ context: 'resource', statements: [statement] }])
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
    '(?i)a(?-i)b',
    '\\Qa+b\\E',
    '\\p{Greek}\\P{^Lu}',
    '(?<year>\\d+)',
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
    '[a-\\d]+',
    '[^]+secret',
    '\\p{Script=Greek}',
    '\\p{Alphabetic}',
    '\\p{Garay}',
    'a**',
    '\\x{110000}',
    '(?#comment)',
    '[[:foo:]]',
  ])
    it(`refuses ${pattern}`, () => assert.equal(actionProblem(masking(pattern))?.reason, 'InvalidField'))
  it('names the pattern of a drop that is at fault', () => {
    const dropTelemetry = { attributes: [{ name: 'a' }, { name: 'b', pattern: '(' }] }
    const fault = actionProblem({ type: 'DropTelemetry', signals: ['traces'], disabled: false, dropTelemetry })
    assert.match(fault?.message ?? '', /^dropTelemetry\.attributes\[1\]\.pattern is not a valid RE2/)
  })
  it('takes no condition that a signal lacks for one that holds', () => {
    const spec = { type: 'DropTelemetry', signals: ['logs', 'traces'] }
    for (const dropTelemetry of [{ namePattern: 'a' }, { belowSeverity: 'Warn' }])
      assert.equal(actionSpec.safeParse({ ...spec, dropTelemetry }).success, false)
  })
  it('tells of one that is switched off', () => {
    assert.equal(actionProblem({ ...masking('('), disabled: true })?.reason, 'Disabled')
  })
})
