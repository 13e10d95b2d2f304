/** The way out: after opting out and a restart, pods are as if we had never been there. */
import assert from 'node:assert/strict'
import type { Container, PodSpec } from '../../src/api/kubernetes.ts'
import { eventually } from '../../tools/eventually.ts'
import { configsOf, kubectl, label, only, podsOf, restart, tracesOfUs } from '../support/cluster/demo.ts'
import { SHOP_SERVICES } from '../../examples/shop/deploy.ts'

interface Template {
  spec: { template: { spec: PodSpec } }
}

/** Names that a pod gets at creation, and that no template has. */
const withoutDefaults = ({ nodeName: _n, serviceAccount: _s, serviceAccountName: _a, ...spec }: PodSpec) => {
  const { preemptionPolicy: _p, priority: _q, tolerations: _t, enableServiceLinks: _e, ...rest } = spec
  return rest
}

describe('opting out', () => {
  before(async () => {
    await label('shop', 'disabled')
    await eventually('no InstrumentationConfig is left', 60, async () => (await configsOf('shop')).size === 0)
    await restart('shop')
  })
  // The last rollout may still be ending old pods.
  before(() =>
    eventually('one pod a service', 90, async () => (await podsOf('shop')).length === SHOP_SERVICES.length + 1),
  )

  for (const service of SHOP_SERVICES) {
    it(`leaves ${service} as its template says`, async () => {
      const pod = only(await podsOf('shop', `app.kubernetes.io/name=${service}`))
      const deployment = await kubectl.json<Template>(['get', 'deployment', '-n', 'shop', service])
      assert.deepEqual(tracesOfUs(pod), [])
      const template = deployment.spec.template.spec
      assert.deepEqual(withoutDefaults(pod.spec), withoutDefaults(template))
      assert.deepEqual(
        pod.spec.containers.map((container: Container) => container.env ?? []),
        template.containers.map((container) => container.env ?? []),
      )
    })
  }

  it('leaves no webhook behind for the namespace', async () => {
    const webhook = await kubectl.json<{ webhooks?: { namespaceSelector?: unknown }[] }>([
      'get',
      'mutatingwebhookconfiguration',
      'odigos-webhook',
    ])
    assert.ok(!JSON.stringify(webhook.webhooks ?? []).includes('"shop"'))
  })
})
