import assert from 'node:assert/strict'
import type { Infrastructure } from '../../../../src/api/kinds/infrastructure.ts'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import { infrastructureCondition, infrastructureStatus } from '../../../../src/controllers/scheduler/infrastructure.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
const HOST: Infrastructure = { hostMetrics: { enabled: true } } as Infrastructure

describe('the infrastructure that is enabled', () => {
  const cases: [string, Infrastructure | undefined, Parameters<typeof infrastructureCondition>[1], string][] = [
    ['is told of nothing where there is none', undefined, ['metrics'], 'none'],
    ['is told of nothing where it is switched off', { hostMetrics: { enabled: false } } as Infrastructure, [], 'none'],
    ['is gathered where its signal is taken', HOST, ['traces', 'metrics'], 'True InfrastructureAssigned: hostMetrics'],
    [
      'is not gathered where its signal is not taken',
      { ...HOST, containerLogs: { enabled: true }, events: { enabled: true } } as Infrastructure,
      ['logs'],
      'False NoDestination: hostMetrics: no Destination takes metrics',
    ],
    [
      'can be what any signal gets',
      { enrichment: { enabled: true } },
      ['traces'],
      'True InfrastructureAssigned: enrichment',
    ],
    [
      'needs some signal',
      { enrichment: { enabled: true } },
      [],
      'False NoDestination: enrichment: no Destination takes anything',
    ],
  ]
  for (const [title, settings, signals, expected] of cases) {
    it(title, () => {
      const condition = infrastructureCondition(settings, signals)
      assert.equal(condition ? `${condition.status} ${condition.reason}: ${condition.message}` : 'none', expected)
    })
  }

  const view = (infrastructure: Infrastructure | undefined, status?: unknown) => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'OdigosConfig',
    metadata: { name: 'odigos', namespace: 'odigos-system', generation: 3 },
    spec: effectiveConfig(infrastructure ? { infrastructure } : {}),
    status,
  })
  const written = (...args: Parameters<typeof infrastructureStatus>) =>
    infrastructureStatus(...args).map(({ object }) => object['status'])

  it('is written once', () => {
    const [status] = written(view(HOST), [], NOW)
    assert.ok(status)
    assert.deepEqual(written(view(HOST, status), [], NOW), [])
  })
  it('is removed from the status where nothing is enabled any more', () => {
    const [status] = written(view(HOST), [], NOW)
    assert.deepEqual(written(view(undefined, status), [], NOW), [{ conditions: [] }])
    assert.deepEqual(written(view(undefined), [], NOW), [])
  })
  it('is not told of settings that are invalid', () => {
    assert.deepEqual(written({ ...view(HOST), spec: undefined, problem: 'wrong' }, [], NOW), [])
    assert.deepEqual(written(undefined, [], NOW), [])
  })
})
