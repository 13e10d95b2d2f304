import assert from 'node:assert/strict'
import { enforcedLevel } from '../../../../src/inject/pod/pod-security.ts'

describe('Pod Security', () => {
  const label = 'pod-security.kubernetes.io/enforce'
  it('is not restricted without a label', () => assert.equal(enforcedLevel({}).level, 'privileged'))
  it('is what the cluster says without a label', () => {
    assert.equal(enforcedLevel({}, 'baseline').level, 'baseline')
    assert.equal(enforcedLevel({ [label]: 'privileged' }, 'baseline').level, 'privileged')
  })
  it('is as restricted as can be for labels that are not known', () =>
    assert.equal(enforcedLevel(undefined).level, 'restricted'))
  it('is restricted for a word that is none', () => assert.equal(enforcedLevel({ [label]: 'x' }).level, 'restricted'))
  it('is what the label says', () => assert.equal(enforcedLevel({ [label]: 'baseline' }).level, 'baseline'))
})
