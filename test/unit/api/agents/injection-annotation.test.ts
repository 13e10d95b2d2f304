import assert from 'node:assert/strict'
import { formatInjection, parseInjection } from '../../../../src/api/agents/injection-annotation.ts'
import { INJECTION_ANNOTATION } from '../../../../src/api/names.ts'

const parsed = (value: string) => Object.fromEntries(parseInjection({ [INJECTION_ANNOTATION]: value }))

describe('the injection annotation', () => {
  it('is read as it was written', () => {
    const containers = {
      app: { agent: 'nodejs', reason: 'Injected' },
      constructor: { reason: 'OptedOut', message: 'why' },
    }
    assert.deepEqual(parsed(formatInjection(containers)), containers)
  })

  it('of anybody else gives words or nothing', () => {
    for (const value of ['', 'x', '7', 'null', '"x"', '{']) assert.deepEqual(parsed(value), {}, value)
    const mixed = '{"a":{"agent":1,"reason":"Injected"},"b":null,"c":"x","d":{"agent":"java","reason":{}}}'
    assert.deepEqual(parsed(mixed), { a: { reason: 'Injected' }, b: {}, c: {}, d: { agent: 'java' } })
  })

  it('may be absent', () => {
    for (const annotations of [undefined, null, {}]) assert.equal(parseInjection(annotations).size, 0)
  })
})
