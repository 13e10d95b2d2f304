import assert from 'node:assert/strict'
import { isOfGateway } from '../../../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'

describe('pods of gateways', () => {
  const GROUPS: Record<string, boolean> = {
    'odigos-gateway': true,
    'odigos-dedicated-3': true,
    'odigos-node-collector': false,
    'odigos-cluster-collector': false,
  }
  for (const [group, isGateway] of Object.entries(GROUPS))
    it(`${group}: ${isGateway}`, () => assert.equal(isOfGateway({ group }), isGateway))
})
