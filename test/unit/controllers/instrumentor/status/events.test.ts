import assert from 'node:assert/strict'
import { stateEvents } from '../../../../../src/controllers/instrumentor/status/events.ts'
import type { Observed } from '../../../../../src/controllers/instrumentor/observed.ts'

describe('Events of a workload', () => {
  it('say once, as a warning, that restarts did not help', () => {
    const condition = { type: 'RestartRequired', status: 'True' as const, lastTransitionTime: '1970-01-01T00:00:00Z' }
    const ineffective = { ...condition, reason: 'RestartIneffective' as const, message: '3 restarts did not help' }
    const status = { state: 'RestartRequired' as const, conditions: [ineffective] }
    const about = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }
    const observed = { workload: about } as unknown as Observed
    assert.deepEqual(stateEvents(observed, status), [
      {
        do: 'event',
        about,
        type: 'Warning',
        reason: 'RestartIneffective',
        message: 'RestartRequired: 3 restarts did not help',
      },
    ])
    assert.deepEqual(stateEvents({ ...observed, config: { status } } as unknown as Observed, status), [])
  })
})
