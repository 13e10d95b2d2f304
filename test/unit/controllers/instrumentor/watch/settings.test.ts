import assert from 'node:assert/strict'
import { createSettings, settingsView } from '../../../../../src/controllers/instrumentor/watch/settings.ts'

describe('settings in force', () => {
  const object = (spec: object) =>
    settingsView({ apiVersion: 'odigos.io/v1alpha1', kind: 'OdigosConfig', metadata: { name: 'odigos' }, spec })

  it('what is not understood changes nothing, and is told', () => {
    const problems: string[] = []
    const settings = createSettings(({ problem = '' }) => problems.push(problem))
    assert.equal(settings.read().mode, 'opt-in')
    settings.put(object({ mode: 'opt-out' }), 'added')
    settings.put(object({ mode: 'sometimes' }), 'changed')
    assert.equal(settings.read().mode, 'opt-out')
    assert.match(problems.join(), /mode/)
    settings.put(object({}), 'removed')
    assert.equal(settings.read().mode, 'opt-in')
  })

  it('nothing is decided on defaults where the first that was read is not understood', () => {
    const settings = createSettings(() => undefined)
    settings.put(object({ mode: 'sometimes' }), 'added')
    assert.throws(settings.read, /not understood/)
    settings.put(object({ mode: 'opt-out' }), 'changed')
    assert.equal(settings.read().mode, 'opt-out')
  })
})
