import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { podOf } from '../../../support/admission/admission-review.ts'
import { contextFor } from '../../../support/injection/injection-context.ts'

const pod = podOf('cart')
const outcomeIn = (name: string, systemNamespace: string): string =>
  decide(
    pod,
    contextFor(pod, 'nodejs', {
      namespace: { name, labels: {} },
      systemNamespace,
      settings: effectiveConfig({ ignoredNamespaces: ['tools'] }),
    }),
  ).outcome

describe('namespaces in which no pod is changed', () => {
  it('are those of Kubernetes, of the settings, and the one of this installation', () => {
    for (const name of ['kube-system', 'tools', 'telemetry']) {
      assert.equal(outcomeIn(name, 'telemetry'), 'IgnoredNamespace', name)
    }
  })

  it('are not that of another installation', () => {
    assert.equal(outcomeIn('shop', 'telemetry'), 'Injected')
    assert.equal(outcomeIn('odigos-system', 'telemetry'), 'Injected')
  })
})
