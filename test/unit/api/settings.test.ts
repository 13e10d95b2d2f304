import assert from 'node:assert/strict'
import { createSettings, settingsView } from '../../../src/api/settings.ts'

const object = (spec: object, name = 'odigos', namespace = 'odigos-system') =>
  settingsView({ apiVersion: 'odigos.io/v1alpha1', kind: 'OdigosConfig', metadata: { name, namespace }, spec })

describe('settings in force', () => {
  it('stay where a change is invalid, which is reported', () => {
    const settings = createSettings('odigos-system')
    assert.equal(settings.read().mode, 'OptIn')
    settings.put(object({ mode: 'OptOut' }), 'added')
    settings.put(object({ mode: 'sometimes' }), 'changed')
    assert.equal(settings.read().mode, 'OptOut')
    assert.match(settings.problem() ?? '', /mode/)
    settings.put(object({}), 'removed')
    assert.equal(settings.read().mode, 'OptIn')
    assert.equal(settings.problem(), undefined)
  })

  it('are none where the first that was read is invalid: the defaults could undo an opt-out', () => {
    const settings = createSettings('odigos-system')
    settings.put(object({ mode: 'sometimes' }), 'added')
    assert.equal(settings.current(), undefined)
    assert.throws(settings.read, /invalid/)
    settings.put(object({ mode: 'OptOut' }), 'changed')
    assert.equal(settings.read().mode, 'OptOut')
  })

  it('are read in the words of the version before, too, which stored objects keep', () => {
    const settings = createSettings('odigos-system')
    const stored = { mode: 'opt-out', agentDelivery: 'image-volume', rollout: { policy: 'automatic' } }
    settings.put(object(stored), 'added')
    const { mode, agentDelivery, rollout } = settings.read()
    assert.deepEqual([mode, agentDelivery, rollout?.policy], ['OptOut', 'ImageVolume', 'Automatic'])
    assert.equal(settings.problem(), undefined)
  })

  it('are not those of another namespace or name', () => {
    const settings = createSettings('odigos-system')
    settings.put(object({ mode: 'OptOut' }, 'odigos', 'default'), 'added')
    settings.put(object({ mode: 'OptOut' }, 'other'), 'added')
    assert.equal(settings.read().mode, 'OptIn')
  })
})
