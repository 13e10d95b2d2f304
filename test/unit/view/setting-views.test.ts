import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import { settingViews } from '../../../src/view/objects/setting-views.ts'

describe('the settings', () => {
  const given = { mode: 'OptOut', rollout: { policy: 'Automatic' }, ignoredNamespaces: [] }
  const settings = new Map(settingViews(given, effectiveConfig(given)).map((each) => [each.path, each]))

  it('are all of the schema, each with its description', () => {
    assert.ok(settings.size > 40)
    for (const { path, description } of settings.values()) assert.notEqual(description, '', path)
    assert.ok(settings.has('collectors.gateway.resources.limits.memory'))
  })

  const cases: [path: string, value: string, fallback: string, isSet: boolean][] = [
    ['mode', 'OptOut', 'OptIn', true],
    ['rollout.policy', 'Automatic', 'Manual', true],
    ['rollout.maxConcurrent', '2', '2', false],
    ['ignoredNamespaces', '[]', '[]', true],
    ['collectors.dedicated.sharePercent', '50', '50', false],
    ['collectors.gateway.resources.limits.memory', '', '', false],
  ]
  for (const [path, value, fallback, isSet] of cases)
    it(`${path} tells its value, and where it comes from`, () => {
      const { description: _text, ...found } = settings.get(path)!
      assert.deepEqual(found, { path, value, default: fallback, isSet })
    })

  it('of an invalid object are those in effect, and what it has set', () => {
    const wrong = settingViews({ mode: 'Sometimes' }, effectiveConfig(undefined)).find(({ path }) => path === 'mode')
    assert.deepEqual([wrong?.value, wrong?.isSet], ['OptIn', true])
  })
})
