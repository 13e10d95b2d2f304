import assert from 'node:assert/strict'
import type { ContainerDecision, InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { knownDetections } from '../../../../../src/controllers/instrumentor/detection/known-detections.ts'
import { found, pod, print } from './scene.ts'

const known = (over: Partial<Parameters<typeof knownDetections>[0]> = {}) =>
  knownDetections({
    pods: [pod('p')],
    config: undefined,
    answer: undefined,
    isHidden: () => false,
    ...over,
  }).get('app')

const config = (decision: Partial<ContainerDecision>): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'n' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [
      { name: 'app', reason: 'AgentSelected', message: '', language: 'nodejs', image: print('web:1'), ...decision },
    ],
  },
})

describe('what is known about a container', () => {
  it('what the InstrumentationConfig remembers, until a new image was looked at', () => {
    assert.equal(known({ config: config({}) })?.image, print('web:1'))
    const answer = { podUid: 'p', containers: [found({ language: 'java' })] }
    assert.deepEqual(
      [known({ config: config({}), answer })?.detection.language, known({ config: config({}), answer })?.image],
      ['java', print('web:2')],
    )
    const open = { podUid: 'p', containers: [found({ reason: 'StillStarting' })] }
    assert.equal(known({ config: config({}), answer: open })?.detection.reason, 'Detected', 'the old result is kept')
  })

  it('how the pod that was looked at named its image; of an older decision, how a pod with that image does', () => {
    const references = (over: Parameters<typeof known>[0]) => known(over)?.imageReference
    assert.equal(references({ answer: { podUid: 'p', containers: [found()] } }), 'web:2')
    assert.equal(references({ config: config({ imageReference: 'web:stable' }) }), 'web:stable')
    assert.equal(references({ config: config({ image: print('web:2') }) }), 'web:2')
    assert.equal(references({ config: config({}) }), undefined)
  })

  it('of the variables only those that the pod does not set itself', () => {
    const of = (name: string) => ({ name, value: `of ${name}` })
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'].map(of)
    const answer = { podUid: 'p', containers: [found({ runtimeEnv })] }
    const variables = ['NODE_OPTIONS', 'OTEL_RESOURCE_ATTRIBUTES']
    const names = (agent?: string, remembered?: ContainerDecision['runtimeEnv']) =>
      known({
        pods: [pod('p', { variables, ...(agent ? { agent } : {}) })],
        answer,
        config: remembered && config({ runtimeEnv: remembered }),
      })?.detection.runtimeEnv?.map(({ name, value }) => `${name}=${value}`)
    const service = 'OTEL_SERVICE_NAME=of OTEL_SERVICE_NAME'
    assert.deepEqual(names(), [service])
    assert.deepEqual(names('nodejs'), ['NODE_OPTIONS=of NODE_OPTIONS', service], 'less ours, it is what the image gave')
    assert.deepEqual(names('nodejs', []), [service], 'the user had set it')
    const before = [{ name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'a=b' }]
    assert.deepEqual(names('nodejs', before), ['OTEL_RESOURCE_ATTRIBUTES=a=b', service], 'ours are merged into it')
  })

  it('no value that an agent appends to where it may be from a Secret', () => {
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME'].map((name) => ({ name, value: 'v' }))
    const pods = [pod('p', { readsSecret: true })]
    assert.deepEqual(
      known({ pods, answer: { podUid: 'p', containers: [found({ runtimeEnv })] } })?.detection.runtimeEnv,
      [
        { name: 'NODE_OPTIONS', value: '' },
        { name: 'OTEL_SERVICE_NAME', value: 'v' },
      ],
    )
  })

  it('the reason with which a detection ended', () => {
    assert.equal(known({ config: config({ reason: 'OtherAgent' }) })?.detection.reason, 'OtherAgent')
    assert.equal(known({ config: config({ reason: 'AgentSelected' }) })?.detection.reason, 'Detected')
  })

  it('that several languages run, although none of them is told', () => {
    const { language: _none, ...decision } = config({ reason: 'Ambiguous' }).spec.containers[0]!
    const before = config({})
    const ambiguous = { ...before, spec: { ...before.spec, containers: [decision] } }
    assert.equal(known({ config: ambiguous })?.detection.reason, 'Ambiguous')
    const pending = { ...decision, reason: 'StillStarting' as const }
    assert.equal(known({ config: { ...before, spec: { ...before.spec, containers: [pending] } } }), undefined)
  })

  it('nothing where a reason hid how the detection ended and no longer holds: an agent could be wrong', () => {
    for (const reason of ['RolledBack', 'OverriddenByUser', 'InvalidAnnotation', 'IgnoredContainer'] as const) {
      assert.equal(known({ config: config({ reason }) }), undefined, reason)
      assert.ok(known({ config: config({ reason }), isHidden: () => true }), reason)
    }
  })

  it('no answer of a pod that is gone', () =>
    assert.equal(known({ answer: { podUid: 'gone', containers: [found()] } }), undefined))
})
