/** What a user can give as template, rule, label or name; what is refused here could end a pattern, a statement or a value. */
import assert from 'node:assert/strict'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import { infrastructureSchema } from '../../../src/api/kinds/infrastructure.ts'

const isAllowed = (spec: object): boolean => actionSpec.safeParse(spec).success
const template = (...templates: string[]): object => ({
  type: 'TemplateURLs',
  signals: ['traces'],
  templateURLs: { templates },
})
const rule = (part: object): object => ({ type: 'SampleTraces', sampleTraces: { ratio: 1, rules: [part] } })

describe('labels and annotations as attributes', () => {
  const isTaken = (label: object): boolean =>
    infrastructureSchema.safeParse({ enrichment: { enabled: true, labels: [label], annotations: [label] } }).success
  for (const label of [{ key: 'app' }, { key: 'example.com/a_b-c.d', from: 'Namespace', attribute: 'owner.team' }])
    it(`can be ${JSON.stringify(label)}`, () => assert.ok(isTaken(label)))
  for (const label of [
    { key: '' },
    { key: '${env:A}' },
    { key: 'a$b' },
    { key: 'a\n' },
    { key: 'a', from: 'Node' },
    { key: 'a', attribute: '${env:A}' },
    { key: 'a', attribute: 'service.name' },
    { key: 'a', attribute: 'odigos.injection' },
  ])
    it(`cannot be ${JSON.stringify(label)}`, () => assert.ok(!isTaken(label)))
})

describe('templates of paths', () => {
  for (const path of ['/{id}', '/users/{id}/', '/a/{b}.{c}', "/~a-b_c!$&'()*+,;=:@%20/{id}", '/{id}/$$/${id}'])
    it(`can be ${path}`, () => assert.ok(isAllowed(template(path))))
  for (const path of [
    '',
    '/',
    '/users',
    'users/{id}',
    '/{}',
    '/{1}',
    '/{a b}',
    '/{id',
    '/id}',
    '/{{id}}',
    '/{id}?q=1',
    '/{id}#a',
    '/{id}\\Q',
    '/{id}"',
    '/{id}[a]',
    '/{id}|a',
    '/{id}^',
    '/{id}\n',
    '/{id}\u0000',
    '/{id}\ud800',
    `/${'a'.repeat(256)}{id}`,
  ])
    it(`cannot be ${JSON.stringify(path)}`, () => assert.ok(!isAllowed(template(path))))
  it('are needed where identifiers stay', () => {
    const spec = (templateURLs: object) => ({ type: 'TemplateURLs', signals: ['traces'], templateURLs })
    assert.ok(isAllowed(spec({})))
    assert.ok(!isAllowed(spec({ identifiers: 'Keep' })))
  })
  it('are not for metrics', () => {
    assert.ok(!isAllowed({ ...template('/{id}'), signals: ['traces', 'metrics'] }))
    assert.ok(!isAllowed({ type: 'TemplateQueries', signals: ['metrics'], templateQueries: {} }))
  })
})

describe('rules of samplers', () => {
  for (const part of [
    { service: 'cart', ratio: 0 },
    { namespace: 'shop', ratio: 0.5 },
    { attributes: [{ name: 'http.route', prefix: '/' }], ratio: 1 },
  ])
    it(`can be ${JSON.stringify(part)}`, () => assert.ok(isAllowed(rule(part))))
  for (const part of [
    { ratio: 1 },
    { service: 'cart' },
    { service: 'cart', ratio: 1.1 },
    { service: '', ratio: 1 },
    { attributes: [], ratio: 1 },
    { attributes: [{ name: 'a' }], ratio: 1 },
    { attributes: [{ name: 'a', value: 'b', prefix: 'b' }], ratio: 1 },
  ])
    it(`cannot be ${JSON.stringify(part)}`, () => assert.ok(!isAllowed(rule(part))))
})

describe('cluster information', () => {
  const info = (addClusterInfo: object): object => ({ type: 'AddClusterInfo', signals: ['logs'], addClusterInfo })
  it('needs a name or attributes, and no name twice', () => {
    assert.ok(isAllowed(info({ clusterName: 'prod' })))
    assert.ok(isAllowed(info({ attributes: { 'k8s.cluster.name': 'prod' } })))
    assert.ok(!isAllowed(info({ overwrite: true })))
    assert.ok(!isAllowed(info({ clusterName: 'prod', attributes: { 'k8s.cluster.name': 'prod' } })))
  })
})
