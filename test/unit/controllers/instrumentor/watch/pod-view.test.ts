import assert from 'node:assert/strict'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'

describe('what is kept of a pod', () => {
  it('of the environment only what decisions ask for', () => {
    const env = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME', 'PASSWORD'].map((name) => ({ name, value: 'x' }))
    const containers = [{ name: 'app', env, envFrom: [{ configMapRef: {} }, { secretRef: { name: 's' } }] }]
    const status = { containerStatuses: [{ name: 'app', imageID: 'x', ready: true, restartCount: 0 }] }
    const view = podView({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers }, status })
    const { variables, readsSecret } = view.containers[0] ?? {}
    const environment = (annotations: Record<string, string>) =>
      podView({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec: { containers }, status })
        .containers[0]?.environment
    assert.match(environment({}) ?? '', /^[0-9a-f]{8}$/)
    assert.equal(environment({ 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}' }), '')
    assert.deepEqual([variables, readsSecret], [['NODE_OPTIONS', 'OTEL_SERVICE_NAME'], true])
  })
})
