import assert from 'node:assert/strict'
import { REASONS } from '../../../src/api/reasons.ts'
import { sentence } from '../../../src/view/words.ts'

describe('the texts of reasons as sentences', () => {
  it('begin with a capital letter and end with a full stop', () => {
    assert.equal(sentence('correct the annotation'), 'Correct the annotation.')
    assert.equal(sentence('The webhook failed.'), 'The webhook failed.')
    assert.equal(sentence(''), '')
  })

  it('leave commands as they are, to be copied', () => {
    assert.equal(sentence(REASONS.RestartRequired.remedy), 'kubectl rollout restart KIND NAME -n NAMESPACE')
    assert.match(sentence(REASONS.RolledBack.remedy), /^Fix the cause, then: kubectl patch .*\]'$/)
  })
})
