/** observed.yaml: the moments of a story; actions.yaml: what the instrumentor does about each. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import { instrumentationConfigKind } from '../../../src/api/kinds/instrumentation-config.ts'
import { reconcile } from '../../../src/controllers/instrumentor/reconcile.ts'
import type { Moment } from '../../support/instrumentor/instrumentor-case.ts'
import { afterActions, edited, observedAt, possible } from '../../support/instrumentor/instrumentor-case.ts'

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

const play = (moments: readonly Moment[]): object[] => {
  let config: InstrumentationConfig | undefined
  let seen: Moment = { when: '' }
  return moments.map((moment) => {
    const { edit, ...observed } = moment
    seen = { ...seen, ...observed }
    config = edited(config, edit)
    const actions = reconcile(observedAt(seen, config))
    config = afterActions(config, actions, seen.failures)
    // What is written has the form of the kind, and there is nothing to do about it, but to try again what was refused.
    if (config) instrumentationConfigKind.spec.parse(config.spec)
    assert.deepEqual(possible(reconcile(observedAt(seen, config)), seen.failures), [], moment.when)
    return { when: moment.when, actions }
  })
}

describe('golden reconciles of the instrumentor', () => {
  for (const { name } of cases)
    it(name, () => {
      const folder = join(import.meta.dirname, name)
      const moments = parse(readFileSync(join(folder, 'observed.yaml'), 'utf8')) as Moment[]
      const text = stringify(play(moments), { aliasDuplicateObjects: false, lineWidth: 0 })
      const expectedFile = join(folder, 'actions.yaml')
      if (process.env['UPDATE_GOLDEN'] || !existsSync(expectedFile)) writeFileSync(expectedFile, text)
      assert.equal(text, readFileSync(expectedFile, 'utf8'))
    })
})
