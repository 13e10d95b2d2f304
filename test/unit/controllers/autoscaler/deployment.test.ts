/** A configuration that no ConfigMap holds is reported with the remedy, and what runs is kept. */
import assert from 'node:assert/strict'
import { actionOf } from '../../../support/telemetry/action-scene.ts'
import { COLLECTOR_SETTINGS, DISK } from '../../../support/collectors/settings.ts'
import { gatewayConfig } from '../../../../src/collector/gateway.ts'
import type { CollectorsGroup } from '../../../../src/api/kinds/collectors-group.ts'
import { deploymentOf } from '../../../../src/controllers/autoscaler/collectors/deployment.ts'
import { renderDestination } from '../../../../src/destinations/render.ts'

const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
const group: CollectorsGroup = {
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'CollectorsGroup',
  metadata: { name: 'odigos-gateway', namespace: 'odigos-system', uid: 'uid' },
  spec: { role: 'Gateway', signals: ['traces'], resources, replicas: { min: 1, max: 1 } },
}

/** A gateway with so many Actions, each of which is accepted. */
const deploymentWith = (count: number) => {
  const deleteAttributes = Array.from({ length: 100 }, (_, index) => `${index}.`.padEnd(200, 'x'))
  const actions = Array.from({ length: count }, (_, index) => ({
    ...actionOf('DeleteAttributes', { deleteAttributes }),
    metadata: { name: `action-${index}`, namespace: 'odigos-system' },
  }))
  const spec = { type: 'debug', signals: ['traces' as const], fields: {}, disabled: false }
  const destinations = [renderDestination({ name: 'debug', spec }, [])]
  const config = gatewayConfig({ group: group.spec, destinations, actions, disk: DISK })
  const around = { settings: COLLECTOR_SETTINGS, queues: { drained: new Set<string>() }, secrets: new Map() } as never
  return deploymentOf(group, { config, env: [], message: 'all' }, around)
}

describe('the size of a configuration', () => {
  it('is no problem with some Actions', () => {
    const { configured, objects } = deploymentWith(2)
    assert.ok('hash' in configured)
    assert.ok(objects.length > 0)
  })

  it('is told where a ConfigMap would not hold it', () => {
    const { configured, objects } = deploymentWith(40)
    assert.deepEqual(objects, [])
    assert.ok('reason' in configured)
    assert.equal(configured.reason, 'ConfigurationRejected')
    assert.match(configured.message, /has \d+ bytes, and a ConfigMap holds 1000000: use fewer Actions/)
  })
})
