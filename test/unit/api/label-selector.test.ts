import assert from 'node:assert/strict'
import type { LabelSelector } from '../../../src/api/types/label-selector.ts'
import { labelSelectorSchema, matchesSelector } from '../../../src/api/types/label-selector.ts'

const LABELS = { app: 'cart', tier: 'web', empty: '' }

const expression = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]) => ({
  matchExpressions: [{ key, operator, ...(values ? { values } : {}) }],
})

describe('a label selector', () => {
  const cases: [title: string, selector: LabelSelector | undefined, matches: boolean][] = [
    ['that is absent matches', undefined, true],
    ['that is empty matches', {}, true],
    ['matches equal labels', { matchLabels: { app: 'cart' } }, true],
    ['demands all labels', { matchLabels: { app: 'cart', tier: 'db' } }, false],
    ['tells an empty value from none', { matchLabels: { empty: '' } }, true],
    ['takes no property of every object for a label', { matchLabels: { constructor: 'x' } }, false],
    ['In', expression('app', 'In', ['web', 'cart']), true],
    ['In, another value', expression('app', 'In', ['web']), false],
    ['In, without the label', expression('team', 'In', ['web']), false],
    ['NotIn', expression('app', 'NotIn', ['web']), true],
    ['NotIn, that value', expression('app', 'NotIn', ['cart']), false],
    ['NotIn, without the label', expression('team', 'NotIn', ['web']), true],
    ['Exists', expression('app', 'Exists'), true],
    ['Exists, without the label', expression('team', 'Exists'), false],
    ['Exists, for a property of every object', expression('toString', 'Exists'), false],
    ['DoesNotExist', expression('team', 'DoesNotExist'), true],
    ['DoesNotExist, with the label', expression('app', 'DoesNotExist'), false],
    [
      'demands labels and expressions',
      { matchLabels: { app: 'cart' }, ...expression('tier', 'NotIn', ['web']) },
      false,
    ],
  ]
  for (const [title, selector, matches] of cases)
    it(title, () => assert.equal(matchesSelector(selector, LABELS), matches))

  it('has valid label keys only', () => {
    const withKey = (key: string) => [{ matchLabels: { [key]: 'x' } }, expression(key, 'Exists')]
    for (const key of ['app', 'kubernetes.io/metadata.name', 'a_b.C-1'])
      for (const selector of withKey(key)) assert.ok(labelSelectorSchema.safeParse(selector).success, key)
    for (const key of ['', 'a b', '-a', 'a-', 'Example.com/a', '/a', 'a/b/c', "a'"])
      for (const selector of withKey(key)) assert.ok(!labelSelectorSchema.safeParse(selector).success, key)
  })

  it('has values with In and NotIn only', () => {
    assert.ok(labelSelectorSchema.safeParse(expression('app', 'In', ['a'])).success)
    assert.ok(!labelSelectorSchema.safeParse(expression('app', 'In')).success)
    assert.ok(!labelSelectorSchema.safeParse(expression('app', 'Exists', ['a'])).success)
  })
})
