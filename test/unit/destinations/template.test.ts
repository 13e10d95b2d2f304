import assert from 'node:assert/strict'
import type { FieldValue } from '../../../src/destinations/template.ts'
import { conditionHolds, fillTemplate, referencesOf } from '../../../src/destinations/template.ts'

const values = new Map<string, FieldValue>([
  ['host', 'backend'],
  ['port', 4317],
  ['tls', false],
  ['on', true],
  ['pairs', { a: '1' }],
  ['list', 'x, y,,z '],
  ['mode', 'all'],
])

describe('templates of the catalogue', () => {
  const cases: [string, Record<string, unknown>, unknown][] = [
    ['keeps the type of a whole reference', { a: '{{port}}', b: '{{tls}}' }, { a: 4317, b: false }],
    ['puts values into text', { a: 'http://{{host}}:{{port}}/' }, { a: 'http://backend:4317/' }],
    ['leaves out what refers to nothing', { a: '{{none}}', b: 'x{{none}}', c: 1 }, { c: 1 }],
    ['leaves out an object that loses everything', { a: { b: { c: '{{none}}' } }, d: {} }, { d: {} }],
    ['leaves items out of lists', { a: ['{{host}}', '{{none}}'] }, { a: ['backend'] }],
    ['fills keys', { '{{host}}': 1, '{{none}}': 2 }, { backend: 1 }],
    ['keeps an object under a condition', { a: { $when: 'on', b: 1 }, c: { $when: 'tls', b: 1 } }, { a: { b: 1 } }],
    ['merges pairs, and what is written wins', { a: { $merge: 'pairs', a: '2', b: '3' } }, { a: { a: '2', b: '3' } }],
    ['merges no pair that differs by case', { a: { $merge: 'pairs', A: '2' } }, { a: { A: '2' } }],
    ['merges nothing', { a: { $merge: 'none', b: '{{none}}' }, c: 1 }, { c: 1 }],
    ['splits', { a: { $split: 'list' }, b: { $split: 'none' } }, { a: ['x', 'y', 'z'] }],
    ['negates', { a: { $not: 'tls' }, b: { $not: 'on' }, c: { $not: 'none' } }, { a: true, b: false, c: true }],
    ['chooses a template', { a: { $choose: 'mode', all: '{{host}}:1' } }, { a: 'backend:1' }],
    ['chooses', { a: { $choose: 'mode', one: 1, all: -1 }, b: { $choose: 'host', one: 1 } }, { a: -1 }],
    ['keeps what is no reference', { a: 1, b: null, c: '${env:X}' }, { a: 1, b: null, c: '${env:X}' }],
  ]
  for (const [name, template, expected] of cases)
    it(name, () => assert.deepEqual(fillTemplate(template, values), expected))

  it('asks conditions', () => {
    const held = ['host', 'on', 'mode=all', 'mode!=one', 'none!=x', 'tls=false'].filter((condition) =>
      conditionHolds(condition, values),
    )
    assert.deepEqual(held, ['host', 'on', 'mode=all', 'mode!=one', 'none!=x', 'tls=false'])
    const failed = ['tls', 'none', 'mode=one', 'mode!=all', 'none=x'].filter((condition) =>
      conditionHolds(condition, values),
    )
    assert.deepEqual(failed, [])
  })

  it('finds every reference', () => {
    const template = {
      '{{k}}': ['{{v}}', { $when: 'w!=1', $merge: 'm' }],
      s: { $split: 's' },
      n: { $not: 'n' },
      c: { $choose: 'c', x: '{{$extension.x}}' },
    }
    assert.deepEqual(referencesOf(template).sort(), ['c', 'k', 'm', 'n', 's', 'v', 'w'])
  })
})
