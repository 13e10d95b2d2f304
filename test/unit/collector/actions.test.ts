import assert from 'node:assert/strict'
import { MASK_KINDS } from '../../../src/api/actions/mask.ts'
import type { ActionType } from '../../../src/api/actions/action-types.ts'
import type { ActionSpec } from '../../../src/api/kinds/action.ts'
import { ACTION_BODIES } from '../../../src/api/actions/action-types.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import { actionProblem } from '../../../src/collector/actions/action-problem.ts'
import type { ActionInput, ActionProcessor } from '../../../src/collector/actions/processor.ts'
import { actionStages, ownProcessors } from '../../../src/collector/actions/actions.ts'
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

const actionProcessors = (actions: readonly ActionInput[]): ActionProcessor[] =>
  Object.values(actionStages(actions)).flat()

describe('the processors of Actions', () => {
  it('samples first, and orders the rest by name', () => {
    const ids = actionProcessors([
      action('z', { deleteAttributes: ['x'] }),
      action('b', { sampleTraces: { ratio: 0.5 } }),
      action('a', { addAttributes: { x: 'y' } }),
      action('c', { sampleTraces: { ratio: 0.5 } }, { namespaces: ['shop'] }),
      action('off', { disabled: true, deleteAttributes: ['x'] }),
    ]).map(({ id }) => id)
    const own = ['filter/b', 'filter/c', 'transform/a', 'transform/z']
    assert.deepEqual(ids, ['transform/odigos_selected', ...own, 'transform/odigos_unselected'])
  })

  it('writes what is selected once, however many statements it concerns', () => {
    const workloads = Array.from({ length: 500 }, (_, index) => ({
      kind: 'Deployment',
      namespace: `namespace-${index}-${'n'.repeat(40)}`,
      name: `deployment-${index}-${'d'.repeat(40)}`,
    }))
    const deleteAttributes = Array.from({ length: 100 }, (_, index) => `attribute.${index}`)
    const text = JSON.stringify(actionProcessors([action('a', { deleteAttributes }, { workloads })]))
    assert.equal(text.split('namespace-7-').length - 1, 1)
    assert.ok(text.length < 200_000, `${text.length} bytes`)
  })

  it('marks nothing for signals that no Action with a selector has', () => {
    const [first] = actionProcessors([
      action('a', { deleteAttributes: ['x'] }, { namespaces: ['shop'] }),
      action('b', { deleteAttributes: ['x'], signals: ['logs'] }),
      action('c', { deleteAttributes: ['x'], signals: ['metrics'] }, { namespaces: [] }),
    ])
    assert.deepEqual(first?.signals, ['traces'])
  })

  const thresholds: [number, string][] = [
    [0.5, '"80000000000000"'],
    [0.25, '"c0000000000000"'],
    [0.0000000001, '"ffffffff000000"'],
  ]
  for (const [ratio, expected] of thresholds)
    it(`keeps ${ratio} of the selected traces, by their random digits`, () => {
      const [processor] = ownProcessors([action('a', { sampleTraces: { ratio } }, { namespaces: ['shop'] })])
      assert.ok(JSON.stringify(processor?.config).includes(`< ${JSON.stringify(expected).slice(1, -1)}`))
    })

  it('drops nothing at 1', () => {
    const [processor] = ownProcessors([action('a', { sampleTraces: { ratio: 1 } }, { namespaces: ['shop'] })])
    assert.deepEqual(processor?.config['traces'], { span: ['false'] })
  })

  it('decides by the same digits with and without a selection', () => {
    const spec = { sampleTraces: { ratio: 0.5 } }
    const configs = [action('a', spec), action('a', spec, { namespaces: ['shop'] })]
    for (const [processor] of configs.map((each) => ownProcessors([each])))
      assert.match(JSON.stringify(processor?.config), /Substring\(span\.trace_id\.string, 18, 14\) < /)
  })

  it('drops every selected trace at 0', () => {
    const [processor] = ownProcessors([action('a', { sampleTraces: { ratio: 0 } }, { languages: ['java'] })])
    assert.deepEqual(processor?.config['traces'], { span: ['resource.attributes["odigos.selected.a"] != nil'] })
  })

  it('samples what is not selected by the same digits', () => {
    const conditionOf = (ratio: number) =>
      ownProcessors([action('a', { sampleTraces: { ratio } })])[0]?.config['traces']
    assert.deepEqual(conditionOf(0), { span: ['true'] })
    assert.deepEqual(conditionOf(0.5), { span: ['Substring(span.trace_id.string, 18, 14) < "80000000000000"'] })
  })

  it('does nothing where nothing is selected', () => {
    const [processor] = ownProcessors([action('a', { deleteAttributes: ['x'] }, { namespaces: [] })])
    assert.match(JSON.stringify(processor?.config), /where false"/)
  })

  it('writes values as literals that end nowhere else', () => {
    const [processor] = ownProcessors([action('a', { addAttributes: { 'k"': 'v" or "1" == "1\n${env:HOME}' } })])
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
  for (const pattern of ['.*', '(?s).*', '^.*$', '\\S*', '^\\d*$', 'password=\\S*', '[^/]*$', '.{1000}.{1000}'])
    it(`masks with ${pattern}, which inserts nothing`, () => assert.equal(actionProblem(masking(pattern)), undefined))
  for (const pattern of ['x*', '^', '$', '\\b', 'a|', '|a', '[a-z]*', '(?:)', '(secret)?', '.*?', '(?m)^'])
    it(`refuses to insert masks between characters, with ${pattern}`, () =>
      assert.match(actionProblem(masking(pattern))?.message ?? '', /matches the empty text between characters/))
  it('refuses a pattern that would slow collectors down, wherever it is', () => {
    const pattern = '.{1000}'.repeat(6)
    const dropTelemetry = { namePattern: pattern }
    const dropping: ActionSpec = { type: 'DropTelemetry', signals: ['traces'], disabled: false, dropTelemetry }
    for (const spec of [masking(pattern), dropping]) assert.match(actionProblem(spec)?.message ?? '', /is too complex/)
    assert.equal(actionProblem({ ...dropping, dropTelemetry: { namePattern: '.*' } }), undefined)
  })
  it('masks many attributes, and refuses what takes the whole configuration of collectors', () => {
    const signals = ['traces', 'metrics', 'logs']
    const names = (length: number) => Array.from({ length: 100 }, (_, index) => `${index}.`.padEnd(length, 'x'))
    const problemOf = (spec: object) => actionProblem(actionSpec.parse({ signals, ...spec }))?.message
    const maskAttributes = { attributes: names(20).slice(0, 75), kinds: [...MASK_KINDS], pattern: 'x'.repeat(1024) }
    assert.equal(problemOf({ type: 'MaskAttributes', maskAttributes }), undefined)
    const refused = [
      { type: 'MaskAttributes', maskAttributes: { ...maskAttributes, attributes: names(256) } },
      { type: 'RenameAttributes', renameAttributes: Object.fromEntries(names(250).map((name) => [name, `${name}y`])) },
    ]
    for (const spec of refused)
      assert.match(problemOf(spec) ?? '', /takes \d+ KiB of the configuration of collectors, and may take 768/)
  })
  it('renames no attribute to the current name of another, or to its own', () => {
    const renaming = (renameAttributes: object) =>
      actionSpec.safeParse({ type: 'RenameAttributes', signals: ['traces'], renameAttributes }).error?.message ?? ''
    const chain = /a new name in renameAttributes must not be one of the current names/
    for (const names of [{ a: 'a' }, { a: 'b', b: 'a' }, { a: 'b', b: 'c' }, { toString: 'x', x: 'toString' }])
      assert.match(renaming(names), chain)
    for (const names of [{ a: 'b' }, { a: 'x', b: 'x' }, { a: 'toString' }]) assert.equal(renaming(names), '')
  })
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
