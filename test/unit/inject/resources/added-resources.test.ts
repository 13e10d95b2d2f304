import assert from 'node:assert/strict'
import type { PodSpec, Resources } from '../../../../src/api/kubernetes.ts'
import { qosClass } from '../../../../src/inject/resources/added-resources.ts'

describe('the QoS class', () => {
  const both = { cpu: '1', memory: '1Gi' }
  const pod = (...all: Resources[]): PodSpec => ({ containers: all.map((resources) => ({ name: 'a', resources })) })
  it('is BestEffort without requests and limits', () => assert.equal(qosClass(pod({}, {})), 'BestEffort'))
  it('is BestEffort with devices only', () =>
    assert.equal(qosClass(pod({ limits: { 'nvidia.com/gpu': '1' } })), 'BestEffort'))
  it('is Guaranteed with limits only', () => assert.equal(qosClass(pod({ limits: both })), 'Guaranteed'))
  it('is Guaranteed for equal amounts, however written', () =>
    assert.equal(qosClass(pod({ limits: both, requests: { cpu: '1000m', memory: '1024Mi' } })), 'Guaranteed'))
  it('is Burstable where one container says nothing', () =>
    assert.equal(qosClass(pod({ limits: both }, {})), 'Burstable'))
  it('is Burstable without a limit of memory', () => assert.equal(qosClass(pod({ limits: { cpu: '1' } })), 'Burstable'))
  it('is what the pod as a whole says', () =>
    assert.equal(qosClass({ ...pod({}), resources: { limits: both } }), 'Guaranteed'))
})
