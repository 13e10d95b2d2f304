import assert from 'node:assert/strict'
import { desiredConfig } from '../../../../../src/controllers/instrumentor/decision/desired-config.ts'
import { gatewayChoiceOf, readOverrides } from '../../../../../src/controllers/instrumentor/decision/overrides.ts'
import { observedPod } from '../../../../support/instrumentor/seen-case.ts'

const annotated = (value: string) => ({ 'odigos.io/gateway': value })

describe("the user's choice of a gateway", () => {
  it('is an annotation of the workload', () => {
    assert.equal(gatewayChoiceOf(annotated('dedicated')), 'Dedicated')
    assert.equal(gatewayChoiceOf(annotated('shared')), 'Shared')
    assert.equal(gatewayChoiceOf({}), undefined)
  })

  it('is a problem of the annotation where it is anything else', () => {
    assert.equal(gatewayChoiceOf(annotated('mine')), undefined)
    const { problem } = readOverrides(annotated('mine'), 'app')
    assert.equal(problem, 'odigos.io/gateway: "mine" is not one of shared, dedicated')
    assert.equal(readOverrides(annotated('shared'), 'app').problem, undefined)
  })

  it('reaches the InstrumentationConfig, and leaves it with the annotation', () => {
    const observed = observedPod('web-1')
    const metadata = { ...observed.workload.metadata, annotations: annotated('dedicated') }
    const chosen = { ...observed, workload: { ...observed.workload, metadata } }
    assert.equal(desiredConfig(chosen, [], undefined).spec.gateway, 'Dedicated')
    assert.equal(desiredConfig(observed, [], undefined).spec.gateway, undefined)
  })
})
