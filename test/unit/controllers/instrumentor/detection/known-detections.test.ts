import assert from 'node:assert/strict'
import type { InstrumentationConfig, KnownContainer } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { decisionOf, observationOf, splitPrint } from '../../../../../src/api/types/container.ts'
import { ROLLBACK_REASONS } from '../../../../../src/api/types/outcome.ts'
import { knownDetections } from '../../../../../src/controllers/instrumentor/detection/known-detections.ts'
import { targetOf } from '../../../../../src/controllers/instrumentor/detection/pick-target.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { found, pod, print, workload } from './scene.ts'

const known = (over: Partial<Parameters<typeof knownDetections>[0]> = {}) =>
  knownDetections({
    pods: [pod('p')],
    config: undefined,
    findings: undefined,
    isHidden: () => false,
    ...over,
  }).get('app')

const configOf = (container: KnownContainer): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'n' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [decisionOf(container)],
  },
  status: { containers: [observationOf(container) ?? { name: container.name }] },
})
const remembered: KnownContainer = {
  name: 'app',
  reason: 'AgentSelected',
  message: '',
  language: 'nodejs',
  ...splitPrint(print('web:1')),
}
const config = (over: Partial<KnownContainer>): InstrumentationConfig => configOf({ ...remembered, ...over })

describe('what is known about a container', () => {
  it('what was measured, with the agent or without, and after a restart of the instrumentor', () => {
    const measured = { memoryMiB: 96, processes: 2 }
    const findings = { podUid: 'p', containers: [found({ measured })] }
    assert.deepEqual(known({ findings })?.detection.measured, measured)
    const withAgent = { ...measured, withAgent: true }
    const pods = [pod('p', { agent: 'nodejs' })]
    assert.deepEqual(known({ findings, pods })?.detection.measured, withAgent)
    assert.deepEqual(known({ config: config({ measured: withAgent }) })?.detection.measured, withAgent)
    assert.equal(known({ config: config({}) })?.detection.measured, undefined)
  })

  for (const reason of ['OverriddenByUser', ...ROLLBACK_REASONS] as const)
    it(`nothing where a decision hid it that holds no more: ${reason}`, () => {
      const hidden = config({ reason, message: 'm' })
      assert.equal(known({ config: hidden }), undefined)
      assert.equal(known({ config: hidden, isHidden: () => true })?.detection.language, 'nodejs')
    })

  it('what the InstrumentationConfig remembers, until a new image was looked at', () => {
    assert.equal(known({ config: config({}) })?.image, print('web:1'))
    const findings = { podUid: 'p', containers: [found({ language: 'java' })] }
    assert.deepEqual(
      [known({ config: config({}), findings })?.detection.language, known({ config: config({}), findings })?.image],
      ['java', print('web:2')],
    )
    const open = { podUid: 'p', containers: [found({ reason: 'StillStarting' })] }
    assert.equal(known({ config: config({}), findings: open })?.detection.reason, 'Detected', 'the old result is kept')
  })

  it('that it has an SDK of its own, also where that is configured, whatever its language', () => {
    const configured = { agent: 'sdk-config', language: 'ruby', message: 'configured' } as const
    const { detection } = known({ config: config(configured) }) ?? {}
    assert.deepEqual([detection?.reason, detection?.language], ['OwnSdk', 'ruby'])
    assert.equal(known({ config: config({ reason: 'OwnSdk', message: 'found' }) })?.detection.message, 'found')
  })

  it('how the pod that was inspected named its image', () => {
    const references = (over: Parameters<typeof known>[0]) => known(over)?.imageReference
    assert.equal(references({ findings: { podUid: 'p', containers: [found()] } }), 'web:2')
    assert.equal(references({ config: config({ image: 'web:stable' }) }), 'web:stable')
    assert.equal(references({ config: config({}) }), undefined)
  })

  it('of the variables only those that the pod does not set itself', () => {
    const of = (name: string) => ({ name, value: `of ${name}` })
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'].map(of)
    const findings = { podUid: 'p', containers: [found({ runtimeEnv })] }
    const variables = ['NODE_OPTIONS', 'OTEL_RESOURCE_ATTRIBUTES']
    const names = (agent?: string, remembered?: KnownContainer['runtimeEnv']) =>
      known({
        pods: [pod('p', { variables, ...(agent ? { agent } : {}) })],
        findings,
        config: remembered && config({ runtimeEnv: remembered }),
      })?.detection.runtimeEnv?.map(({ name, value }) => `${name}=${value}`)
    const service = 'OTEL_SERVICE_NAME=of OTEL_SERVICE_NAME'
    assert.deepEqual(names(), [service])
    assert.deepEqual(names('nodejs'), ['NODE_OPTIONS=of NODE_OPTIONS', service], 'less ours, it is what the image gave')
    assert.deepEqual(names('nodejs', []), [service], 'the user had set it')
    const before = [{ name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'a=b' }]
    assert.deepEqual(names('nodejs', before), [service, 'OTEL_RESOURCE_ATTRIBUTES=a=b'], 'ours are merged into it')
  })

  it('of more variables than there is room for those on which decisions depend', () => {
    const others = Array.from({ length: 40 }, (_, index) => `OTEL_A${index}`)
    const runtimeEnv = [...others, 'OTEL_SDK_DISABLED', 'NODE_OPTIONS'].map((name) => ({ name, value: 'v' }))
    const findings = { podUid: 'p', containers: [found({ runtimeEnv })] }
    const names = known({ findings })?.detection.runtimeEnv?.map(({ name }) => name) ?? []
    assert.deepEqual([names.length, names.slice(0, 2)], [32, ['NODE_OPTIONS', 'OTEL_SDK_DISABLED']])
  })

  it('no value that an agent appends to where it may be from a Secret', () => {
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME'].map((name) => ({ name, value: 'v' }))
    const pods = [pod('p', { readsSecret: true })]
    assert.deepEqual(
      known({ pods, findings: { podUid: 'p', containers: [found({ runtimeEnv })] } })?.detection.runtimeEnv,
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
    const { language: _none, ...container } = remembered
    const ambiguous = configOf({ ...container, reason: 'Ambiguous' })
    assert.equal(known({ config: ambiguous })?.detection.reason, 'Ambiguous')
    assert.equal(known({ config: configOf({ ...container, reason: 'StillStarting' }) }), undefined)
  })

  it('nothing where a reason hid how the detection ended and no longer holds: an agent could be wrong', () => {
    for (const reason of ['RolledBack', 'OverriddenByUser', 'InvalidAnnotation', 'IgnoredContainer'] as const) {
      assert.equal(known({ config: config({ reason }) }), undefined, reason)
      assert.ok(known({ config: config({ reason }), isHidden: () => true }), reason)
    }
  })

  it('no findings of a pod that is gone', () =>
    assert.equal(known({ findings: { podUid: 'gone', containers: [found()] } }), undefined))
})

describe('what is known where the status was lost', () => {
  const runtimeEnv = [{ name: 'NODE_OPTIONS', value: '--x' }]
  const { status: _lost, ...stored } = config({ agent: 'nodejs', image: 'web:2', executable: '/node', runtimeEnv })

  it('what was decided, until the container was inspected again', () => {
    const lost = known({ config: stored })
    assert.deepEqual(
      [lost?.detection.reason, lost?.detection.language, lost?.detection.executable, lost?.imageReference],
      ['Detected', 'nodejs', '/node', 'web:2'],
    )
    assert.deepEqual(lost?.detection.runtimeEnv, runtimeEnv)
    const detections = new Map(lost ? [['app', lost]] : [])
    const targetIn = (pods: PodView[]) => targetOf('k', { workload: workload(), pods, detections })?.containers[0]?.name
    assert.equal(targetIn([pod('p')]), 'app', 'it is inspected again')
    assert.equal(targetIn([pod('p', { isReady: false })]), undefined, 'once it is ready')
  })

  it('of a pod with an agent not what the agent added to its environment', () => {
    const ours = found({ runtimeEnv: [{ name: 'NODE_OPTIONS', value: '--require /var/odigos/nodejs' }] })
    const pods = [pod('p', { variables: ['NODE_OPTIONS'], agent: 'nodejs' })]
    const findings = { podUid: 'p', containers: [ours] }
    assert.deepEqual(known({ config: stored, pods, findings })?.detection.runtimeEnv, runtimeEnv)
  })

  it('the same of the version before, whose image was a fingerprint', () => {
    const [container] = stored.spec.containers
    const old = { ...stored, spec: { ...stored.spec, containers: [{ ...container!, image: print('web:2') }] } }
    assert.equal(known({ config: old })?.detection.language, 'nodejs')
    assert.equal(known({ config: old })?.imageReference, undefined)
  })

  it('the decision, where the status is of the image before', () => {
    const torn = config({ agent: 'java', image: 'web:2' })
    assert.deepEqual([known({ config: torn })?.detection.language, known({ config: torn })?.image], ['java', ''])
    const chosen = config({ agent: 'java', reason: 'OverriddenByUser' })
    assert.equal(known({ config: chosen, isHidden: () => true })?.detection.language, 'nodejs', 'a user may choose')
  })

  it('nothing where there was no agent', () => {
    const { status: _none, ...without } = config({ reason: 'Infrastructure' })
    assert.equal(known({ config: without }), undefined)
  })
})
