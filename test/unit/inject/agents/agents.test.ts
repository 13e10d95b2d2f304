import assert from 'node:assert/strict'
import { AGENT_DEFINITIONS } from '../../../../src/inject/agents/index.ts'

describe('agents', () => {
  for (const [name, agent] of Object.entries(AGENT_DEFINITIONS)) {
    it(`${name} says its own name`, () => assert.equal(agent.name, name))
    if (agent.delivery !== 'files') continue
    const { addTo } = agent.hook
    it(`${name} is added once`, () => {
      for (const value of ['', 'x', '-x ', '/a:/b']) {
        assert.equal(addTo(addTo(value)), addTo(value))
        assert.ok(addTo(value).includes(value))
      }
    })
    it(`${name} has paths without spaces`, () => assert.doesNotMatch(addTo('').replace('--require ', ''), / /))
  }
})
